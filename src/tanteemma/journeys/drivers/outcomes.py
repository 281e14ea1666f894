"""What is the outcome of a journey, and which event decides it? A score, a goal that is reached, or its money."""

from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.kernels.scores import ASKED, FACTS, SCORE, scale_of
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.metrics.measure import metric_for
from tanteemma.metrics.shape import reads
from tanteemma.metrics.tally import Scale
from tanteemma.model.arrays import Fact, Form, JourneyArrays, Touchpoints
from tanteemma.model.problems import Problem, ProblemCode

GOAL: Final = "goal:"
MONEY: Final = "value"
VALUE: Final = Fact("value", Form.NUMBER)
CURRENCY: Final = Fact("currency")

Places = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float64]
_NEVER: Final = np.iinfo(np.int64).max


class OutcomeKind(StrEnum):
    """What an outcome is made of."""

    SCORE = "score"
    GOAL = "goal"
    MONEY = "money"


class Outcome(msgspec.Struct, frozen=True):
    """The name of a metric, of a touchpoint, or nothing for money."""

    kind: OutcomeKind
    name: str = ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What events must say of it."""
        if self.kind is OutcomeKind.SCORE:
            return FACTS
        return (VALUE, CURRENCY) if self.kind is OutcomeKind.MONEY else ()


def read_outcome(said: str) -> Outcome:
    """An outcome as it is written: a metric (``nps``), ``goal:TOUCHPOINT`` or ``value``.

    Raises Problem UNKNOWN_METRIC for any other word.

    >>> read_outcome("goal:Kauf").kind.value, read_outcome("nps").kind.value
    ('goal', 'score')
    """
    if said.startswith(GOAL) and said != GOAL:
        return Outcome(OutcomeKind.GOAL, said.removeprefix(GOAL))
    if said == MONEY:
        return Outcome(OutcomeKind.MONEY)
    return Outcome(OutcomeKind.SCORE, metric_for(said, ()).name)


class Walked(msgspec.Struct, frozen=True):
    """The events of a bucket that count, journey by journey: their places in the bucket, journey, time, touchpoint, channel."""

    places: Places
    journey: Places
    times: Places
    touchpoint: Places
    channel: Places
    journeys: int


class Decided(msgspec.Struct, frozen=True):
    """The outcome of each journey (NaN = has none) and the event, as a place in ``Walked``, before which its facts lie.

    ``apart``: events that are themselves part of the outcome and no fact. ``scales``: those of the scores; ``currencies``.
    """

    outcome: Vector
    until: Places
    apart: npt.NDArray[np.bool_]
    scales: frozenset[Scale] = frozenset()
    currencies: frozenset[str] = frozenset()


def decide(arrays: JourneyArrays, walked: Walked, touchpoints: Touchpoints, outcome: Outcome) -> Decided:
    """The outcome of every journey. Raises Problem UNKNOWN_TOUCHPOINT."""
    if outcome.kind is OutcomeKind.SCORE:
        return _by_score(arrays, walked, outcome.name)
    if outcome.kind is OutcomeKind.GOAL:
        return _by_goal(walked, touchpoint_numbers([outcome.name], touchpoints)[0])
    return _by_money(arrays, walked)


def _by_score(arrays: JourneyArrays, walked: Walked, name: str) -> Decided:
    """The last answer of a journey; what was answered at all is no fact of the way there."""
    outcome = np.full(walked.journeys, np.nan)
    until = np.full(walked.journeys, -1, np.int64)
    column = arrays.facts.get(SCORE)
    if column is None or not len(walked.places):
        return Decided(outcome, until, np.zeros(len(walked.places), np.bool_))
    values = column.values[walked.places].astype(np.float64)
    given = np.flatnonzero(~np.isnan(values))
    fitting, scales = _of_metric(arrays, walked.places[given], name)
    answers = given[fitting]
    outcome[walked.journey[answers]] = values[answers]  # in the order of time, so that the last one stays
    until[walked.journey[answers]] = answers
    apart = np.zeros(len(walked.places), np.bool_)
    apart[given] = True
    return Decided(outcome, until, apart, scales)


def _of_metric(arrays: JourneyArrays, events: Places, name: str) -> tuple[npt.NDArray[np.bool_], frozenset[Scale]]:
    """Which of these scores are answers of the metric, and on which scales."""
    metric = metric_for(name, ())
    asked = arrays.facts[ASKED]
    words = asked.values[events].astype(np.int64)
    low, high, best = (arrays.facts[fact].values[events].astype(np.float64) for fact in FACTS[2:])
    rows = np.stack([words.astype(np.float64), low, high, best], axis=1)
    different, where = np.unique(rows, axis=0, return_inverse=True)
    fits, scales = np.zeros(len(different), np.bool_), set()
    for place, (word, *ends) in enumerate(different.tolist()):
        scale = scale_of(*(None if np.isnan(end) else end for end in ends))
        if word >= 0 and scale is not None and reads(metric, asked.words[int(word)], scale):
            fits[place] = True
            scales.add(scale)
    return fits[where], frozenset(scales)


def _by_goal(walked: Walked, goal: int) -> Decided:
    """Is the goal reached? Facts are those before the first time, or of the whole journey."""
    reached = np.flatnonzero(walked.touchpoint == goal)[::-1]
    until = np.full(walked.journeys, _NEVER)
    until[walked.journey[reached]] = reached  # backwards, so that the first one stays
    has_events = np.bincount(walked.journey, minlength=walked.journeys) > 0
    outcome = np.where(has_events, (until != _NEVER).astype(np.float64), np.nan)
    return Decided(outcome, until, walked.touchpoint == goal)


def _by_money(arrays: JourneyArrays, walked: Walked) -> Decided:
    """The sum of a journey's money; the events that carry it are the outcome and no fact."""
    column = arrays.facts.get(VALUE)
    until = np.full(walked.journeys, _NEVER)
    if column is None or not len(walked.places):
        return Decided(np.full(walked.journeys, np.nan), until, np.zeros(len(walked.places), np.bool_))
    values = column.values[walked.places].astype(np.float64)
    carries = ~np.isnan(values)
    total = np.bincount(walked.journey, weights=np.where(carries, values, 0.0), minlength=walked.journeys)
    has_events = np.bincount(walked.journey, minlength=walked.journeys) > 0
    currency = arrays.facts[CURRENCY]
    said = np.unique(currency.values[walked.places[carries]].astype(np.int64))
    currencies = frozenset(currency.words[code] for code in said.tolist() if code >= 0)
    return Decided(np.where(has_events, total, np.nan), until, carries, currencies=currencies)


def check_one_scale(scales: frozenset[Scale], currencies: frozenset[str]) -> Scale | None:
    """The scale of a score. Raises Problem SCALES_MIXED for several scales or currencies."""
    if len(scales) > 1 or len(currencies) > 1:
        said = "; ".join([*map(str, sorted(scales)), *sorted(currencies)])
        raise Problem(ProblemCode.SCALES_MIXED, status=422, value=said)
    return next(iter(scales), None)
