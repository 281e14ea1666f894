"""A persona: an invented person who stands for real customers, beside the figures of the segment she stands for."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

PERSONA = document_kinds.add("persona")(
    DocumentKind(
        name="persona",
        icon="user",
        group="map",
        fields=(
            Field(name="segment", kind=FieldKind.SEGMENT, asks=True),
            Field(name="picture", kind=FieldKind.PICTURE),
            Field(name="age", kind=FieldKind.NUMBER, low=0, high=120),
            Field(name="job"),
            Field(name="place"),
            Field(name="quote", kind=FieldKind.TEXT),
            Field(name="story", kind=FieldKind.TEXT, asks=True),
            Field(name="goals", kind=FieldKind.TEXT, asks=True),
            Field(name="frustrations", kind=FieldKind.TEXT, asks=True),
            Field(name="channels", asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
    )
)
