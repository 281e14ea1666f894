"""The readiness check: how far is the company, in six factors? The same questions again and again show the way it goes."""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.readiness import FACTORS, HIGHEST, LOWEST
from tanteemma.workshop.schema import Board, DocumentKind, Field, FieldKind, Layout, PartKind

READINESS = document_kinds.add("readiness")(
    DocumentKind(
        name="readiness",
        icon="radar",
        group="strategy",
        fields=(
            Field(name="scope", kind=FieldKind.TEXT, asks=True),
            Field(name="owner"),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="answers",
                most=200,
                fields=(
                    Field(name="day", kind=FieldKind.DATE, needed=True),
                    Field(name="text", asks=True),
                    *(
                        Field(name=f"{factor}_{question}", kind=FieldKind.SCALE, low=LOWEST, high=HIGHEST, group=factor)
                        for factor, questions in FACTORS.items()
                        for question in questions
                    ),
                    Field(name="note", kind=FieldKind.TEXT),
                ),
            ),
        ),
        board=Board(layout=Layout.LIST, part="answers"),
    )
)
