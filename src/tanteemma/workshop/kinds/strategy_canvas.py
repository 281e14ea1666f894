"""The strategy canvas: one page that says what experience the company wants to give, to whom, and what that needs."""

from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Axis, Board, DocumentKind, Field, FieldKind, Layout, PartKind

AREAS: Final = (
    "vision",
    "segments",
    "promise",
    "differentiation",
    "touchpoints",
    "metrics",
    "initiatives",
    "capabilities",
    "training",
    "culture",
)

STRATEGY_CANVAS = document_kinds.add("strategy_canvas")(
    DocumentKind(
        name="strategy_canvas",
        icon="compass",
        group="strategy",
        fields=(
            Field(name="scope", kind=FieldKind.TEXT, asks=True),
            Field(name="owner"),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="statement",
                axes=(Axis(name="area", areas=AREAS),),
                fields=(
                    Field(name="text", needed=True),
                    Field(name="note", kind=FieldKind.TEXT),
                    Field(name="links", kind=FieldKind.LINKS),
                ),
            ),
        ),
        board=Board(layout=Layout.AREAS, part="statement", columns="area"),
    )
)
