"""How far is each import, what did it bring, take it back, read its bad rows again."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.documents import ImportState, ProblemCount
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, ImportProgress, ListImports, UndoImport
from tanteemma.store.operational import Transaction, audit, files, flushes, notes
from tanteemma.store.operational.records import FileState, StoredFile

_MOST: Final = 1_000
_RUNNING: Final = frozenset({FileState.WAITING, FileState.IMPORTING})
_READ: Final = frozenset({FileState.DONE, FileState.IMPORTING, FileState.UNDONE})


class _Mapped(msgspec.Struct):
    format: str = ""


def began_note(number: int) -> str:
    """Under which name the time is noted when the reading of a file began."""
    return f"import_began:{number}"


def now_us() -> int:
    """Now, in microseconds since 1970."""
    return (datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def bad_rows_note(number: int) -> str:
    """Under which name it is noted how many rows of a file are none, while nobody has read it in."""
    return f"import_bad:{number}"


def state_of(tx: Transaction, stored: StoredFile) -> ImportState:
    """One import as pages, doors and the command line are told."""
    began = notes.get(tx, began_note(stored.number), datetime)
    ended = stored.finished or datetime.now(UTC)
    return ImportState(
        number=stored.number,
        name=stored.name,
        format=msgspec.json.decode(stored.mapping, type=_Mapped).format if stored.mapping else stored.format,
        source=stored.source,
        state=stored.state.value,
        rows=stored.accepted + stored.duplicate if stored.state in _READ else stored.rows,
        received=stored.received,
        accepted=stored.accepted,
        duplicate=stored.duplicate,
        quarantined=stored.quarantined if stored.received else notes.get(tx, bad_rows_note(stored.number), int) or 0,
        rejected=stored.rejected,
        seconds=0.0 if began is None else max((ended - began).total_seconds(), 0.0),
        done_bytes=stored.done_bytes,
        total_bytes=stored.bytes,
        created_at=stored.created.isoformat(),
        sample=stored.sample,
        problems=tuple(
            ProblemCount(code=one.code, row=one.row, field=one.field, value=one.value, count=one.count)
            for one in stored.problems
        ),
    )


def state_answer(house: House, number: int) -> Answered:
    """The state of one import as an answer."""
    with house.operational.read() as tx:
        return Answered(body=msgspec.json.encode(state_of(tx, files.get(tx, number))))


def import_progress(house: House, message: ImportProgress, _asked: Asked) -> Answered:
    """How far is it?"""
    return state_answer(house, message.number)


def list_imports(house: House, message: ListImports, _asked: Asked) -> Answered:
    """All of them, newest first."""
    with house.operational.read() as tx:
        found = [state_of(tx, stored) for stored in files.every(tx, limit=min(message.limit, _MOST))]
    return Answered(body=msgspec.json.encode({"imports": found}))


def undo_import(house: House, message: UndoImport, _asked: Asked) -> Answered:
    """Take everything back that a file brought: events, quarantine, the file itself. Raises Problem BUSY while it is read."""
    with house.operational.read() as tx:
        stored = files.get(tx, message.number)
    if stored.state in _RUNNING:
        raise Problem(ProblemCode.BUSY, status=409)
    removed = house.store.forget_origin(f"file:{stored.number}")
    with house.operational.begin() as tx:
        flushes.abandon(tx, f"import:{stored.number}")
        files.move(tx, stored.number, FileState.UNDONE)
        audit.note(tx, "owner", "import_undone", str(stored.number))
    house.store.files.drop(stored.number)
    return Answered(body=msgspec.json.encode({"removed": removed}), version=house.changed())
