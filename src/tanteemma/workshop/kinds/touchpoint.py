"""A touchpoint that several maps share, with its channel sheet: how it works, who looks after it, who hands over to whom."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Board, DocumentKind, Field, FieldKind, Layout, PartKind

_PARTS_PLAYED = ("responsible", "accountable", "consulted", "informed")

TOUCHPOINT = document_kinds.add("touchpoint")(
    DocumentKind(
        name="touchpoint",
        icon="circle-dot",
        group="map",
        fields=(
            Field(name="rule", kind=FieldKind.RULE, asks=True),
            Field(name="channel"),
            Field(name="belongs", kind=FieldKind.CHOICE, choices=("own", "partner", "public")),
            Field(name="owner", asks=True),
            Field(name="workings", kind=FieldKind.TEXT, asks=True),
            Field(name="response_target", asks=True),
            Field(name="hand_over", kind=FieldKind.TEXT, asks=True),
            Field(name="systems"),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="duty",
                fields=(
                    Field(name="text", needed=True),
                    *(Field(name=one, asks=True) for one in _PARTS_PLAYED),
                ),
                most=60,
            ),
        ),
        board=Board(layout=Layout.LIST, part="duty"),
    )
)
