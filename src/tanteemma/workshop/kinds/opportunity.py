"""An opportunity: what could be gained, how sure we are, how much work it is. Its place in the list follows from that."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

_SCORE = "score"

OPPORTUNITY = document_kinds.add("opportunity")(
    DocumentKind(
        name="opportunity",
        icon="star",
        group="improve",
        fields=(
            Field(name="idea", kind=FieldKind.TEXT, asks=True),
            Field(name="cost_low", kind=FieldKind.NUMBER, low=0, asks=True, group=_SCORE),
            Field(name="cost_high", kind=FieldKind.NUMBER, low=0, asks=True, group=_SCORE),
            Field(name="confidence", kind=FieldKind.SCALE, low=1, high=5, asks=True, group=_SCORE),
            Field(name="effort", kind=FieldKind.SCALE, low=1, high=5, asks=True, group=_SCORE),
            Field(name="state", kind=FieldKind.CHOICE, choices=("found", "chosen", "doing", "done", "dropped")),
            Field(name="owner"),
            Field(name="due", kind=FieldKind.DATE),
            Field(name="links", kind=FieldKind.LINKS),
        ),
    )
)
