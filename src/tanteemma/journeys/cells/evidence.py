"""How well is a cell evidenced, once it is known what else than data speaks of it?"""

from typing import Final

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import Cell
from tanteemma.workshop.evidence import Evidence

_RESEARCH: Final = "research"


def with_research(cell: Cell) -> Cell:
    """A cell of which research on the map speaks: what is not measured is no mere assumption, what is rests on it too."""
    level = Evidence.QUALITATIVE if cell.evidence is Evidence.ASSUMED else cell.evidence
    return replace(cell, evidence=level, rests_on=(*cell.rests_on, _RESEARCH))
