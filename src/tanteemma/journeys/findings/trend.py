"""Does a weak spot grow? Its share over time, and that of the last quarter against the time before."""

from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Final

import numpy as np

from tanteemma.journeys.answers_breaks import Direction, Trend, TrendPoint
from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings.measured import Measured, Periods
from tanteemma.journeys.findings.statistics import FEWEST

#: A small chart shows about so many points.
MOST_POINTS: Final = 26
RECENT: Final = 0.25
_Z: Final = 1.959964
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment(microseconds: int) -> datetime:
    """The time of so many microseconds since 1970.

    >>> moment(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return _EPOCH + timedelta(microseconds=microseconds)


def trend_of(measured: Measured, periods: Periods) -> Trend:
    """The share over time. RISING or FALLING only if the interval of the difference leaves out none (no small numbers)."""
    width = -(-periods.count // MOST_POINTS)
    came, hits = (_coarser(column, width) for column in (measured.came, measured.hits))
    points = tuple(
        TrendPoint(moment(periods.start_us(place * width)), one, hit)
        for place, (one, hit) in enumerate(zip(came.tolist(), hits.tolist(), strict=True))
    )
    cut = periods.count - max(1, round(periods.count * RECENT))
    before, after = ((int(c[:cut].sum()), int(c[cut:].sum())) for c in (measured.came, measured.hits))
    (old_came, new_came), (old_hits, new_hits) = before, after
    if min(old_came, new_came) < FEWEST:
        return Trend(Direction.UNKNOWN, None, None, None, points)
    old, new = old_hits / old_came, new_hits / new_came
    error = sqrt(_variance(new_hits, new_came) + _variance(old_hits, old_came))
    change, low, high = new - old, new - old - _Z * error, new - old + _Z * error
    direction = Direction.RISING if low > 0 else Direction.FALLING if high < 0 else Direction.STEADY
    return Trend(direction, change, low, high, points)


def _variance(hits: int, came: int) -> float:
    """Of a share, with two more of each kind (Agresti and Caffo 2000): never none."""
    share = (hits + 1) / (came + 2)
    return share * (1 - share) / (came + 2)


def _coarser(column: Values, width: int) -> Values:
    padded = np.pad(column, (0, -len(column) % width))
    coarse: Values = padded.reshape(-1, width).sum(axis=1)
    return coarse
