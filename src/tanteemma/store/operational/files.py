"""Which files were imported, how far each is and what became of its rows."""

import msgspec
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import notes
from tanteemma.store.operational.records import Counts, FileProblem, FileState, StoredFile
from tanteemma.store.operational.tables import STORED_FILE
from tanteemma.store.operational.transaction import Transaction

_ENDED = (FileState.DONE, FileState.FAILED, FileState.UNDONE)


class NewFile(msgspec.Struct, frozen=True):
    """A file that has just been stored as it came. ``sha256`` in hex; ``fingerprint`` of its header."""

    name: str
    source: str
    sha256: str
    bytes: int
    format: str
    fingerprint: str
    mapping: str | None = None
    sample: bool = False


class Progress(msgspec.Struct, frozen=True):
    """How far an import is: bytes read and what became of the rows until now."""

    done_bytes: int
    counts: Counts
    rows: int | None = None
    problems: tuple[FileProblem, ...] = ()


def add(tx: Transaction, file: NewFile, state: FileState = FileState.UPLOADED) -> StoredFile:
    """Enter a file; its number is its origin (``file:<number>``) for ever."""
    row = msgspec.structs.asdict(file) | {"state": state.value, "problems": (), "created": tx.now}
    number = tx.run(sa.insert(STORED_FILE).values(row).returning(STORED_FILE.c.number)).scalar_one()
    return get(tx, int(number))


def get(tx: Transaction, number: int) -> StoredFile:
    """The file of this number. Raises Problem NOT_FOUND."""
    row = tx.run(sa.select(STORED_FILE).where(STORED_FILE.c.number == number)).mappings().first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="file", value=number)
    return _file(row)


def note_ticket(tx: Transaction, ticket: str, number: int) -> None:
    """This file was entered under this ticket: whoever handed it in can ask what became of it, and hand it in again safely."""
    notes.put(tx, f"ticket:{ticket}", number)


def of_ticket(tx: Transaction, ticket: str) -> StoredFile | None:
    """The file that was entered under a ticket, None if none was."""
    number = notes.get(tx, f"ticket:{ticket}", int) if ticket else None
    return None if number is None else get(tx, number)


def every(tx: Transaction, *, before: int | None = None, limit: int = 100) -> list[StoredFile]:
    """Files, newest first; ``before`` a number for the next page."""
    query = sa.select(STORED_FILE).order_by(STORED_FILE.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(STORED_FILE.c.number < before)
    return [_file(row) for row in tx.run(query).mappings()]


def in_state(tx: Transaction, *states: FileState) -> list[StoredFile]:
    """Files in one of the states, oldest first (what is to be resumed after a crash)."""
    wanted = [state.value for state in states]
    query = sa.select(STORED_FILE).where(STORED_FILE.c.state.in_(wanted)).order_by(STORED_FILE.c.number)
    return [_file(row) for row in tx.run(query).mappings()]


def with_content(tx: Transaction, sha256: str) -> list[StoredFile]:
    """Files with exactly this content, oldest first: was it imported before?"""
    query = sa.select(STORED_FILE).where(STORED_FILE.c.sha256 == sha256).order_by(STORED_FILE.c.number)
    return [_file(row) for row in tx.run(query).mappings()]


def move(tx: Transaction, number: int, state: FileState) -> None:
    """The file is now in this state; an ending state stamps the time."""
    finished = tx.now if state in _ENDED else None
    tx.run(sa.update(STORED_FILE).where(STORED_FILE.c.number == number).values(state=state.value, finished=finished))


def read_as(tx: Transaction, number: int, mapping: str) -> None:
    """The file is to be read with this mapping (JSON text)."""
    tx.run(sa.update(STORED_FILE).where(STORED_FILE.c.number == number).values(mapping=mapping))


def progress(tx: Transaction, number: int, so_far: Progress) -> None:
    """Replace how far the import is; the same progress told twice changes nothing."""
    values = msgspec.structs.asdict(so_far.counts) | {"done_bytes": so_far.done_bytes, "problems": so_far.problems}
    if so_far.rows is not None:
        values["rows"] = so_far.rows
    tx.run(sa.update(STORED_FILE).where(STORED_FILE.c.number == number).values(values))


def blot(tx: Transaction, number: int) -> None:
    """A file's bytes were erased: its name and the values among its problems go too, its counts stay."""
    tx.run(sa.update(STORED_FILE).where(STORED_FILE.c.number == number).values(name=f"#{number}", problems=()))


def remove(tx: Transaction, number: int) -> None:
    """Forget the entry of a file; the number is not used again."""
    tx.run(sa.delete(STORED_FILE).where(STORED_FILE.c.number == number))


def _file(row: sa.RowMapping) -> StoredFile:
    return msgspec.structs.replace(StoredFile(**row), state=FileState(row["state"]))
