"""A persona: an invented person who stands for real customers, beside the figures of the segment she stands for."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

_LIFE = "life"
_WANTS = "wants"
_TEXT = FieldKind.TEXT

PERSONA = document_kinds.add("persona")(
    DocumentKind(
        name="persona",
        icon="user",
        group="people",
        fields=(
            Field(name="segment", kind=FieldKind.SEGMENT, asks=True),
            Field(name="picture", kind=FieldKind.PICTURE),
            Field(name="quote", kind=_TEXT),
            Field(name="age", kind=FieldKind.NUMBER, low=0, high=120, group=_LIFE),
            Field(name="job", group=_LIFE),
            Field(name="place", group=_LIFE),
            Field(name="family", group=_LIFE),
            Field(name="education", group=_LIFE),
            Field(name="income", group=_LIFE),
            Field(name="story", kind=_TEXT, asks=True, group=_LIFE),
            Field(name="goals", kind=_TEXT, asks=True, group=_WANTS),
            Field(name="needs", kind=_TEXT, asks=True, group=_WANTS),
            Field(name="frustrations", kind=_TEXT, asks=True, group=_WANTS),
            Field(name="behaviour", kind=_TEXT, asks=True, group=_WANTS),
            Field(name="channels", asks=True, group=_WANTS),
            Field(name="links", kind=FieldKind.LINKS),
        ),
    )
)
