"""Five whys: from a weak spot to its cause. Every answer stands on evidence and may have several answers of its own."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Axis, Board, DocumentKind, Field, FieldKind, Layout, PartKind

FIVE_WHYS = document_kinds.add("five_whys")(
    DocumentKind(
        name="five_whys",
        icon="circle-help",
        group="improve",
        fields=(
            Field(name="trouble", kind=FieldKind.TEXT, asks=True),
            Field(name="owner"),
            Field(name="conclusion", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="why",
                most=200,
                axes=(Axis(name="under", of="why", optional=True),),
                fields=(
                    Field(name="text", needed=True, asks=True),
                    Field(name="evidence", kind=FieldKind.TEXT, asks=True),
                    Field(
                        name="level",
                        kind=FieldKind.CHOICE,
                        choices=("assumed", "qualitative", "few_data", "measured", "proven"),
                    ),
                    Field(name="root", kind=FieldKind.SWITCH),
                    Field(name="links", kind=FieldKind.LINKS),
                ),
            ),
        ),
        board=Board(layout=Layout.LIST, part="why", columns="under"),
    )
)
