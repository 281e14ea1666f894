"""Which day is meant by a date of birth, however it is written? Eight digits, year first."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from tanteemma.identity.matching.cleaning import folded, seen

_ISO: Final = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})(?:[T ]\d.*)?")
_PARTED: Final = re.compile(r"(\d{1,2})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{4}|\d{2})(?:[T ]\d.*)?")
_WORDED: Final = re.compile(r"(?:(\d{1,2}) ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2})) (\d{4}|\d{2})")
_SERIAL: Final = re.compile(r"\d{4,5}(?:\.0)?")
_EPOCH: Final = dt.date(1899, 12, 30)
_MONTHS: Final = {
    word: f"{number:02}"
    for number, words in enumerate(
        (
            "jan januar january jaenner janer", "feb februar february feber", "mar marz maerz march mrz", "apr april",
            "mai may",
            "jun juni june", "jul juli july", "aug august", "sep sept september", "okt oct oktober october",
            "nov november", "dez dec dezember december",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
#: what forms fill in when nobody says when
_NOBODYS: Final = frozenset(("19000101", "19010101", "18991230", "18991231", "19700101", "00010101", "11111111", "99991231"))
_CENTURY: Final = 100
_TURN: Final = 30
_MONTHS_OF_YEAR: Final = 12
_SERIALS: Final = range(3_000, 47_000)


def month_is_first(texts: Iterable[str]) -> bool:
    """Is a column written month/day/year? Only if some cell can be nothing else and none the other way.

    >>> month_is_first(["03/25/1980", "01/02/1990"]), month_is_first(["25.03.1980"]), month_is_first(["01.02.1990"])
    (True, False, False)
    """
    first = second = 0
    for text in texts:
        found = _PARTED.fullmatch(text.strip())
        if found:
            first += int(found[1]) > _MONTHS_OF_YEAR
            second += int(found[2]) > _MONTHS_OF_YEAR
    return second > first * 20


@lru_cache(maxsize=200_000)
def birth_date(text: str, *, month_first: bool = False) -> str | None:
    """The day as eight digits; impossible days too (they are typing errors and can still be alike), placeholders not.

    >>> birth_date("07.03.1985"), birth_date("7. März 85"), birth_date("1985-03-07T00:00:00"), birth_date("31113")
    ('19850307', '19850307', '19850307', '19850307')
    >>> birth_date("03/07/1985", month_first=True), birth_date("01.01.1900"), birth_date("gestern")
    ('19850307', None, None)
    """
    shown = seen(text)
    if shown is None:
        return None
    day = _read(shown, month_first=month_first)
    return None if day is None or day in _NOBODYS else day


def _read(shown: str, *, month_first: bool) -> str | None:
    if found := _ISO.fullmatch(shown):
        return f"{found[1]}{int(found[2]):02}{int(found[3]):02}"
    if found := _PARTED.fullmatch(shown):
        day, month = (found[2], found[1]) if month_first else (found[1], found[2])
        return f"{_year(found[3])}{int(month):02}{int(day):02}"
    if _SERIAL.fullmatch(shown):
        days = int(float(shown))
        return (_EPOCH + dt.timedelta(days=days)).strftime("%Y%m%d") if days in _SERIALS else None
    if found := _WORDED.fullmatch(folded(shown)):
        named = _MONTHS.get(found[2] or found[3])
        return None if named is None else f"{_year(found[5])}{named}{int(found[1] or found[4]):02}"
    return None


def _year(text: str) -> str:
    number = int(text)
    if len(text) > 2:  # noqa: PLR2004 - written in full
        return text
    return f"{number + (2000 if number < _TURN else 1900)}"
