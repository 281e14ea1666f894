"""Files on their way in: looked at, entered, read in by a durable job, taken back."""

import time
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.ingest.formats.choose import check_settled
from tanteemma.ingest.formats.preview import blocking
from tanteemma.ingest.formats.shape import Mapping, Preview
from tanteemma.ingest.importer import Wish, dry_run, look_at_file
from tanteemma.ingest.importer import count_rows as count_file_rows
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.import_reading import RUNNING, bad_rows_note
from tanteemma.serve.worker.import_states import state_answer
from tanteemma.serve.worker.messages import (
    Answered,
    BeginImport,
    CountRows,
    KeepFile,
    PreviewFile,
    PreviewImport,
    Progress,
    StartImport,
)
from tanteemma.store.jobs import Order, enqueue
from tanteemma.store.operational import audit, files, mappings, notes
from tanteemma.store.operational.records import Counts, FileState, StoredFile

JOB: Final = "import_file"
_LOOK_S: Final = 0.05
#: up to this size a file that waits for an answer of a person is counted at once
_COUNT_AT_ONCE: Final = 16 * 1024 * 1024


class ImportOrder(msgspec.Struct, frozen=True):
    """Read entered file ``number`` in."""

    number: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants a file to be read; None and empty = as saved or guessed."""

    format: str | None = None
    mapping: bytes | None = None
    columns: dict[str, str] = {}
    answers: dict[str, str] = {}


def look(house: House, path: Path, name: str, wanted: Wanted) -> Preview:
    """What is in the file, read as wanted, else as files of this kind were read last time, else as guessed."""

    def saved(fingerprint: str) -> Mapping | None:
        with house.operational.read() as tx:
            kept = mappings.find(tx, fingerprint)
        return read_mapping(kept.mapping.encode()) if kept is not None else None

    wish = Wish(format=wanted.format, mapping=read_mapping(wanted.mapping), columns=wanted.columns, answers=wanted.answers)
    return look_at_file(path, name, wish, saved)


def read_mapping(packed: bytes | None) -> Mapping | None:
    """A mapping as it travels. Raises Problem MAPPING_NEEDED for anything else."""
    if packed is None:
        return None
    try:
        return msgspec.json.decode(packed, type=Mapping)
    except msgspec.MsgspecError as wrong:
        raise Problem(ProblemCode.MAPPING_NEEDED, status=422, field="mapping") from wrong


def preview_file(house: House, message: PreviewFile, _asked: Asked) -> Answered:
    """Look at a file that is not entered."""
    wanted = Wanted(format=message.format, mapping=message.mapping, columns=message.columns)
    return Answered(body=msgspec.json.encode(look(house, Path(message.path), message.name, wanted)))


def keep_file(house: House, message: KeepFile, _asked: Asked) -> Answered:
    """Enter an upload. A file that cannot be read at all is not entered; its problem is the answer."""
    entered = _entered(house, message.ticket)
    if entered is not None:
        return state_answer(house, entered.number)
    found = look(house, Path(message.path), message.name, Wanted(format=message.format))
    stored = _enter(house, message, found.mapping, move=True)
    return state_answer(house, stored.number)


def _entered(house: House, ticket: str) -> StoredFile | None:
    """The file that came in with this ticket before the last worker died, None for a new one."""
    with house.operational.read() as tx:
        return files.of_ticket(tx, ticket)


def _enter(house: House, message: KeepFile | StartImport, mapping: Mapping, *, move: bool) -> StoredFile:
    stored = house.store.files.keep(Path(message.path), message.name, source=message.source, move=move, ticket=message.ticket)
    with house.operational.begin() as tx:
        files.read_as(tx, stored.number, msgspec.json.encode(mapping).decode())
        return files.get(tx, stored.number)


def preview_import(house: House, message: PreviewImport, _asked: Asked) -> Answered:
    """Look at an entered file again, as it is to be read."""
    with house.operational.read() as tx:
        stored = files.get(tx, message.number)
    mapping = message.mapping or (stored.mapping.encode() if stored.mapping else None)
    path = house.store.files.path_of(stored.number)
    if not path.exists():
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="file", value=stored.number)
    found = look(house, path, stored.name, Wanted(mapping=mapping, answers=message.answers))
    with house.operational.read() as tx:
        known = message.mapping is None and mappings.find(tx, found.fingerprint) is not None
    return Answered(body=msgspec.json.encode(msgspec.structs.replace(found, known=known)))


def begin_import(house: House, message: BeginImport, _asked: Asked) -> Answered:
    """Order the reading of an entered file. Raises Problem MAPPING_NEEDED while something is not settled."""
    with house.operational.read() as tx:
        stored = files.get(tx, message.number)
    if stored.state is not FileState.UPLOADED:
        return state_answer(house, stored.number)
    mapping = message.mapping or (stored.mapping or "").encode() or None
    found = look(house, house.store.files.path_of(stored.number), stored.name, Wanted(mapping=mapping, answers=message.answers))
    check_settled(found)
    order_import(house, stored.number, found)
    return state_answer(house, stored.number)


def order_import(house: House, number: int, found: Preview) -> None:
    """A durable job from now on; the mapping is kept for the next file of this kind."""
    mapping = msgspec.json.encode(found.mapping).decode()
    with house.operational.begin() as tx:
        stored = files.get(tx, number)
        files.read_as(tx, number, mapping)
        files.move(tx, number, FileState.WAITING)
        mappings.save(tx, found.fingerprint, stored.name, mapping)
        enqueue(tx, Order(JOB, ImportOrder(number), idempotency_key=f"{JOB}:{number}"))
        audit.note(tx, "owner", "import", str(number))
    house.wake_jobs()


def start_import(house: House, message: StartImport, asked: Asked) -> Answered:
    """Enter a file and read it in; what only a person can settle makes it wait as ``uploaded``."""
    stored = _entered(house, message.ticket)
    if stored is None or stored.state is FileState.UPLOADED:
        number, ordered = _set_out(house, message, stored)
        if not ordered:
            return state_answer(house, number)
    else:
        number = stored.number
    wait_for(house, number, asked, None if message.follow else message.wait_s)
    return state_answer(house, number)


def _set_out(house: House, message: StartImport, stored: StoredFile | None) -> tuple[int, bool]:
    """Enter the file unless it is, and order its reading. Returns its number, and whether it will be read."""
    wanted = Wanted(format=message.format, mapping=message.mapping, columns=message.columns)
    if not message.follow and wanted == Wanted() and not house.warm.wait(message.wait_s):
        return _later(house, message, stored), False
    path = Path(message.path) if stored is None else house.store.files.path_of(stored.number)
    found = look(house, path, message.name, wanted)
    if message.follow:
        check_settled(found)
    stored = stored or _enter(house, message, found.mapping, move=message.move)
    if blocking(found):
        count_now(house, stored, found)
        return stored.number, False
    order_import(house, stored.number, found)
    return stored.number, True


def _later(house: House, message: StartImport, stored: StoredFile | None) -> int:
    """Just started, everything is still being compiled: the file is kept, the job looks at it when it reads it in."""
    kept = stored or house.store.files.keep(
        Path(message.path), message.name, source=message.source, move=message.move, ticket=message.ticket
    )
    with house.operational.begin() as tx:
        files.move(tx, kept.number, FileState.WAITING)
        enqueue(tx, Order(JOB, ImportOrder(kept.number), idempotency_key=f"{JOB}.unseen:{kept.number}"))
    house.wake_jobs()
    return kept.number


def wait_for(house: House, number: int, asked: Asked, within_s: float | None) -> None:
    """Until the file is read, nobody waits any more, or the time is over; says how far it is."""
    end = None if within_s is None else time.monotonic() + within_s
    while end is None or time.monotonic() < end:
        with house.operational.read() as tx:
            stored = files.get(tx, number)
        if stored.state not in RUNNING:
            return
        asked.say(
            Progress(done_bytes=stored.done_bytes, total_bytes=stored.bytes, rows=stored.received, stage=stored.state.value)
        )
        if house.stop.wait(_LOOK_S) or asked.unwanted:
            return


def count_rows(house: House, message: CountRows, asked: Asked) -> Answered:
    """Read everything, store nothing: what an import would bring (duplicates are not known)."""
    path = Path(message.path)
    found = look(house, path, message.name, Wanted(format=message.format, mapping=message.mapping, columns=message.columns))
    report = dry_run(path, found.mapping, lambda _advance: asked.check())
    counted = {"rows": report.accepted, "quarantined": report.quarantined} | msgspec.to_builtins(report)
    return Answered(body=msgspec.json.encode(counted))


def count_now(house: House, stored: StoredFile, found: Preview) -> None:
    """Note how many rows a file has that waits for a person; a large one is counted when it is read."""
    if stored.bytes > _COUNT_AT_ONCE:
        return
    rows, bad = count_file_rows(house.store.files.path_of(stored.number), found)
    with house.operational.begin() as tx:
        files.progress(tx, stored.number, files.Progress(0, Counts(), rows=rows))
        if bad:
            notes.put(tx, bad_rows_note(stored.number), bad)
