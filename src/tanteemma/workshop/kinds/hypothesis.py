"""The experience hypothesis: what we believe will help, said so that it can turn out to be wrong."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

_SAID = "sentence"
_TEST = "test"

HYPOTHESIS = document_kinds.add("hypothesis")(
    DocumentKind(
        name="hypothesis",
        icon="target",
        group="improve",
        fields=(
            Field(name="strategy", asks=True, group=_SAID),
            Field(name="need", asks=True, group=_SAID),
            Field(name="solution", asks=True, group=_SAID),
            Field(name="practice", asks=True, group=_SAID),
            Field(
                name="state",
                kind=FieldKind.CHOICE,
                choices=("draft", "testing", "confirmed", "refuted", "dropped"),
                group=_TEST,
            ),
            Field(name="check", kind=FieldKind.TEXT, asks=True, group=_TEST),
            Field(name="metric", asks=True, group=_TEST),
            Field(name="owner", group=_TEST),
            Field(name="due", kind=FieldKind.DATE, group=_TEST),
            Field(name="result", kind=FieldKind.TEXT, asks=True, group=_TEST),
            Field(name="links", kind=FieldKind.LINKS),
        ),
    )
)
