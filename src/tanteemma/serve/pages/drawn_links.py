"""Where do the figures of conformance lead? To the journeys that fit, deviate, skip a step, come by something in addition."""

from tanteemma.journeys.drawn import Deviation
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.links import journeys_behind


class DrawnLinks:
    """The addresses behind the figures for one drawing (in words); steps count from 1."""

    def __init__(self, wanted: JourneyFilter, drawn: str) -> None:
        self._wanted = wanted
        self._steps = parse_drawn(drawn)

    def whole(self, what: str) -> str:
        """Those that fit or differ."""
        return self._behind(tree.Drawn(self._steps, Deviation(what)))

    def step(self, what: str, step: int) -> str:
        """Those of which something is said of a step."""
        return self._behind(tree.Drawn(self._steps, Deviation(what), step))

    def adds(self, touchpoint: str, after: int) -> str:
        """Those that come by a touchpoint in addition, after so many steps."""
        return self._behind(tree.Drawn(self._steps, Deviation.ADDS, after, touchpoint))

    def _behind(self, where: tree.Drawn) -> str:
        return journeys_behind(where, self._wanted)
