"""The stakeholder map: who must be won for a change? Power by interest, and what each of them fears and has promised."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Board, DocumentKind, Field, FieldKind, Layout, PartKind

STAKEHOLDER_MAP = document_kinds.add("stakeholder_map")(
    DocumentKind(
        name="stakeholder_map",
        icon="network",
        group="people",
        fields=(
            Field(name="purpose", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="stakeholder",
                most=200,
                fields=(
                    Field(name="text", needed=True),
                    Field(name="role"),
                    Field(name="power", kind=FieldKind.SCALE, low=0, high=10, asks=True),
                    Field(name="interest", kind=FieldKind.SCALE, low=0, high=10, asks=True),
                    Field(name="stance", kind=FieldKind.CHOICE, choices=("supports", "open", "doubts", "opposes")),
                    Field(name="concern", kind=FieldKind.TEXT, asks=True),
                    Field(name="support", kind=FieldKind.TEXT, asks=True),
                    Field(name="touchpoints", kind=FieldKind.LINKS),
                    Field(name="owner", asks=True),
                ),
            ),
        ),
        board=Board(layout=Layout.PLANE, part="stakeholder", columns="interest", rows="power"),
    )
)
