"""An insight: one thing we know about customers, and how well it is evidenced; many maps and tools point to it."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

INSIGHT = document_kinds.add("insight")(
    DocumentKind(
        name="insight",
        icon="eye",
        group="improve",
        fields=(
            Field(name="statement", kind=FieldKind.TEXT, asks=True),
            Field(name="quote", kind=FieldKind.TEXT, asks=True),
            Field(
                name="level",
                kind=FieldKind.CHOICE,
                choices=("assumed", "qualitative", "few_data", "measured", "proven"),
            ),
            Field(
                name="method",
                kind=FieldKind.CHOICE,
                choices=("interview", "own_walk", "mystery_visit", "workshop", "survey", "tracking", "document"),
            ),
            Field(name="people", kind=FieldKind.NUMBER, low=0),
            Field(name="day", kind=FieldKind.DATE),
            Field(name="consequence", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
    )
)
