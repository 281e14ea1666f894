"""What the page of the comparison shows. As in ``views``: a template reads nothing else."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tanteemma.journeys.answers_comparison import ComparedEdge, ComparedStep, ComparedTouchpoint, ComparisonAnswer, Difference
from tanteemma.serve.pages.filters import FilterPart, JourneyFilter
from tanteemma.serve.pages.views import JourneyFrame

#: The pictures of one table share one scale, at least so many percentage points to either side.
_LEAST_REACH: Final = 0.05

Row = ComparedTouchpoint | ComparedEdge | ComparedStep


class ComparisonView(JourneyFrame, frozen=True, kw_only=True):
    """The journeys of the filter beside others: those of ``against``, or everyone else.

    ``parts``: the conditions of the others, each with the address options that are left without it; ``steps``: a funnel that is
    compared as well; ``others``: the filter that leads to the other journeys (None: nothing was chosen to compare);
    ``sentence``: why there is no answer.
    """

    against: tuple[str, ...] = ()
    parts: tuple[FilterPart, ...] = ()
    steps: tuple[str, ...] = ()
    others: JourneyFilter | None = None
    compared: ComparisonAnswer | None = None
    sentence: str = ""

    @property
    def marks(self) -> tuple["Mark", ...]:
        """Every connection whose shares differ more than chance, for the drawing."""
        edges = self.compared.edges if self.compared is not None else ()
        return tuple(Mark(one.source, one.target) for one in edges if one.difference.differs)


class Mark(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """A connection that is marked in the drawing."""

    source: str
    target: str


class Whiskers:
    """Where differences stand on the scale that the rows of one table share: 0 to 1 from left to right, no difference at 0.5.

    >>> Whiskers(()).place(0.025)
    0.75
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        ends = [abs(end) for row in rows if not row.difference.given for end in _ends(row.difference)]
        self.reach = max([_LEAST_REACH, *ends])

    def place(self, value: float) -> float:
        """The place of a difference of shares; one that a condition names may lie beyond and stands at the edge."""
        return min(1.0, max(0.0, 0.5 + value / self.reach / 2))


def _ends(difference: Difference) -> tuple[float, ...]:
    return tuple(end for end in (difference.value, difference.low, difference.high) if end is not None)
