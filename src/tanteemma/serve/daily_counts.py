"""Daily counts by CSV, for page, interface and command line: read, kept, and the document that says what became of them."""

from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.ingest.daily_counts import Counted, Wanted, read_counts
from tanteemma.model.daily_counts import MILLIONTHS, CountLoad, CountSeries
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Transaction, audit, daily_counts
from tanteemma.store.operational.daily_counts import NewLoad

_PAIR: Final = "ROLE=COLUMN"
_ROLES: Final = "series, day, contacts, spend, currency"


class BadRow(msgspec.Struct, frozen=True):
    """A row that was left out: which one, why, and the sentence that says so."""

    row: int | None
    field: str
    value: str
    code: str
    sentence: str


class SeriesShown(msgspec.Struct, frozen=True):
    """A series as it counts now; ``spend`` by currency. ``rule``: binds a touchpoint to it."""

    name: str
    days: int
    contacts: int
    spend: dict[str, float]
    first_day: date
    last_day: date
    loaded: datetime
    file: str
    rule: str


class CountsDocument(msgspec.Struct, frozen=True):
    """Every series that counts, every file that was read in (the newest first)."""

    series: tuple[SeriesShown, ...]
    files: tuple[CountLoad, ...]


class Taken(msgspec.Struct, frozen=True):
    """What became of a file: ``number`` to undo it (None: only tried), rows, days kept, bad rows (the first 100 named)."""

    number: int | None
    file: str
    rows: int
    days: int
    bad: int
    problems: tuple[BadRow, ...]
    columns: dict[str, str]
    delimiter: str
    encoding: str
    decimal: str
    series: tuple[str, ...]


def counts_document(tx: Transaction) -> CountsDocument:
    """What is counted a day, and from which files."""
    return CountsDocument(tuple(map(_shown, daily_counts.series(tx))), tuple(daily_counts.loads(tx)))


def wanted_counts(zone: str, file: str, said: str = "", columns: str = "") -> Wanted:
    """How a file is to be read. ``columns``: ``day=Datum, contacts=Klicks``. Raises Problem QUESTION_INVALID.

    >>> wanted_counts("UTC", "Suche.csv", columns="day=Datum").series
    'Suche'
    """
    named = {}
    for pair in filter(None, map(str.strip, columns.split(","))):
        role, sign, column = pair.partition("=")
        if not sign:
            allowed = f"{_PAIR} ({_ROLES})"
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="columns", value=pair[:80], allowed=allowed)
        named[role.strip()] = column.strip()
    today = datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    return Wanted(today=today, series=said.strip() or PurePath(file).stem[:200], columns=named)


def read_file(raw: bytes, file: str, wanted: Wanted, language: str) -> tuple[Counted, Taken]:
    """What the file says, not kept yet. Raises Problem as ``ingest.daily_counts.read_counts``."""
    found = read_counts(raw, wanted)
    taken = Taken(
        number=None,
        file=file,
        rows=found.rows,
        days=len(found.days),
        bad=found.bad,
        problems=tuple(_bad(problem, language) for problem in found.problems),
        columns=dict(found.columns),
        delimiter=found.delimiter,
        encoding=found.encoding,
        decimal=found.decimal,
        series=tuple(dict.fromkeys(one.series for one in found.days)),
    )
    return found, taken


def keep_file(tx: Transaction, found: Counted, taken: Taken, who: str) -> Taken:
    """Keep what was read."""
    columns = ", ".join(f"{role}={name}" for role, name in taken.columns.items())
    kept = daily_counts.load(tx, NewLoad(file=taken.file, days=found.days, loaded_by=who, columns=columns, bad=taken.bad))
    audit.note(tx, who, "counts_loaded", str(kept.number))
    return msgspec.structs.replace(taken, number=kept.number)


def mark_file(tx: Transaction, number: int, who: str, *, undone: bool) -> CountLoad:
    """A file does not count any more, or again. Raises Problem COUNTS_UNKNOWN."""
    audit.note(tx, who, "counts_undone" if undone else "counts_restored", str(number))
    return daily_counts.undo(tx, number) if undone else daily_counts.restore(tx, number)


def _shown(one: CountSeries) -> SeriesShown:
    spend = {currency: millionths / MILLIONTHS for currency, millionths in one.spend.items()}
    rule = "counts = '{}'".format(one.name.replace("'", "''"))
    return SeriesShown(one.name, one.days, one.contacts, spend, one.first_day, one.last_day, one.loaded, one.file, rule)


def _bad(problem: Problem, language: str) -> BadRow:
    said = problem.params
    row = said.get("row")
    return BadRow(
        row if isinstance(row, int) else None,
        str(said.get("field", "")),
        str(said.get("value", "")),
        problem.code.value,
        problem.sentence(language),
    )
