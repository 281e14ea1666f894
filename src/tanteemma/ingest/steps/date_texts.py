"""What do the digits and words of a date say? Date, time of day and zone as written, before they become a moment."""

import re
from dataclasses import dataclass
from datetime import UTC, date, timedelta, timezone
from typing import Final


@dataclass(frozen=True, slots=True)
class Wall:
    """Date and time of day as a clock on a wall shows them; ``hour`` may be 24 (end of the day), ``second`` 60 (leap second).

    ``ambiguous``: day and month may be the other way round.
    """

    day: date
    hour: int = 0
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    offset: timezone | None = None
    zone_name: str | None = None
    ambiguous: bool = False


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner",
            "feb february februar",
            "mar march mär mrz märz maerz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-zä]{0,8}\.?,?[ ]{1,2})?"
_DAYS: Final = re.compile(
    "|".join(
        (
            r"(?P<y>[0-9]{4})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})",
            r"(?P<wy>[0-9]{4})-?W(?P<w>[0-9]{2})-?(?P<wd>[1-7])",
            r"(?P<oy>[0-9]{4})-(?P<od>[0-9]{3})",
            r"(?P<gd>[0-9]{1,2})\.[ ]?(?P<gm>[0-9]{1,2})\.[ ]?(?P<gy>[0-9]{4}|[0-9]{2})",
            r"(?P<a>[0-9]{1,2})(?P<asep>[-/])(?P<b>[0-9]{1,2})(?P=asep)(?P<ay>[0-9]{4}|[0-9]{2})",
            _WEEKDAY + r"(?P<nd>[0-9]{1,2})\.?[ -](?P<nm>[a-zä]{3,9})\.?[ -](?P<ny>[0-9]{4})",
            _WEEKDAY + r"(?P<un>[a-zä]{3,9})\.?[ ]{1,2}(?P<ud>[0-9]{1,2}),?[ ](?P<uy>[0-9]{4})",
        )
    ),
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"""(?P<h>[0-9]{1,2})
    (?: :?(?P<min>[0-9]{2}) (?: :?(?P<s>[0-9]{2}) (?:[.,](?P<f>[0-9]{1,30}))? )? )?
    (?: [ ]?(?P<half>[ap]\.?m\.?) | [ ]?uhr )?
    [ ]?
    (?P<zone> z | (?:utc|gmt)? [+\u2212-] [0-9]{2} (?: :?[0-9]{2} )? | utc | gmt | [a-z_]+/[a-z0-9_+/-]+ )?
    (?: [ ]?\( [^()]{1,60} \) )?
    (?: \[ (?P<place>[a-z0-9_+/-]{1,60}) \] )?""",
    re.IGNORECASE | re.VERBOSE,
)
_REST: Final = re.compile(r"(?:t|,?[ ]+(?:um[ ])?|,)(.+)|()", re.IGNORECASE)
_PACKED: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T?([0-9]{2})([0-9]{2})([0-9]{2})?(?:[.,]?([0-9]{1,9}))?)?(z|[+-][0-9]{4})?",
    re.IGNORECASE,
)
_PACKED_DIGITS: Final = frozenset((8, 12, 14, 17))
_OFFSET: Final = re.compile(r"([+\u2212-])([0-9]{2}):?([0-9]{2})?")
_LATEST_OFFSET: Final = timedelta(hours=14)
_EARLIEST_OFFSET: Final = timedelta(hours=-12)
_LONGEST: Final = 120
_NOON: Final = 12
_HOURS: Final = 24
_SIXTY: Final = 60
_CENTURY_TURNS: Final = 70


def read_wall(text: str) -> Wall | None:
    """Date and time as written, None if it is neither.

    >>> read_wall("20.11.2026, 10:00 Uhr")
    Wall(day=datetime.date(2026, 11, 20), hour=10, minute=0, second=0, microsecond=0, ...)
    >>> read_wall("30.02.2026") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    packed = _PACKED.fullmatch(text)
    if packed and (not text.isdigit() or len(text) in _PACKED_DIGITS):
        return _from_packed(packed)
    found = _DAYS.match(text)
    if not found:
        return None
    day, ambiguous = _day_of(found)
    rest = _REST.fullmatch(text, found.end())
    if not rest or day is None:
        return None
    return _with_clock(day, _CLOCK.fullmatch(rest[1]), ambiguous=ambiguous) if rest[1] else Wall(day, ambiguous=ambiguous)


def _day_of(found: re.Match[str]) -> tuple[date | None, bool]:
    """The date, and whether day and month may be the other way round."""
    part = found.groupdict()
    if part["y"]:
        return _date(part["y"], part["m"], part["d"]), False
    if part["wy"]:
        return _week_date(int(part["wy"]), int(part["w"]), int(part["wd"])), False
    if part["oy"]:
        return _day_of_year(int(part["oy"]), int(part["od"])), False
    if part["gy"]:
        return _date(_whole_year(part["gy"]), part["gm"], part["gd"]), False
    if part["ay"]:
        year = _whole_year(part["ay"])
        return _date(year, part["b"], part["a"]) or _date(year, part["a"], part["b"]), True
    name = part["nm"] or part["un"]
    month = _MONTHS.get(name.lower())
    return (_date(part["ny"] or part["uy"], str(month), part["nd"] or part["ud"]) if month else None), False


def _with_clock(day: date, found: re.Match[str] | None, *, ambiguous: bool) -> Wall | None:
    if not found:
        return None
    hour, minute, second = int(found["h"]), int(found["min"] or 0), int(found["s"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"][0] in "pP" else 0)
    microsecond = int((found["f"] or "0").ljust(6, "0")[:6])
    if not _is_time_of_day(hour, minute, second, microsecond):
        return None
    offset, known = _offset(found["zone"])
    name = found["place"] or (found["zone"] if found["zone"] and "/" in found["zone"] else None)
    return Wall(day, hour, minute, second, microsecond, offset, name, ambiguous) if known else None


def _is_time_of_day(hour: int, minute: int, second: int, microsecond: int) -> bool:
    if hour == _HOURS:
        return minute == second == microsecond == 0
    return hour < _HOURS and minute < _SIXTY and second <= _SIXTY


def _offset(text: str | None) -> tuple[timezone | None, bool]:
    """The offset of a zone text, None if it has none; and whether it is one that exists."""
    if not text or "/" in text:
        return None, True
    signed = _OFFSET.search(text)
    if not signed:
        return UTC, True
    minutes = int(signed[3] or 0)
    size = timedelta(hours=int(signed[2]), minutes=minutes)
    offset = size if signed[1] == "+" else -size
    if minutes >= _SIXTY or not _EARLIEST_OFFSET <= offset <= _LATEST_OFFSET:
        return None, False
    return timezone(offset), True


def _from_packed(found: re.Match[str]) -> Wall | None:
    day = _date(found[1], found[2], found[3])
    hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
    microsecond = int((found[7] or "0").ljust(6, "0")[:6])
    offset, known = _offset(found[8])
    if day is None or not known or not _is_time_of_day(hour, minute, second, microsecond):
        return None
    return Wall(day, hour, minute, second, microsecond, offset)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _week_date(year: int, week: int, weekday: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None


def _day_of_year(year: int, number: int) -> date | None:
    try:
        day = date(year, 1, 1) + timedelta(days=number - 1)
    except (ValueError, OverflowError):
        return None
    return day if day.year == year else None


def _whole_year(year: str) -> str:
    """Two digits mean 1970 to 2069."""
    if len(year) > 2:  # noqa: PLR2004 - four digits are a whole year
        return year
    return f"{'20' if int(year) < _CENTURY_TURNS else '19'}{year}"
