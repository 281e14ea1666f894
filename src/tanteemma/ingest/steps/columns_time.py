"""When did it happen? A whole column of times as text, read at once: ISO, German, American, compact and epoch forms."""

from collections.abc import Callable
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from tanteemma.ingest.steps.columns_clock import (
    AMBIGUOUS,
    DAY,
    INVALID,
    MISSING,
    NO_OFFSET,
    PLAIN,
    READ,
    SECOND,
    TOO_EARLY,
    TOO_LATE,
    UNREAD,
    read_one,
)
from tanteemma.ingest.steps.columns_text import Bytes, Places, says_nothing, text_of, trim
from tanteemma.ingest.steps.columns_zones import Jumps, jumps_of
from tanteemma.model.events import Flag
from tanteemma.model.problems import ProblemCode

Times = npt.NDArray[np.int64]
States = npt.NDArray[np.uint8]

PROBLEMS: Final = {
    MISSING: ProblemCode.FIELD_MISSING,
    UNREAD: ProblemCode.TIME_INVALID,
    INVALID: ProblemCode.TIME_INVALID,
    AMBIGUOUS: ProblemCode.TIME_AMBIGUOUS,
    TOO_EARLY: ProblemCode.TIME_OUT_OF_RANGE,
    TOO_LATE: ProblemCode.TIME_IN_FUTURE,
}

NO_ZONE: Final = 1
GAP: Final = 2
FOLD: Final = 4
LEAP: Final = 8
FLAGS: Final = ((NO_ZONE, Flag.NO_ZONE), (GAP, Flag.CLOCK_GAP), (FOLD, Flag.CLOCK_FOLD), (LEAP, Flag.LEAP_SECOND))

#: Order of day, month and year in dates with slashes or dashes.
ORDERS: Final = {None: 0, "dmy": 1, "mdy": 2, "ymd": 1}

#: Earliest time that is believed: 1900-01-01 UTC.
EARLIEST: Final = -2_208_988_800 * SECOND
YEAR_US: Final = 366 * DAY


class Clock(NamedTuple):
    """How times are read: zone of local times, order of ambiguous dates, the moment of reading (microseconds UTC)."""

    zone: str
    order: str | None
    now_us: int


class TimeColumn(NamedTuple):
    """Microseconds UTC, state and flag bits per row; only rows in state PLAIN or READ have a time."""

    us: Times
    state: States
    flags: States

    @property
    def read(self) -> npt.NDArray[np.bool_]:
        """Which rows have a time?"""
        return np.asarray(self.state <= READ)


#: Reads one value that the column reader does not know; raises Problem.
Fallback = Callable[[str], tuple[int, int] | None]


@njit(nogil=True, cache=True)
def _jump_behind(settled: Times, local: int) -> int:
    """How many jumps are settled at this local time?"""
    low, high = 0, len(settled)
    while low < high:
        middle = (low + high) // 2
        if settled[middle] <= local:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, cache=True)
def _place(local: int, jumps: Jumps, near: int) -> tuple[int, int, int]:
    """Local time to UTC: (microseconds UTC, flag bits, the next jump; ``near`` is that of the row before, mostly the same)."""
    settled = jumps.settled
    jump = near
    if (jump > 0 and local < settled[jump - 1]) or (jump < len(settled) and local >= settled[jump]):
        jump = _jump_behind(settled, local)
    flags = NO_ZONE
    if jump < len(jumps.settled) and local >= jumps.doubtful[jump]:
        flags |= GAP if jumps.gap[jump] else FOLD
    return local - jumps.offsets[jump], flags, jump


@njit(nogil=True, cache=True)
def _read(data: Bytes, offsets: Places, order: int, jumps: Jumps) -> tuple[Times, States, States]:
    rows = len(offsets) - 1
    us, state, flags = np.zeros(rows, np.int64), np.empty(rows, np.uint8), np.zeros(rows, np.uint8)
    near = 0
    for row in range(rows):
        start, end = trim(data, offsets[row], offsets[row + 1])
        if says_nothing(data, start, end):
            state[row] = MISSING
            continue
        value, east, found = read_one(data, start, end, order)
        state[row] = found
        if found > READ:
            continue
        if east == NO_OFFSET:
            us[row], flags[row], near = _place(value, jumps, near)
        else:
            us[row] = value - east * SECOND
    return us, state, flags


def _check_range(column: TimeColumn, now_us: int) -> None:
    read = column.read
    column.state[read & (column.us < EARLIEST)] = TOO_EARLY
    column.state[read & (column.us > now_us + YEAR_US)] = TOO_LATE


def read_times(column: pa.Array, clock: Clock, fallback: Fallback | None = None) -> TimeColumn:
    """Read a ``string`` column of times.

    Values without zone are times of ``clock.zone`` and flagged, those in a missing or doubled hour too. ``fallback`` reads the
    few values that are in none of the known forms: microseconds UTC and flag bits, or None.
    """
    found = TimeColumn(*_read(*text_of(column), ORDERS[clock.order], jumps_of(clock.zone)))
    if fallback and bool((found.state == UNREAD).any()):
        rest = np.flatnonzero(found.state == UNREAD)
        values = pc.dictionary_encode(column.take(pa.array(rest)))
        for code, value in enumerate(values.dictionary.to_pylist()):
            read = fallback(value)
            if read:
                rows = rest[np.asarray(values.indices) == code]
                found.us[rows], found.flags[rows] = read
                found.state[rows] = READ
    _check_range(found, clock.now_us)
    return found


def place_times(column: pa.Array, clock: Clock) -> TimeColumn:
    """Read a typed Arrow column: timestamps with or without zone, dates, or whole numbers since 1970."""
    rows = len(column)
    missing = np.asarray(column.is_null())
    state, flags = np.full(rows, PLAIN, np.uint8), np.zeros(rows, np.uint8)
    if pa.types.is_integer(column.type):
        numbers = np.asarray(pc.fill_null(column, 0).cast(pa.int64()))
        sizes = np.abs(numbers)
        scale = np.select([sizes < 10**11, sizes < 10**14], [SECOND, 1000], 1)
        us = np.where(sizes < 10**17, numbers * scale, numbers // 1000)
        state[:] = READ
    else:
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        local = column.cast(pa.timestamp("us", "UTC" if zoned else None), safe=False)
        us = np.asarray(pc.fill_null(local.cast(pa.int64()), 0)).copy()
        if not zoned:
            us, flags = _place_all(us, jumps_of(clock.zone))
            state[:] = READ
    state[missing] = MISSING
    found = TimeColumn(np.asarray(us), state, flags)
    _check_range(found, clock.now_us)
    return found


@njit(nogil=True, cache=True)
def _place_all(local: Times, jumps: Jumps) -> tuple[Times, States]:
    us, flags = np.empty(len(local), np.int64), np.empty(len(local), np.uint8)
    near = 0
    for row in range(len(local)):
        us[row], flags[row], near = _place(local[row], jumps, near)
    return us, flags


def zone_is_known(name: str) -> bool:
    """Is there a time zone of this name?"""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
