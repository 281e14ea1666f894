"""How much effort is a journey for the customer? What is counted, and how it becomes one index from 0 to 100.

Each component becomes points: 100 · v / (v + half), 0 for no effort and 50 at the amount ``half``; the index is their mean with
weights. One more of something never lowers the index, the first call counts more than the tenth, and no single journey can
leave the scale. A component that a journey does not have (steps to a goal it did not reach) is left out with its weight.

The weights follow what is known of effort in service: to have to come again and to have to change the channel weigh most
(Dixon, Freeman, Toman: Stop trying to delight your customers, Harvard Business Review, July 2010). The halves are round
values to begin with. Both are assumptions, shown with each answer and changeable.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.bucket import MICROSECONDS, Values
from tanteemma.journeys.loops.effort import Weighing, add_up, rate
from tanteemma.model.arrays import Mask
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span

#: What is counted of each journey, in the order of every array.
COMPONENTS: Final = ("contacts", "switches", "waiting", "repeats", "steps", "elapsed")
#: Those that are times: seconds in questions and answers, microseconds inside.
TIMES: Final = frozenset({"waiting", "elapsed"})
_DAY: Final = 86_400.0
WEIGHTS: Final[Mapping[str, float]] = {
    "contacts": 20.0,
    "switches": 20.0,
    "waiting": 15.0,
    "repeats": 25.0,
    "steps": 10.0,
    "elapsed": 10.0,
}
#: So much gives half of all points; seconds for times. The first contact and the first step are no effort by themselves.
HALVES: Final[Mapping[str, float]] = {
    "contacts": 4.0,
    "switches": 1.0,
    "waiting": 3 * _DAY,
    "repeats": 2.0,
    "steps": 5.0,
    "elapsed": 7 * _DAY,
}
_FREE: Final = np.array([1, 0, 0, 0, 1, 0], np.int64)
_UNITS: Final = np.array([MICROSECONDS if name in TIMES else 1 for name in COMPONENTS], np.float64)
_MOST: Final = 1e9


class EffortScale(msgspec.Struct, frozen=True):
    """Weights and halves in the order of ``COMPONENTS``."""

    weights: tuple[float, ...] = tuple(WEIGHTS.values())
    halves: tuple[float, ...] = tuple(HALVES.values())


def scale_of(weights: Iterable[str] = (), halves: Iterable[str] = ()) -> EffortScale:
    """The scale with what is said in place of what is usual. Raises Problem QUESTION_INVALID.

    >>> scale_of(["repeats=50,elapsed=0"], ["waiting=1d"]).weights
    (20.0, 20.0, 15.0, 50.0, 10.0, 0.0)
    """
    weighed = _said(weights, "weights", WEIGHTS)
    halved = _said(halves, "halves", HALVES)
    if not any(weighed.values()):
        raise _refused("weights", ",".join(f"{name}=0" for name in COMPONENTS), "> 0")
    return EffortScale(tuple(weighed.values()), tuple(halved.values()))


def _said(said: Iterable[str], field: str, usual: Mapping[str, float]) -> dict[str, float]:
    found = dict(usual)
    for pair in (part for one in said for part in one.split(",") if part.strip()):
        name, _, text = (part.strip() for part in pair.partition("="))
        if name not in found:
            raise _refused(field, pair.strip(), ", ".join(nearest(name, COMPONENTS) or COMPONENTS))
        found[name] = _number(name, text, field)
    return found


def _number(name: str, text: str, field: str) -> float:
    if field == "halves" and name in TIMES:
        value, allowed = seconds_of_span(text), f"{name}=12h, {name}=3d, {name}=2w"
    else:
        value, allowed = _plain(text), f"{name}=0 … {name}=1000000000"
    if value is None or not 0 <= value <= _MOST or (field == "halves" and value == 0):
        raise _refused(field, f"{name}={text}", allowed)
    return value


def _plain(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _refused(field: str, value: str, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)


def weighing_of(scale: EffortScale) -> Weighing:
    """The scale as a loop reads it."""
    return Weighing(_FREE, _UNITS, np.array(scale.weights), np.array(scale.halves))


def points(values: Values, scale: EffortScale) -> tuple[Values, Mask]:
    """Millionths of a point that each component adds to the index of each journey, and which journeys have an index at all.

    ``values``: one row for each of ``COMPONENTS``, one column for each journey; counts and microseconds, -1 = not there.
    """
    added = np.zeros_like(values, np.int64, order="C")
    rated = rate(np.ascontiguousarray(values), values.shape[1], weighing_of(scale), added)
    return added, rated


def index_of(added: Values) -> Values:
    """The index of each journey in hundredths of a point, 0 to 10,000.

    >>> index_of(np.array([[50_000_000], [25_000_000]])).tolist()
    [7500]
    """
    index = np.zeros(added.shape[1], np.int64)
    add_up(np.ascontiguousarray(added), np.ones(len(index), np.bool_), index)
    return index
