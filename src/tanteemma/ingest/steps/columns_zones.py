"""When does local time jump? The transitions of a zone as arrays, so that a whole column is placed in UTC at once."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

_FIRST: Final = datetime(1899, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2102, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000


class Jumps(NamedTuple):
    """Jumps of local time, oldest first, in microseconds of local time.

    Local times in ``doubtful[i] <= t < settled[i]`` happen twice (``gap[i]`` false) or never (true). ``offsets[i]`` (length one
    more) holds before ``settled[i]``: a doubled time is the first of the two, a missing one is read with the offset before the
    jump.
    """

    doubtful: npt.NDArray[np.int64]
    settled: npt.NDArray[np.int64]
    gap: npt.NDArray[np.bool_]
    offsets: npt.NDArray[np.int64]


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return round(offset.total_seconds() * _SECOND)


def _microseconds(at: datetime) -> int:
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * _SECOND


@lru_cache(maxsize=32)
def jumps_of(name: str) -> Jumps:
    """The jumps of the zone called ``name`` from 1899 to 2101."""
    zone = ZoneInfo(name)
    day, second = timedelta(days=1), timedelta(seconds=1)
    at, before = _FIRST, _offset(zone, _FIRST)
    offsets, moments = [before], []
    while at < _LAST:
        after = _offset(zone, at + day)
        if after != before:
            low, high = at, at + day
            while high - low > second:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
            moments.append(_microseconds(high))
            offsets.append(_offset(zone, high))
            before, after = offsets[-1], _offset(zone, at + day)
        at += day
    moment, offset = np.array(moments, np.int64), np.array(offsets, np.int64)
    return Jumps(
        doubtful=moment + np.minimum(offset[:-1], offset[1:]),
        settled=moment + np.maximum(offset[:-1], offset[1:]),
        gap=offset[1:] > offset[:-1],
        offsets=offset,
    )
