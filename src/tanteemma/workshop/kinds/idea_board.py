"""The idea board: three prompts that lead away from the first thing that comes to mind, votes, and what was chosen."""

from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.schema import Axis, Board, DocumentKind, Field, FieldKind, Layout, PartKind

PROMPTS: Final = ("what_if", "risky", "turned_round")

IDEA_BOARD = document_kinds.add("idea_board")(
    DocumentKind(
        name="idea_board",
        icon="lightbulb",
        group="improve",
        fields=(
            Field(name="challenge", kind=FieldKind.TEXT, asks=True),
            Field(name="links", kind=FieldKind.LINKS),
        ),
        parts=(
            PartKind(
                name="idea",
                axes=(Axis(name="prompt", areas=PROMPTS),),
                fields=(
                    Field(name="text", needed=True),
                    Field(name="note", kind=FieldKind.TEXT),
                    Field(name="votes", kind=FieldKind.NUMBER, low=0, high=10_000),
                    Field(name="chosen", kind=FieldKind.SWITCH),
                    Field(name="owner"),
                    Field(name="links", kind=FieldKind.LINKS),
                ),
            ),
        ),
        board=Board(layout=Layout.AREAS, part="idea", columns="prompt"),
    )
)
