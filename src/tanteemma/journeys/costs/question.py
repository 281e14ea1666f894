"""What is to be compared: who was hit at which moment, what is looked at from then on, and what must be alike before."""

from dataclasses import dataclass
from typing import Final, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.costs.words import Confounder, Design, OutcomeKind
from tanteemma.model.arrays import Fact, Form, JourneyArrays, Mask, Selection, Touchpoints

__all__ = [
    "ALL_CONFOUNDERS",
    "CURRENCY",
    "SCORES",
    "VALUE",
    "Confounder",
    "CostQuestion",
    "Design",
    "Exposure",
    "Finder",
    "Outcome",
    "OutcomeKind",
]

VALUE: Final = Fact("value", Form.NUMBER)
CURRENCY: Final = Fact("currency")
SCORES: Final = tuple(Fact(name, Form.NUMBER) for name in ("score", "score.low", "score.high", "score.best"))


@dataclass(frozen=True, slots=True)
class Exposure:
    """Of the journeys of one bucket: who came to the place, and who of them was hit there.

    ``came``, ``hit``: a boolean for each journey; who was hit also came. ``at``: the place (in the arrays of the bucket) of the
    last event before anything that the weak spot may have changed; what is looked at lies after it. It may be the place
    before the first event of the journey, and means nothing where ``came`` is False. Those who came and were not hit need a
    comparable moment, or what is compared is not alike.
    """

    came: Mask
    hit: Mask
    at: npt.NDArray[np.int64]


class Finder(Protocol):
    """Says for each bucket who was hit. Facts that it needs are named by ``facts`` (else none)."""

    def exposure(self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints) -> Exposure:
        """Who came and who was hit, among the journeys that the selection lets through."""
        ...

    def facts(self) -> tuple[Fact, ...]:
        """What must stand in ``arrays.facts``."""
        ...


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at after the moment.

    ``touchpoints``: where (empty = anywhere); ``channel``: only on this one. ``within_s``: only so long after the moment, and
    only for those whose time is over (None = as long as the data reach). ``counted``: these events are themselves what the weak
    spot consists of (the call after the look): counted for those who were hit, compared with nobody.
    """

    kind: OutcomeKind
    touchpoints: tuple[str, ...] = ()
    channel: str | None = None
    within_s: float | None = None
    counted: bool = False


ALL_CONFOUNDERS: Final = (Confounder.MONTH, Confounder.LENGTH, Confounder.ENTRY, Confounder.VALUE)


@dataclass(frozen=True, slots=True)
class CostQuestion:
    """What does it cost that some were hit?

    ``confounders`` and then ``properties`` (words of ``property.NAME`` or ``source``, the first one said in a journey) are
    held alike; the last ones are given up first where too few can be compared. ``until_us``: newest event there is
    (microseconds); needed for outcomes with ``within_s``. ``currency``: money counts only in this one (or in none stated).
    """

    finder: Finder
    outcomes: tuple[Outcome, ...]
    confounders: tuple[Confounder, ...] = ALL_CONFOUNDERS
    properties: tuple[Fact, ...] = ()
    design: Design = Design.OBSERVED
    until_us: int | None = None
    currency: str | None = None

    def facts(self) -> tuple[Fact, ...]:
        """Everything that must stand in ``arrays.facts``."""
        kinds = {outcome.kind for outcome in self.outcomes}
        found = [*self.finder.facts(), *self.properties]
        if OutcomeKind.MONEY in kinds or Confounder.VALUE in self.confounders:
            found += [VALUE, CURRENCY]
        if OutcomeKind.SCORE in kinds:
            found += SCORES
        return tuple(sorted(set(found)))
