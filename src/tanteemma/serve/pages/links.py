"""Where does a figure lead? To the journeys behind it: the filter of the page and the condition that the figure stands for."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Expr, Sense
from tanteemma.journeys.where.written import written
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views_ways import Paths, PathsAsked

LIST: Final = "/journeys/list"


def journeys_behind(where: Expr | None, wanted: JourneyFilter) -> str:
    """The address of the journeys of a filter that also fulfil a condition.

    >>> journeys_behind(tree.Starts("Anruf"), JourneyFilter())
    '/journeys/list?where=starts+%27Anruf%27'
    """
    more = (*wanted.where, written(where)) if where is not None else wanted.where
    query = msgspec.structs.replace(wanted, where=more).query()
    return f"{LIST}?{query}" if query else LIST


def step_links(wanted: JourneyFilter, asked: PathsAsked, paths: Paths) -> "StepLinks":
    """The addresses behind the figures of these paths."""
    anchor = tree.Step(
        paths.touchpoint,
        0,
        Sense.OTHER,
        ahead=paths.direction == "from",
        last=paths.touchpoint is not None and asked.occurrence == "last",
        merge=asked.merge,
    )
    named = {column.place: [node.name for node in column.nodes if node.name is not None] for column in paths.columns}
    return StepLinks(wanted, anchor, named)


class StepLinks:
    """The addresses behind the nodes and flows of paths.

    ``anchor``: the step 0 that all steps are counted from (its step and sense are not used); ``named``: the touchpoints that
    are named in each column, by place, so that everyone else is whoever is none of them.
    """

    def __init__(self, wanted: JourneyFilter, anchor: tree.Step, named: Mapping[int, Sequence[str]]) -> None:
        self._wanted = wanted
        self._anchor = anchor
        self._named = named

    def node(self, place: int, name: str | None) -> str:
        """All journeys at a touchpoint of a column."""
        return journeys_behind(self._at(place, name), self._wanted)

    def ended(self, place: int, name: str | None) -> str:
        """Those of them without another step."""
        missing = self._step(abs(place) + 1, Sense.MISSING, ())
        return journeys_behind(tree.Every((self._at(place, name), missing)), self._wanted)

    def flow(self, place: int, source: str | None, target: str | None) -> str:
        """Those who go from one touchpoint to one of the next column."""
        return journeys_behind(tree.Every((self._at(place, source), self._at(place + 1, target))), self._wanted)

    def _at(self, place: int, name: str | None) -> tree.Step:
        if name is not None:
            return self._step(abs(place), Sense.IS, (name,))
        return self._step(abs(place), Sense.OTHER, tuple(self._named.get(place, ())))

    def _step(self, step: int, sense: Sense, names: tuple[str, ...]) -> tree.Step:
        return msgspec.structs.replace(self._anchor, step=step, sense=sense, names=names)
