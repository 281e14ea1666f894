"""What do events say of the tone of texts? Scores of the metric ``sentiment``, brought to -1 (bad) … +1 (good), by group.

Nothing is computed of texts here: whoever sends an event says the value, with its scale (-1 to 1 if it says none).
"""

from collections.abc import Mapping
from math import fsum, sqrt
from typing import Final

from tanteemma.journeys.answers_cells import CellSentiment
from tanteemma.journeys.kernels.scores import Points, ScoreKey
from tanteemma.metrics.intervals import student_t

SENTIMENT: Final = "sentiment"


def sentiments_of(points: Mapping[ScoreKey, Points]) -> dict[str, CellSentiment]:
    """The mean by group, Student's interval cut to the scale; a single value says nothing of the others: -1 … +1."""
    told: dict[str, dict[float, int]] = {}
    for key, given in points.items():
        if key.asked == SENTIMENT:
            of_group = told.setdefault(key.group, {})
            for value, count in given.counts.items():
                polarity = _polarity(value, key)
                of_group[polarity] = of_group.get(polarity, 0) + count
    return {group: _mean(counts) for group, counts in told.items()}


def _polarity(value: float, key: ScoreKey) -> float:
    """The place between the bad end (-1) and the good end (+1)."""
    low, high = (-1.0, 1.0) if key.low is None or key.high is None else (key.low, key.high)
    place = 2 * (value - low) / (high - low) - 1
    return max(-1.0, min(1.0, -place if key.best is not None and key.best == low else place))


def _mean(counts: Mapping[float, int]) -> CellSentiment:
    n = sum(counts.values())
    value = fsum(one * count for one, count in counts.items()) / n
    if n == 1:
        return CellSentiment(value, -1.0, 1.0, n)
    spread = sqrt(fsum(count * (one - value) ** 2 for one, count in counts.items()) / (n - 1))
    half = student_t(n - 1) * spread / sqrt(n)
    return CellSentiment(value, max(-1.0, value - half), min(1.0, value + half), n)
