"""An initiative: what the company changes, who sees to it, until when, and what came of it."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

INITIATIVE = document_kinds.add("initiative")(
    DocumentKind(
        name="initiative",
        icon="flag",
        group="improve",
        fields=(
            Field(name="what", kind=FieldKind.TEXT, asks=True),
            Field(name="department"),
            Field(name="owner", asks=True),
            Field(name="due", kind=FieldKind.DATE),
            Field(name="state", kind=FieldKind.CHOICE, choices=("open", "doing", "done", "dropped")),
            Field(name="goal", kind=FieldKind.TEXT, asks=True),
            Field(name="effect", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
    )
)
