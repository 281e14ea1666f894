"""What was said and decided in a workshop, as it is written down: cells with guesses and measured values, votes, measures."""

from datetime import date

import msgspec


class CellMinutes(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the map: what each person guessed, and what was measured when it was uncovered."""

    phase: str
    about: str
    guesses: tuple[str, ...] = ()
    measured: str = ""
    evidence: str = ""
    remark: str = ""


class VoteMinutes(msgspec.Struct, frozen=True, kw_only=True):
    """How many dots an entry got."""

    about: str
    dots: int


class MeasureMinutes(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody promised to do."""

    text: str
    owner: str = ""
    department: str = ""
    due: date | None = None


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """The minutes of one workshop."""

    title: str
    day: date
    map: str = ""
    people: tuple[str, ...] = ()
    cells: tuple[CellMinutes, ...] = ()
    votes: tuple[VoteMinutes, ...] = ()
    measures: tuple[MeasureMinutes, ...] = ()
    notes: tuple[str, ...] = ()
