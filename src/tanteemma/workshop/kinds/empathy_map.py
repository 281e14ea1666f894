"""The empathy map: what goes on in a person, in eight areas, each note with the words of real customers where there are any."""

from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Axis, Board, DocumentKind, Field, FieldKind, Layout, PartKind

AREAS: Final = ("thinks", "feels", "says", "does", "hears", "sees", "pains", "gains")

EMPATHY_MAP = document_kinds.add("empathy_map")(
    DocumentKind(
        name="empathy_map",
        icon="brain",
        group="people",
        fields=(
            Field(name="persona", kind=FieldKind.REFERENCE, of=("persona",)),
            Field(name="situation", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="impression",
                axes=(Axis(name="area", areas=AREAS),),
                fields=(
                    Field(name="text", needed=True),
                    Field(name="quote", kind=FieldKind.TEXT, asks=True),
                    Field(name="source", asks=True),
                    Field(name="links", kind=FieldKind.LINKS),
                ),
            ),
        ),
        board=Board(layout=Layout.AREAS, part="impression", columns="area"),
    )
)
