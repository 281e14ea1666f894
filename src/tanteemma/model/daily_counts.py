"""What was counted and spent a day at a touchpoint where nobody is known: an advertisement, a first contact."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

#: spend is kept in whole millionths of its currency, so that sums are exact
MILLIONTHS: Final = 1_000_000
_FIRST_DAY: Final = date(1970, 1, 1)


class DayCount(msgspec.Struct, frozen=True, gc=False):
    """One day of one series. ``spend`` in millionths of ``currency``, None where nothing is said."""

    series: str
    day: date
    contacts: int
    spend: int | None = None
    currency: str = ""


class CountLoad(msgspec.Struct, frozen=True):
    """One file that was read in: ``days`` that it says, ``bad`` rows left out; ``undone``: since when it does not count."""

    number: int
    file: str
    columns: str
    days: int
    bad: int
    loaded: datetime
    loaded_by: str
    undone: datetime | None
    sample: bool


class CountSeries(msgspec.Struct, frozen=True):
    """A series as it counts now; ``spend`` by currency, in millionths; ``loaded``: when the newest of its days came in."""

    name: str
    days: int
    contacts: int
    spend: dict[str, int]
    first_day: date
    last_day: date
    loaded: datetime
    file: str


def day_number(day: date) -> int:
    """Days since 1970.

    >>> day_number(date(1970, 1, 11))
    10
    """
    return (day - _FIRST_DAY).days


def day_of(number: int) -> date:
    """The day so many days after the first of 1970."""
    return _FIRST_DAY + timedelta(days=number)
