"""Where do the figures of a comparison lead? To the journeys of one side that pass, go directly from A to B, or get there."""

from tanteemma.journeys.where import tree
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.links import journeys_behind


class ComparedLinks:
    """The addresses behind the figures of one side; ``steps``: of the funnel that is compared as well."""

    def __init__(self, wanted: JourneyFilter, steps: tuple[str, ...]) -> None:
        self._wanted = wanted
        self._steps = steps

    def passes(self, name: str) -> str:
        """Those that pass a touchpoint."""
        return journeys_behind(tree.Passes(name), self._wanted)

    def follows(self, source: str, target: str) -> str:
        """Those that go directly from one touchpoint to another."""
        return journeys_behind(tree.Follows(source, target, directly=True), self._wanted)

    def reached(self, step: int) -> str:
        """Those that get to a step of the funnel, counted from 1."""
        return journeys_behind(tree.Funnel(self._steps, step), self._wanted)
