"""Which opportunity comes first? What it costs us today, times how sure we are, times how little work it is.

``score = cost a year x confidence x ease``: confidence 1..5 counts as 0.2..1, effort 1..5 as an ease of 1..0.2. The unit stays
money a year, so a score reads as "what may be gained a year, weighted"; it keeps the range of the cost.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

from tanteemma.workshop.document import Content

T = TypeVar("T")
_STEPS: Final = 5


class Score(msgspec.Struct, frozen=True):
    """The score of an opportunity as a range; ``mid`` is what it is ranked by."""

    low: float
    mid: float
    high: float


def score(cost: tuple[float, float], confidence: int, effort: int) -> Score:
    """The score of a cost a year (low, high) at a confidence and an effort of 1 to 5.

    >>> score((28_000, 55_000), confidence=4, effort=2)
    Score(low=17920.0, mid=26560.0, high=35200.0)
    """
    weight = confidence * (_STEPS + 1 - effort) / _STEPS**2
    low, high = min(cost), max(cost)
    return Score(low * weight, (low + high) / 2 * weight, high * weight)


def score_of(content: Content) -> Score | None:
    """The score of the opportunity in this document; None while its cost, confidence or effort was not said."""
    said = [_number(content, name) for name in ("cost_low", "cost_high")]
    costs = [one for one in said if one is not None]
    confidence, effort = _number(content, "confidence"), _number(content, "effort")
    if not costs or confidence is None or effort is None:
        return None
    return score((costs[0], costs[-1]), int(confidence), int(effort))


def _number(content: Content, name: str) -> float | None:
    value = content.said(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def ranked(opportunities: Iterable[tuple[T, Content]]) -> list[tuple[T, Score | None]]:
    """Opportunities with their scores, the highest first; those without one last, in the order they came."""
    found = [(one, score_of(content)) for one, content in opportunities]
    return sorted(found, key=lambda pair: (pair[1] is None, 0.0 if pair[1] is None else -pair[1].mid))
