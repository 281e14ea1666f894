"""A map week by week: the document of the question ``cells_replay``, for a time slider.

Asked like ``cells`` (``touchpoint``, ``phase``, ``until``, ``weights``, ``language``); ``weeks``: how many, 53 if not said.
"""

from datetime import datetime

import msgspec


class WeeklyScore(msgspec.Struct, frozen=True):
    """The metric with the most answers there, week by week; None where nobody answered."""

    metric: str
    title: str
    unit: str
    scale: tuple[int, int, int] | None
    value: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    n: tuple[int, ...]


class ReplayRow(msgspec.Struct, frozen=True):
    """One touchpoint or phase: events, median waiting before it (at most a quarter off), score and emotion of each week.

    ``emotion``: from scores and waiting of that week alone, None where nobody answered; ``low`` to ``high`` is its band.
    """

    id: str
    volume: tuple[int, ...]
    waiting_s: tuple[float | None, ...]
    score: WeeklyScore | None
    emotion: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


class ReplayAnswer(msgspec.Struct, frozen=True):
    """Every week of the time: when it begins (the last one may not be over), and the rows."""

    weeks: tuple[datetime, ...]
    touchpoints: tuple[ReplayRow, ...]
    phases: tuple[ReplayRow, ...]
    weights: dict[str, float]
