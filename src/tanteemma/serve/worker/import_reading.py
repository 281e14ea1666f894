"""How far is each import? Read from the operational tables alone, so that it can be said while the worker is away."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from tanteemma.serve.worker.documents import ImportState, ProblemCount
from tanteemma.store.operational import Transaction, files, notes
from tanteemma.store.operational.records import FileState, StoredFile

#: The most imports of one list.
MOST: Final = 1_000
RUNNING: Final = frozenset({FileState.WAITING, FileState.IMPORTING})
_READ: Final = frozenset({FileState.DONE, FileState.IMPORTING, FileState.UNDONE})


class _Mapped(msgspec.Struct):
    format: str = ""


def began_note(number: int) -> str:
    """Under which name the time is noted when the reading of a file began."""
    return f"import_began:{number}"


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


def one_state(tx: Transaction, number: int) -> ImportState:
    """The state of one import. Raises Problem NOT_FOUND."""
    return state_of(tx, files.get(tx, number))


def every_state(tx: Transaction, limit: int) -> list[ImportState]:
    """The state of all imports, newest first."""
    return [state_of(tx, stored) for stored in files.every(tx, limit=min(limit, MOST))]


def state_of_ticket(tx: Transaction, ticket: str) -> ImportState | None:
    """The import that was entered under a ticket, None if none was."""
    stored = files.of_ticket(tx, ticket)
    return None if stored is None else state_of(tx, stored)
