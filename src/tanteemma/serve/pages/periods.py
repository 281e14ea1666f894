"""What is a period called, and which condition stands for it? Names for readers, conditions for the links behind figures."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Compare, Every, Expr
from tanteemma.serve.pages import numbers

#: How a period is written in an answer, and what its first day lacks.
_WRITTEN: Final = {"day": ("%Y-%m-%d", ""), "week": ("%G-W%V-%u", "-1"), "month": ("%Y-%m", "")}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_name(begin: datetime, grain: str, zone: str, reader: tuple[str, Callable[..., str]]) -> str:
    """A period as people say it: KW 48/2025, Nov. 2025, 2025, 24.11.2025, 24.11.2025, 14:00. ``reader``: locale and texts."""
    locale, say = reader
    at = begin.astimezone(ZoneInfo(zone))
    if grain == "week":
        year, week, _ = at.isocalendar()
        return say("times.period.week", week=f"{week:02}", year=str(year))
    if grain == "month":
        return str(format_skeleton("yMMM", at.date(), locale=locale))
    if grain == "year":
        return str(at.year)
    return numbers.moment(begin, locale, zone) if grain == "hour" else numbers.day(begin, locale, zone)


def group_name(name: str, by: str, reader: tuple[str, Callable[..., str]]) -> str:
    """The name of a group in a breakdown as people say it: a week 2025-W48 is KW 48/2025, a month 2025-11 is Nov. 2025.

    >>> (
    ...     group_name("2025-11", "month", ("en", str)),
    ...     group_name("2025-11-24", "day", ("de", str)),
    ...     group_name("–", "month", ("de", str)),
    ... )
    ('Nov 2025', '24.11.2025', '–')
    """
    pattern = _WRITTEN.get(by)
    try:
        begin = None if pattern is None else datetime.strptime(f"{name}{pattern[1]}", pattern[0]).replace(tzinfo=UTC)
    except ValueError:  # what says no period
        return name
    return name if begin is None else period_name(begin, by, "UTC", reader)


def written_moment(at: datetime, zone: str) -> str:
    """A moment as a condition writes it, as short as it can be without meaning another.

    >>> written_moment(datetime(2026, 3, 28, 23, tzinfo=UTC), "Europe/Berlin")
    '2026-03-29'
    >>> written_moment(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin")
    '2026-10-25T02:30'
    >>> written_moment(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin")
    '2026-10-25T02:30:00+01:00'
    """
    local = at.astimezone(ZoneInfo(zone))
    plain = local.replace(tzinfo=None, fold=0)
    if plain.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) != at or local.second or local.microsecond:
        return local.isoformat()
    return plain.date().isoformat() if not (local.hour or local.minute) else plain.isoformat(timespec="minutes")


def _us(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def started(compare: Compare, at: datetime, zone: str) -> Expr:
    """Journeys by when their first event was."""
    return tree.Started(compare, _us(at), written_moment(at, zone))


def ended(compare: Compare, at: datetime, zone: str) -> Expr:
    """Journeys by when their last event was."""
    return tree.Ended(compare, _us(at), written_moment(at, zone))


def began_in(begin: datetime, until: datetime, zone: str) -> Every:
    """Journeys whose first event lies in a period."""
    return Every((started(Compare.AT_LEAST, begin, zone), started(Compare.LESS, until, zone)))


def ended_in(begin: datetime, until: datetime, zone: str) -> Expr:
    """Journeys whose last event lies in a period."""
    return Every((ended(Compare.AT_LEAST, begin, zone), ended(Compare.LESS, until, zone)))


def open_at(at: datetime, zone: str) -> Expr:
    """Journeys that were open at a moment."""
    return Every((started(Compare.AT_MOST, at, zone), ended(Compare.AT_LEAST, at, zone)))


def open_into(at: datetime, zone: str) -> Expr:
    """Journeys that had begun before a moment and were open in it."""
    return Every((started(Compare.LESS, at, zone), ended(Compare.AT_LEAST, at, zone)))


def active_in(begin: datetime, until: datetime, zone: str) -> Expr:
    """Journeys with any event in a period."""
    return tree.Happens(_us(begin), _us(until), (written_moment(begin, zone), written_moment(until, zone)))


def first_in(touchpoints: tuple[str, ...], begin: datetime, until: datetime, zone: str) -> Expr:
    """Journeys whose first event of these touchpoints lies in a period."""
    return tree.FirstWhen(touchpoints, _us(begin), _us(until), (written_moment(begin, zone), written_moment(until, zone)))


def active_later(born: Every, begin: datetime, until: datetime, zone: str) -> Expr:
    """Journeys of a cohort with any event in a later period."""
    return Every((*born.parts, active_in(begin, until, zone)))


def in_hour(cell: tuple[int, int], of: str, touchpoint: str | None, zone: str) -> Expr:
    """Journeys with an event (or the first, or the last) in an hour of the week."""
    which = {"starts": tree.Which.START, "ends": tree.Which.END}.get(of, tree.Which.ANY)
    return tree.Hour(*cell, zone, which, touchpoint)
