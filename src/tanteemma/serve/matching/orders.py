"""Looking through an imported file for people who are in it several times: ordered by a page, done by a job."""

from typing import Final

import msgspec

from tanteemma.store.jobs import Order, queue
from tanteemma.store.operational import Transaction, files, notes
from tanteemma.store.operational.records import FileState, StoredFile

JOB: Final = "match_people"
_LAST: Final = "matching_result"
#: formats whose rows can be people
_TABLES: Final = frozenset(("csv", "xlsx", "parquet", "jsonl"))
_MOST: Final = 100


class _Mapped(msgspec.Struct):
    format: str = ""


class MatchOrder(msgspec.Struct, frozen=True):
    """Which stored file is to be looked through."""

    number: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the last file; ``code``: the problem it ended with, None if it went well."""

    number: int
    name: str
    records: int = 0
    people: int = 0
    pairs: int = 0
    undecided: int = 0
    code: str | None = None


def matchable(tx: Transaction) -> list[StoredFile]:
    """The imported files whose rows can be people, newest first."""
    return [one for one in files.every(tx, limit=_MOST) if format_of(one) in _TABLES and one.state is FileState.DONE]


def format_of(stored: StoredFile) -> str:
    """The format a stored file is read in: what was said, else what its import found."""
    return stored.format or msgspec.json.decode(stored.mapping or "{}", type=_Mapped).format


def order_match(tx: Transaction, number: int) -> int:
    """Have a file looked through. Returns the number of the job. Raises Problem NOT_FOUND."""
    files.get(tx, number)
    return queue.enqueue(tx, Order(JOB, MatchOrder(number), max_attempts=2))


def runs(tx: Transaction) -> bool:
    """Is a file being looked through, or about to be?"""
    return queue.is_open(tx, JOB)


def last_result(tx: Transaction) -> Result | None:
    """What became of the last one."""
    return notes.get(tx, _LAST, Result)


def keep_result(tx: Transaction, result: Result) -> None:
    """Keep what became of it."""
    notes.put(tx, _LAST, result)
