"""How far is each import, what did it bring, take it back, read its bad rows again."""

from datetime import UTC, datetime, timedelta

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.import_reading import RUNNING, every_state, one_state
from tanteemma.serve.worker.messages import Answered, ListImports, UndoImport
from tanteemma.store.operational import audit, files, flushes, unlinking
from tanteemma.store.operational.records import FileState


def now_us() -> int:
    """Now, in microseconds since 1970."""
    return (datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def state_answer(house: House, number: int) -> Answered:
    """The state of one import as an answer."""
    with house.operational.read() as tx:
        return Answered(body=msgspec.json.encode(one_state(tx, number)))


def list_imports(house: House, message: ListImports, _asked: Asked) -> Answered:
    """All of them, newest first."""
    with house.operational.read() as tx:
        found = every_state(tx, message.limit)
    return Answered(body=msgspec.json.encode({"imports": found}))


def undo_import(house: House, message: UndoImport, _asked: Asked) -> Answered:
    """Take everything back that a file brought: events, quarantine, the file itself. Raises Problem BUSY while it is read."""
    with house.operational.read() as tx:
        stored = files.get(tx, message.number)
    if stored.state in RUNNING:
        raise Problem(ProblemCode.BUSY, status=409)
    with house.profiles.held():
        removed = house.store.forget_origin(f"file:{stored.number}")
        house.profiles.start_anew()
    with house.operational.begin() as tx:
        unlinking.forget_file(tx, stored.number)
        flushes.abandon(tx, f"import:{stored.number}")
        files.move(tx, stored.number, FileState.UNDONE)
        audit.note(tx, "owner", "import_undone", str(stored.number))
    house.store.people_changed()
    house.store.files.drop(stored.number)
    return Answered(body=msgspec.json.encode({"removed": removed}), version=house.changed())
