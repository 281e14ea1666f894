"""When did it happen? One value as a sender wrote it, read as a moment, or refused with the reason.

The rules (no format is guessed from the other rows; that is what the preview of a file is for):

- Numbers are epoch times. The unit follows from the magnitude: below 1e11 seconds, 1e14 milliseconds, 1e17 microseconds, above
  that nanoseconds. Text of at least nine digits is read the same way, except that 8, 12, 14 or 17 digits are a date without
  separators (``20261120``, ``202611201000`` …) where they form one.
- ISO 8601: ``2026-11-20``, with ``T`` or a space and ``10``, ``10:00``, ``10:00:00``, fractions with point or comma (cut, not
  rounded, to microseconds), ``Z``, offsets up to 14 hours, week dates, ordinal dates, ``24:00`` as the end of a day,
  year-first dates with slashes or points, and a zone in brackets. German: ``20.11.2026``, ``20.11.2026, 10:00 Uhr``,
  ``20. November 2026``. Mail and browsers: ``Fri, 20 Nov 2026 10:00:00 GMT``, ``Fri Nov 20 2026 10:00:00 GMT+0100 (…)``.
- Dates with the year last and slashes or hyphens are ``time_ambiguous``, whatever the numbers: the next one of the same sender
  may be readable both ways.
- ``Z``, ``UTC``, ``GMT`` and places such as ``Europe/Berlin`` are zones. Abbreviations (MEZ, CEST, EST …) are ``time_invalid``:
  several of them mean different zones in different countries.
- Without a zone it is time of the workspace, flagged; in the missing hour of a clock change the clock is read as if it had not
  been changed, in the doubled hour the first pass counts; both flagged.
- A leap second is legal where one can be: at 23:59:60 UTC on the last day of a month. It is kept as the last microsecond of
  that day, so that it stays in its day and before everything after it.
- Before 1970 and after 2262-04-11 is ``time_out_of_range``.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from tanteemma.ingest.steps.date_texts import Wall, read_wall
from tanteemma.model.events import NO_TIME, Flag
from tanteemma.model.problems import Problem, ProblemCode

SECOND_US: Final = 1_000_000
DAY_US: Final = 86_400 * SECOND_US
#: how far a sender's clock may be off before ``sent_at`` is used to correct it
CLOCK_TOLERANCE_US: Final = 60 * SECOND_US
#: how far in the future an event may lie (after the correction): bookings are entered ahead, clocks run ahead
FUTURE_US: Final = 10 * DAY_US

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST_YEAR: Final = 1970
_LATEST_US: Final = (2**63 - 1) // 1000
_UNITS: Final = ((10**11, SECOND_US, 1), (10**14, 1000, 1), (10**17, 1, 1), (10**20, 1, 1000))
_DIGITS: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]{1,30}))?")
_FEWEST_EPOCH_DIGITS: Final = 9
_FAST: Final = frozenset((20, 24, 25, 27, 29, 32))
_LEAP: Final = 60
_BIG_YEAR: Final = re.compile(r"[+-][0-9]{5,6}-[0-9]{2}-[0-9]{2}")


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A time that was read: ``at_us`` microseconds since 1970 UTC, and what was noticed (``Flag`` values)."""

    at_us: int
    flags: tuple[str, ...] = ()


def parse_time(value: object, zone: str = "Europe/Berlin") -> Moment:
    """Which moment does this value name? ``zone``: the workspace's, for times without one.

    Raises Problem TIME_INVALID, TIME_AMBIGUOUS or TIME_OUT_OF_RANGE (422); the caller adds field and place.

    >>> parse_time("2026-11-20T10:00:00Z")
    Moment(at_us=1795168800000000, flags=())
    >>> parse_time("20.11.2026 11:00", "Europe/Berlin")
    Moment(at_us=1795168800000000, flags=('no_zone',))
    >>> parse_time(1795168800000).at_us == parse_time("1795168800").at_us
    True
    """
    if type(value) is str:
        if len(value) in _FAST and value[4] == "-" and value[10] == "T" and (value[-1] == "Z" or value.endswith("+00:00")):
            quick = _quickly(value)
            if quick is not None:
                return quick
        return _from_text(value.strip(), zone)
    if type(value) is int:
        return _from_number(value, 0)
    if type(value) is float:
        return _from_float(value)
    raise _invalid()


def placed_in_time(moment: Moment, *, sent_us: int, received_us: int) -> Moment:
    """When did it happen by our clock?

    A sender whose clock is off by more than a minute is corrected by ``sent_at``: received - (sent - occurred).

    Raises Problem TIME_IN_FUTURE or TIME_OUT_OF_RANGE.
    """
    at_us, flags = moment.at_us, moment.flags
    if sent_us != NO_TIME and abs(received_us - sent_us) > CLOCK_TOLERANCE_US:
        at_us, flags = received_us - (sent_us - at_us), (*flags, Flag.CLOCK_CORRECTED.value)
        if at_us < -DAY_US or at_us > _LATEST_US:
            raise _out_of_range()
    if at_us > received_us + FUTURE_US:
        raise Problem(ProblemCode.TIME_IN_FUTURE, status=422)
    return moment if at_us == moment.at_us else Moment(at_us, flags)


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo | None:
    """The zone of an IANA name, None if there is none."""
    return ZoneInfo(name) if name in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _quickly(value: str) -> Moment | None:
    """ISO text in UTC, nearly all there is; None when it needs a closer look."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    if at.year < _FIRST_YEAR or at.tzinfo is None:
        return None
    at_us = (at - _EPOCH) // _MICROSECOND
    return Moment(at_us) if at_us <= _LATEST_US else None


def _from_text(text: str, zone: str) -> Moment:
    digits = _DIGITS.fullmatch(text)
    if digits:
        return _from_digits(text, digits, zone)
    if _BIG_YEAR.match(text):
        raise _out_of_range()
    wall = read_wall(text)
    if wall is None:
        raise _invalid()
    return _of_wall(wall, zone)


def _from_digits(text: str, found: re.Match[str], zone: str) -> Moment:
    sign, whole, fraction = found.group(1, 2, 3)
    if not sign and not fraction:
        wall = read_wall(text)
        if wall is not None:
            return _of_wall(wall, zone)
    if sign and int(whole[:20]):
        raise _out_of_range()
    if len(whole) < _FEWEST_EPOCH_DIGITS or len(whole) in {14, 17}:
        raise _invalid()
    if len(whole) > len(str(_UNITS[-1][0])):
        raise _out_of_range()
    return _from_number(int(whole), int((fraction or "0").ljust(6, "0")[:6]))


def _from_float(value: float) -> Moment:
    if not -1e20 < value < 1e20:  # noqa: PLR2004 - the largest nanoseconds there are
        raise _out_of_range()
    if value < 0:
        raise _out_of_range()
    whole = int(value)
    return _from_number(whole, round((value - whole) * SECOND_US) if whole < _UNITS[0][0] else 0)


def _from_number(whole: int, millionths: int) -> Moment:
    """An epoch time; ``millionths`` count for seconds only, finer units have no use for them."""
    if whole < 0:
        raise _out_of_range()
    for below, times, over in _UNITS:
        if whole < below:
            at_us = whole * times // over + (millionths if times == SECOND_US else millionths * times // SECOND_US)
            if at_us > _LATEST_US:
                break
            return Moment(at_us)
    raise _out_of_range()


def _of_wall(wall: Wall, zone: str) -> Moment:
    """Date and time of day as written, put into its zone."""
    if wall.ambiguous:
        raise Problem(ProblemCode.TIME_AMBIGUOUS, status=422)
    flags: list[str] = []
    place: tzinfo | None = wall.offset
    if wall.zone_name is not None:
        named = zone_of(wall.zone_name)
        if named is None:
            raise _invalid()
        place = place or named
    if place is None:
        flags.append(Flag.NO_ZONE.value)
        place = zone_of(zone) or UTC
    leap = wall.second == _LEAP
    at_us = _microseconds(wall, place, flags, leap=leap)
    if wall.day.year < _FIRST_YEAR or at_us > _LATEST_US:
        raise _out_of_range()
    if leap:
        at_us = _leap_second(at_us)
        flags.append(Flag.LEAP_SECOND.value)
    return Moment(at_us, tuple(flags))


def _microseconds(wall: Wall, place: tzinfo, flags: list[str], *, leap: bool) -> int:
    second = wall.second - 1 if leap else wall.second
    clock = datetime(
        wall.day.year, wall.day.month, wall.day.day, wall.hour % 24, wall.minute, second, wall.microsecond, tzinfo=place
    )
    try:
        if wall.hour == 24:  # noqa: PLR2004 - the end of a day
            clock += timedelta(days=1)
        if isinstance(place, ZoneInfo):
            _note_clock_change(clock, flags)
        return (clock - _EPOCH) // _MICROSECOND
    except OverflowError as beyond:
        raise _out_of_range() from beyond


def _note_clock_change(clock: datetime, flags: list[str]) -> None:
    before, after = clock.utcoffset(), clock.replace(fold=1).utcoffset()
    if before is None or after is None or before == after:
        return
    flags.append((Flag.CLOCK_FOLD if before > after else Flag.CLOCK_GAP).value)


def _leap_second(before_us: int) -> int:
    """The leap second after ``before_us`` (the same wall time at second 59), which must be the last of a month in UTC."""
    whole = before_us - before_us % SECOND_US
    following = _EPOCH + timedelta(microseconds=whole + SECOND_US)
    if following != following.replace(day=1, hour=0, minute=0, second=0):
        raise _invalid()
    return whole + SECOND_US - 1


def _invalid() -> Problem:
    return Problem(ProblemCode.TIME_INVALID, status=422)


def _out_of_range() -> Problem:
    return Problem(ProblemCode.TIME_OUT_OF_RANGE, status=422)
