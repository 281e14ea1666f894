"""How a number, a date or a duration reads in German and in English. No page shows a bare float."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

#: A German reader sees 21.11.2026, 20:05; an English one 21 Nov 2026, 20:05.
LOCALES: Final = {"de": "de_DE", "en": "en_GB"}
_UNITS: Final = (
    ("year", 365 * 86_400),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
_BYTE_UNITS: Final = ("kilobyte", "megabyte", "gigabyte", "terabyte")
_SMALLEST_SHARE: Final = 0.001
_KILO: Final = 1000
_EXACT_BELOW: Final = 10
NOTHING: Final = "–"
#: A page of tables shows the same figures many times; writing one takes 0.1 ms (measured November 2026).
_KEPT: Final = 16_384


def in_full(value: float, locale: str) -> str:
    """A count: all digits, grouped; a fraction is rounded.

    >>> in_full(262200, "de_DE")
    '262.200'
    """
    return _grouped(round(value), locale)


@lru_cache(_KEPT)
def _grouped(value: int, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


def rounded(value: float | None, locale: str, digits: int = 2) -> str:
    """A measured number with a fixed number of decimals; a dash for none.

    >>> rounded(2.345, "de_DE", 1)
    '2,3'
    """
    if value is None:
        return NOTHING
    return str(format_decimal(round(value, digits), format="#,##0" + ("." + "0" * digits if digits else ""), locale=locale))


def felt(value: float | None, locale: str) -> str:
    """An emotion from -2 to +2 with its sign and one decimal.

    >>> felt(1.3, "de_DE"), felt(-1.4, "en_GB"), felt(-0.01, "de_DE")
    ('+1,3', '−1.4', '0,0')
    """
    if value is None:
        return NOTHING
    shown = format_decimal(abs(round(value, 1)), format="0.0", locale=locale)
    sign = "" if round(value, 1) == 0 else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{shown}"


def short(value: float, locale: str) -> str:
    """A number as short as it can be shown without being wrong: no decimals that are zero.

    >>> short(5.0, "de_DE"), short(2.5, "de_DE")
    ('5', '2,5')
    """
    return str(format_decimal(value, format="#,##0.###", locale=locale))


def percent(share: float | None, locale: str) -> str:
    """A measured share of 1 as percent with one decimal; nothing and all as they are, what is nearly that is not rounded to it.

    >>> percent(0.1, "de_DE").replace(chr(160), " "), percent(1, "en_GB"), percent(0.00001, "en_GB")
    ('10,0 %', '100%', '< 0.1%')
    """
    if share is None:
        return NOTHING
    if share in {0, 1}:
        return stated_percent(share, locale)
    form = _percent_form(locale, ".0")
    if 0 < share < _SMALLEST_SHARE:
        return f"< {format_percent(_SMALLEST_SHARE, format=form, locale=locale)}"
    if 1 > share >= 1 - _SMALLEST_SHARE / 2:
        return f"> {format_percent(1 - _SMALLEST_SHARE, format=form, locale=locale)}"
    return str(format_percent(round(share, 3), format=form, locale=locale))


def stated_percent(share: float, locale: str) -> str:
    """A share that somebody wrote down, as percent, as short as it can be.

    >>> stated_percent(0.6, "de_DE").replace(chr(160), " "), stated_percent(0.125, "en_GB")
    ('60 %', '12.5%')
    """
    return str(format_percent(round(share, 3), format=_percent_form(locale, ".#"), locale=locale))


def _percent_form(locale: str, decimals: str) -> str:
    return str(Locale.parse(locale).percent_formats[None].pattern).replace("#,##0", f"#,##0{decimals}")


def duration(seconds: float | None, locale: str) -> str:
    """A duration in its two largest units; below ten seconds with one decimal.

    >>> duration(7980, "de_DE").replace(chr(160), " ")
    '2 Std. 13 Min.'
    >>> duration(None, "de_DE")
    '–'
    """
    if seconds is None:
        return NOTHING
    if 0 < seconds < _EXACT_BELOW:
        return _unit(round(seconds, 1) or 0.1, "second", locale)
    left = round(seconds)
    parts: list[str] = []
    for place, (unit, size) in enumerate(_UNITS):
        if left < size and not (size == 1 and not parts):
            continue
        parts.append(_unit(left // size, unit, locale))
        rest, (smaller, smaller_size) = left % size, _UNITS[min(place + 1, len(_UNITS) - 1)]
        if size > 1 and rest >= smaller_size:
            parts.append(_unit(rest // smaller_size, smaller, locale))
        break
    return " ".join(parts)


@lru_cache(_KEPT)
def _unit(value: float, unit: str, locale: str) -> str:
    return str(format_unit(value, unit, length="short", locale=locale)).replace(" ", "\u00a0")


def size(count: int, locale: str) -> str:
    """Bytes in the unit people know from their file list.

    >>> size(51_000_000, "de_DE").replace(chr(160), " ")
    '51 MB'
    """
    value, unit = float(count), "byte"
    for larger in _BYTE_UNITS:
        if value < _KILO:
            break
        value, unit = value / _KILO, larger
    return _unit(round(value, 1) if value < _EXACT_BELOW else round(value), unit, locale)


def moment(at: datetime | None, locale: str, zone: str) -> str:
    """A point in time on the reader's clock, to the minute.

    >>> moment(datetime(2026, 11, 21, 19, 5, tzinfo=UTC), "de_DE", "Europe/Berlin")
    '21.11.2026, 20:05'
    """
    if at is None:
        return NOTHING
    own = get_timezone(zone)
    return f"{day(at, locale, zone)}, {format_time(at, format='short', tzinfo=own, locale=locale)}"


def clock(at: datetime, locale: str, zone: str) -> str:
    """The time of day on the reader's clock, to the minute.

    >>> clock(datetime(2026, 11, 21, 19, 5, tzinfo=UTC), "de_DE", "Europe/Berlin")
    '20:05'
    """
    return str(format_time(at, format="short", tzinfo=get_timezone(zone), locale=locale))


def day(at: datetime | date | None, locale: str, zone: str) -> str:
    """A day on the reader's calendar."""
    if at is None:
        return NOTHING
    if isinstance(at, datetime):
        at = at.astimezone(get_timezone(zone)).date()
    return str(format_date(at, format="medium", locale=locale))


def ago(at: datetime | None, locale: str, now: Callable[[], datetime]) -> str:
    """How long ago, in the largest unit: "vor 3 Tagen"."""
    if at is None:
        return NOTHING
    return str(format_timedelta(at - now(), add_direction=True, threshold=1, locale=locale))


def utc_now() -> datetime:
    """The clock of the wall."""
    return datetime.now(UTC)
