"""The strategy review: on one day, what works, what must become better, and what was decided."""

from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Axis, Board, DocumentKind, Field, FieldKind, Layout, PartKind

AREAS: Final = ("works", "improve", "decided")

STRATEGY_REVIEW = document_kinds.add("strategy_review")(
    DocumentKind(
        name="strategy_review",
        icon="calendar",
        group="strategy",
        fields=(
            Field(name="day", kind=FieldKind.DATE),
            Field(name="canvas", kind=FieldKind.REFERENCE, of=("strategy_canvas",)),
            Field(name="participants"),
            Field(name="summary", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="remark",
                axes=(Axis(name="area", areas=AREAS),),
                fields=(
                    Field(name="text", needed=True),
                    Field(name="evidence", kind=FieldKind.TEXT, asks=True),
                    Field(name="owner"),
                    Field(name="due", kind=FieldKind.DATE),
                    Field(name="state", kind=FieldKind.CHOICE, choices=("open", "doing", "done", "dropped")),
                    Field(name="links", kind=FieldKind.LINKS),
                ),
            ),
        ),
        board=Board(layout=Layout.AREAS, part="remark", columns="area"),
    )
)
