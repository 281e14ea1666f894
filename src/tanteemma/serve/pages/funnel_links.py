"""Where do the figures of a funnel lead? To the journeys that reached, stopped, went on elsewhere, or started in a period."""

from typing import Final

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Every, Expr, Sense
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.links import journeys_behind
from tanteemma.serve.pages.periods import first_in
from tanteemma.serve.pages.views_funnel import Dropped, FunnelAnswer, FunnelAsked, FunnelGroup, FunnelPeriod

_CHANNEL: Final = "channel"


class FunnelLinks:
    """The addresses behind the figures of one answer; steps count from 1."""

    def __init__(self, wanted: JourneyFilter, asked: FunnelAsked, answer: FunnelAnswer, zone: str) -> None:
        self._wanted = wanted
        self._steps = asked.steps
        self._answer = answer
        self._zone = zone

    def reached(self, step: int) -> str:
        """All journeys that reached a step."""
        return self._behind(self._reached(step))

    def dropped(self, step: int) -> str:
        """Those that got there and no further."""
        return self._behind(self._stopped(step))

    def ended(self, step: int) -> str:
        """Those of them that ended there."""
        return self._behind(self._stopped(step, Sense.MISSING))

    def went(self, dropped: Dropped, name: str | None) -> str:
        """Those of them that went to a touchpoint next; None: to any that is not named."""
        if name is not None:
            return self._behind(self._stopped(dropped.step, Sense.IS, (name,)))
        named = tuple(one.name for one in dropped.went if one.name is not None)
        return self._behind(self._stopped(dropped.step, Sense.OTHER, named))

    def late(self, step: int) -> str:
        """Those of them that reached the next step after the time was over."""
        steps = self._steps if self._answer.order == "any" else self._steps[: step + 1]
        without_limit = tree.Funnel(steps, step + 1, self._answer.order, None, self._answer.without)
        return self._behind(Every((self._stopped(step), without_limit)))

    def period(self, period: FunnelPeriod, step: int) -> str:
        """Those that started in a period and reached a step."""
        when = first_in(self._first, period.begin, period.until, self._zone)
        return self._behind(Every((self._reached(step), when)))

    def group(self, group: FunnelGroup, step: int) -> str:
        """Those of a group that reached a step."""
        fact = self._answer.by or _CHANNEL
        if group.value is not None:
            says = tree.FirstSays(self._first, fact, Sense.IS, (group.value,))
        elif group.others:
            named = tuple(one.value for one in self._answer.groups if one.value is not None)
            says = tree.FirstSays(self._first, fact, Sense.OTHER, named)
        else:
            says = tree.FirstSays(self._first, fact, Sense.MISSING)
        return self._behind(Every((self._reached(step), says)))

    @property
    def _first(self) -> tuple[str, ...]:
        """The touchpoints that a way can start with."""
        return self._steps if self._answer.order == "any" else self._steps[:1]

    def _behind(self, where: Expr) -> str:
        return journeys_behind(where, self._wanted)

    def _reached(self, step: int) -> tree.Funnel:
        steps = self._steps if self._answer.order == "any" else self._steps[:step]
        return tree.Funnel(steps, step, self._answer.order, self._answer.within_s, self._answer.without)

    def _stopped(self, step: int, then: Sense | None = None, names: tuple[str, ...] = ()) -> tree.Funnel:
        within_s, without = self._answer.within_s, self._answer.without
        return tree.Funnel(self._steps, step, self._answer.order, within_s, without, stops=True, then=then, names=names)
