"""One moment as text, byte by byte: which day, which time of day, which zone? Compiled, for columns_time."""

from typing import Final

import numpy as np
from numba import njit

from tanteemma.ingest.steps.columns_text import Bytes

#: What was found in a cell. PLAIN: ISO with zone, so nothing else needs to be kept; READ: another form, the original is kept.
PLAIN: Final = 0
READ: Final = 1
MISSING: Final = 2
UNREAD: Final = 3
INVALID: Final = 4
AMBIGUOUS: Final = 5
TOO_EARLY: Final = 6
TOO_LATE: Final = 7

SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
#: No zone was said: the time is local.
NO_OFFSET: Final = -(1 << 40)
_LOCAL: Final = 1
_EPOCH: Final = 2
#: Years of two digits below it are of this century.
_PIVOT: Final = 70
_DAYS: Final = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@njit(nogil=True, cache=True)
def _digits(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """(number, how many digits) from ``at``; at most 19 digits are taken."""
    value = count = 0
    while at + count < end and count < 19 and 48 <= data[at + count] <= 57:
        value = value * 10 + (data[at + count] - 48)
        count += 1
    return value, count


@njit(nogil=True, cache=True)
def _day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a Gregorian date, or NO_OFFSET if there is no such day."""
    if year < 1 or month < 1 or month > 12 or day < 1:
        return NO_OFFSET
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS[month - 1] + (1 if month == 2 and leap else 0):
        return NO_OFFSET
    years = year - 1 if month <= 2 else year
    era = years // 400
    of_era = years - era * 400
    shifted = month - 3 if month > 2 else month + 9
    of_year = (153 * shifted + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@njit(nogil=True, cache=True)
def _parted_date(data: Bytes, at: int, end: int, order: int) -> tuple[int, int, int]:
    """A date in three parted numbers: (day number, place behind it, state)."""
    one, count_one = _digits(data, at, end)
    at += count_one
    if at >= end:
        return 0, at, UNREAD
    sign = data[at]
    if sign != 45 and sign != 46 and sign != 47:
        return 0, at, UNREAD
    at += 1
    blank = at < end and sign == 46 and data[at] == 32
    two, count_two = _digits(data, at + blank, end)
    at += count_two + blank
    if at >= end or data[at] != sign or count_two < 1 or count_two > 2:
        return 0, at, UNREAD
    at += 1
    blank = at < end and sign == 46 and data[at] == 32
    three, count_three = _digits(data, at + blank, end)
    at += count_three + blank
    if count_one == 4:
        if count_three < 1 or count_three > 2:
            return 0, at, UNREAD
        return _day_number(one, two, three), at, READ
    if count_one > 2 or (count_three != 4 and count_three != 2):
        return 0, at, UNREAD
    year = three if count_three == 4 else three + (2000 if three < _PIVOT else 1900)
    if sign != 46 and order == 0 and one != two:
        return 0, at, AMBIGUOUS
    if sign != 46 and order == 2:
        return _day_number(year, one, two), at, READ
    return _day_number(year, two, one), at, READ


@njit(nogil=True, cache=True)
def _clock_time(data: Bytes, at: int, end: int) -> tuple[int, int, int]:
    """A time of day: (microseconds, place behind it, state). State PLAIN: hh:mm[:ss[.up to six digits]]."""
    hour, count = _digits(data, at, end)
    at += count
    minute = second = micro = 0
    state = PLAIN
    if count == 4 or count == 6:
        second, minute, hour = (hour % 100, hour // 100 % 100, hour // 10_000) if count == 6 else (0, hour % 100, hour // 100)
        state = READ
    elif count == 1 or count == 2:
        if at >= end or data[at] != 58:
            return 0, at, UNREAD
        minute, width = _digits(data, at + 1, end)
        at += 1 + width
        if width != 2:
            return 0, at, UNREAD
        if at + 2 < end and data[at] == 58:
            second, width = _digits(data, at + 1, end)
            at += 1 + width
            if width != 2:
                return 0, at, UNREAD
        state = PLAIN if count == 2 else READ
    else:
        return 0, at, UNREAD
    if at + 1 < end and (data[at] == 46 or data[at] == 44) and 48 <= data[at + 1] <= 57:
        part, width = _digits(data, at + 1, end)
        state = state if width <= 6 and data[at] == 46 else READ
        at += 1 + width
        while width > 6:
            part //= 10
            width -= 1
        for _ in range(6 - width):
            part *= 10
        micro = part
    whole_day = hour == 24 and minute == 0 and second == 0 and micro == 0
    if minute > 59 or second > 60 or (hour > 23 and not whole_day):
        return 0, at, INVALID
    if second == 60:
        return 0, at, UNREAD
    return ((hour * 60 + minute) * 60 + second) * SECOND + micro, at, state


@njit(nogil=True, cache=True)
def _word(data: Bytes, at: int, end: int) -> int:
    """What remains, in small letters, packed into one number (up to eight bytes)."""
    packed = 0
    if end - at > 7:
        return -1
    for place in range(end - 1, at - 1, -1):
        packed = packed * 256 + (data[place] | 32)
    return packed


_AM: Final = int.from_bytes(b"am", "little")
_PM: Final = int.from_bytes(b"pm", "little")
_UHR: Final = int.from_bytes(b"uhr", "little")
_UTC: Final = int.from_bytes(b"utc", "little")
_GMT: Final = int.from_bytes(b"gmt", "little")
_Z: Final = ord("z")


@njit(nogil=True, cache=True)
def _offset(data: Bytes, at: int, end: int) -> int:
    """The seconds of a ``+hh``, ``+hhmm`` or ``+hh:mm`` that ends the cell, or NO_OFFSET."""
    sign = data[at]
    if (sign != 43 and sign != 45) or end - at < 3 or end - at > 6:
        return NO_OFFSET
    first, count = _digits(data, at + 1, end)
    at += 1 + count
    if count == 4 and at == end:
        hours, minutes = first // 100, first % 100
    elif count == 2 and at == end:
        hours, minutes = first, 0
    elif count == 2 and data[at] == 58:
        hours = first
        minutes, width = _digits(data, at + 1, end)
        if width != 2 or at + 3 != end:
            return NO_OFFSET
    else:
        return NO_OFFSET
    if minutes > 59 or hours > (12 if sign == 45 else 14):
        return NO_OFFSET
    seconds = hours * 3600 + minutes * 60
    return -seconds if sign == 45 else seconds


@njit(nogil=True, cache=True)
def _rest(data: Bytes, at: int, end: int, time: int) -> tuple[int, int, int]:
    """What follows the time of day: (time after am or pm, seconds east of UTC or NO_OFFSET, state)."""
    blank = False
    while at < end and data[at] == 32:
        at += 1
        blank = True
    if at >= end:
        return time, NO_OFFSET, READ
    word = _word(data, at, end)
    if word == _Z:
        return time, 0, READ if blank else PLAIN
    if word == _UTC or word == _GMT:
        return time, 0, READ
    if word == _UHR:
        return time, NO_OFFSET, READ
    if word == _AM or word == _PM:
        hours = time // (3600 * SECOND)
        if hours < 1 or hours > 12:
            return 0, NO_OFFSET, INVALID
        shift = (12 if word == _PM else 0) - (12 if hours == 12 else 0)
        return time + shift * 3600 * SECOND, NO_OFFSET, READ
    east = _offset(data, at, end)
    if east == NO_OFFSET:
        return 0, NO_OFFSET, UNREAD
    return time, east, READ if blank else PLAIN


@njit(nogil=True, cache=True)
def epoch_us(value: int, count: int) -> int:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by the number of digits."""
    if count <= 11:
        return value * SECOND
    if count <= 14:
        return value * 1000
    if count <= 17:
        return value
    return value // 1000


@njit(nogil=True, cache=True)
def _compact(data: Bytes, at: int, end: int, value: int, count: int) -> tuple[int, int, int]:
    """A run of eight or more digits: (microseconds, kind, state) of yyyymmdd[hhmm[ss]] or of an epoch."""
    behind = at + count
    if count in (8, 12, 14):
        day = value
        for _ in range(count - 8):
            day //= 10
        year = day // 10_000
        number = _day_number(year, day // 100 % 100, day % 100)
        if number != NO_OFFSET and 1900 <= year < 2100:
            if count == 8:
                if behind == end:
                    return number * DAY, _LOCAL, READ
                return number * DAY, behind, PLAIN
            time, place, state = _clock_time(data, at + 8, end)
            if state <= READ and place == end:
                return number * DAY + time, _LOCAL, READ
            if count == 14:
                return 0, 0, INVALID
        elif count == 8:
            return 0, 0, INVALID
    if count < 9:
        return 0, 0, UNREAD
    us = epoch_us(value, count)
    if behind == end:
        return us, _EPOCH, READ
    if count <= 11 and data[behind] == 46:
        part, width = _digits(data, behind + 1, end)
        if width and behind + 1 + width == end:
            while width > 6:
                part //= 10
                width -= 1
            for _ in range(6 - width):
                part *= 10
            return us + part, _EPOCH, READ
    return 0, 0, UNREAD


@njit(nogil=True, cache=True)
def read_one(data: Bytes, start: int, end: int, order: int) -> tuple[int, int, int]:
    """One cell: (microseconds, seconds east of UTC or NO_OFFSET for local time, state)."""
    value, count = _digits(data, start, end)
    if count >= 8:
        us, kind, state = _compact(data, start, end, value, count)
        if state != PLAIN:
            return us, (0 if kind == _EPOCH else NO_OFFSET), state
        midnight, at, form = us, kind, READ
    elif count == 0:
        return 0, 0, UNREAD
    else:
        number, at, form = _parted_date(data, start, end, order)
        if form > READ:
            return 0, 0, form
        if number == NO_OFFSET:
            return 0, 0, INVALID
        midnight = number * DAY
        iso = count == 4 and data[start + 4] == 45 and at == start + 10
        form = PLAIN if iso else READ
    if at == end:
        return midnight, NO_OFFSET, READ
    if data[at] == 44:
        at += 1
        form = READ
    if at < end and (data[at] == 84 or data[at] == 116):
        at += 1
    else:
        if at >= end or data[at] != 32:
            return 0, 0, UNREAD
        while at < end and data[at] == 32:
            at += 1
    time, at, state = _clock_time(data, at, end)
    if state > READ:
        return 0, 0, state
    time, east, rest = _rest(data, at, end, time)
    if rest > READ:
        return 0, 0, rest
    return midnight + time, east, max(form, state, rest)
