"""Dates as spreadsheets keep them: a day as a number, the time of day in a column of its own."""

import re
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.steps.columns_text import missing

#: Days since the last day of 1899, from 1954 to 2119; other numbers of five digits are more likely something else.
FIRST_DAY: Final = 20_000
LAST_DAY: Final = 79_999
_SERIAL: Final = re.compile(r"([2-7][0-9]{4})(?:[.,]([0-9]{1,17}))?")
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zone
_DAY_S: Final = 86_400
#: What a sheet puts before a time of day that it keeps as a whole date.
_NO_DAY: Final = re.compile(r"(?:1899|1900|1904)-\d\d-\d\d[ T]")
_FRACTION: Final = re.compile(r"0?[.,](\d{1,17})")
_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-4])[:.h][0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?(?:[ap]m|uhr))?", re.IGNORECASE)
_MIDNIGHT: Final = r"[T ]00:00(?::00(?:[.,]0+)?)?$"


def serial_day(text: str) -> str | None:
    """The local time that a spreadsheet keeps as this number of days, as ISO text; None for any other text.

    >>> serial_day("46027"), serial_day("46027,34375"), serial_day("4711")
    ('2026-01-05T00:00:00', '2026-01-05T08:15:00', None)
    """
    found = _SERIAL.fullmatch(text.strip())
    if found is None:
        return None
    # a fraction of a day is binary in a sheet; what is meant is at most a millisecond
    seconds = round(float(f"{found[1]}.{found[2] or 0}") * _DAY_S, 3)
    return (_DAY_ZERO + timedelta(seconds=seconds)).isoformat()


def clock_of(text: str) -> str | None:
    """The time of day that a cell of its own says; None for any other text.

    >>> clock_of("8:15"), clock_of("0,34375"), clock_of("1899-12-30 08:15:00"), clock_of("8.15 Uhr"), clock_of("gestern")
    ('8:15', '08:15:00', '08:15:00', '8:15 Uhr', None)
    """
    said = _NO_DAY.sub("", text.strip())
    part = _FRACTION.fullmatch(said)
    if part is not None:
        return str((_DAY_ZERO + timedelta(seconds=round(float(f"0.{part[1]}") * _DAY_S, 3))).time())
    if not _CLOCK.fullmatch(said):
        return None
    return said if ":" in said else re.sub(r"[.h]", ":", said, count=1)


def with_clock(days: pa.Array, clocks: pa.Array) -> pa.Array:
    """Dates with the time of day from another column, as one text; a date that has a time of day keeps it."""
    bare = pc.replace_substring_regex(pc.fill_null(days, ""), _MIDNIGHT, "")
    coded = pc.dictionary_encode(pc.fill_null(clocks, ""))
    said = pa.array([clock_of(text) or text.strip() for text in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)
    alone = pc.or_(pc.or_(pa.array(missing(said)), pa.array(missing(bare))), pc.match_substring(bare, ":"))
    return pc.if_else(alone, bare, pc.binary_join_element_wise(bare, said, " "))
