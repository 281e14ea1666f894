"""The storyboard: what happens to a customer, one picture after the other."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Board, DocumentKind, Field, FieldKind, Layout, PartKind

STORYBOARD = document_kinds.add("storyboard")(
    DocumentKind(
        name="storyboard",
        icon="presentation",
        group="people",
        fields=(
            Field(name="persona", kind=FieldKind.REFERENCE, of=("persona",)),
            Field(name="story", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="frame",
                most=200,
                fields=(
                    Field(name="text", needed=True),
                    Field(name="picture", kind=FieldKind.PICTURE),
                    Field(name="spoken", kind=FieldKind.TEXT, asks=True),
                    Field(name="feeling", kind=FieldKind.SCALE, low=-2, high=2, asks=True),
                    Field(name="links", kind=FieldKind.LINKS),
                ),
            ),
        ),
        board=Board(layout=Layout.LIST, part="frame"),
    )
)
