"""Bad rows once more: of a file, by reading it again with another mapping; of live requests, by decoding their bytes again."""

import time
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.ingest.doors.shape import DoorRequest
from tanteemma.ingest.formats.choose import check_settled
from tanteemma.ingest.webhooks.door import decode_hook, hook_again
from tanteemma.ingest.webhooks.mapping import ReadMapping, mapping_in, read_mapping
from tanteemma.model.events import JournalEntry
from tanteemma.model.hooks import doors
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.documents import ImportState
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.import_states import state_answer
from tanteemma.serve.worker.imports import Wanted, look, order_import, wait_for
from tanteemma.serve.worker.messages import Answered, ReplayQuarantine
from tanteemma.store.operational import Transaction, door_definitions, files, notes, quarantine
from tanteemma.store.operational.door_records import DoorKind
from tanteemma.store.operational.records import QuarantineRow, QuarantineState

_FILE: Final = "file:"
_LIVE: Final = "live"
_PAGE: Final = 2_000


def replay_note(number: int) -> str:
    """Under which name it is noted whose bad rows a file reads again."""
    return f"replay:{number}"


def replay_quarantine(house: House, message: ReplayQuarantine, asked: Asked) -> Answered:
    """Try quarantined rows again; those that pass now leave the quarantine."""
    if message.origin is not None and message.origin.startswith(_FILE):
        return _replay_file(house, message, asked)
    return _replay_live(house, message, asked)


def _replay_file(house: House, message: ReplayQuarantine, asked: Asked) -> Answered:
    """The file enters once more under a new number; what was accepted before is a duplicate now, what is mended is new."""
    number = int((message.origin or "").removeprefix(_FILE) or 0)
    with house.operational.read() as tx:
        old = files.get(tx, number)
    path = house.store.files.path_of(number)
    mapping = message.mapping or (old.mapping or "").encode() or None
    found = look(house, path, old.name, Wanted(mapping=mapping))
    stored = house.store.files.keep(Path(path), old.name, source=old.source, move=False)
    with house.operational.begin() as tx:
        files.read_as(tx, stored.number, msgspec.json.encode(found.mapping).decode())
        notes.put(tx, replay_note(stored.number), number)
    if message.only_enter:
        return state_answer(house, stored.number)
    check_settled(found)
    order_import(house, stored.number, found)
    wait_for(house, stored.number, asked, None)
    state = msgspec.json.decode(state_answer(house, stored.number).body, type=ImportState)
    body = {
        "tried": state.received,
        "accepted": state.accepted,
        "duplicate": state.duplicate,
        "quarantined": state.quarantined,
        "import": state.number,
    }
    return Answered(body=msgspec.json.encode(body))


def settle_replay(tx: Transaction, number: int) -> None:
    """File ``number`` was read: the bad rows it repeats are done with (what is still bad stands under its own number)."""
    old = notes.get(tx, replay_note(number), int)
    if old is None:
        return
    wanted = quarantine.Filter(origin=f"{_FILE}{old}")
    while page := quarantine.page(tx, wanted, limit=_PAGE):
        quarantine.move(tx, [row.number for row in page], QuarantineState.REPLAYED)
    notes.remove(tx, replay_note(number))


def _replay_live(house: House, message: ReplayQuarantine, asked: Asked) -> Answered:
    wanted = quarantine.Filter(origin=_LIVE, code=message.code)
    tried = accepted = after = 0
    while True:
        asked.check()
        with house.operational.read() as tx:
            page = quarantine.page(tx, wanted, after=after, limit=_PAGE)
        if not page:
            break
        after = page[-1].number
        tried += len(page)
        mended = [(row, entry) for row in page if (entry := _decoded(house, row)) is not None]
        if mended:
            house.journal.append([entry for _, entry in mended])
            with house.operational.begin() as tx:
                quarantine.move(tx, [row.number for row, _ in mended], QuarantineState.REPLAYED)
            accepted += len(mended)
    body = {"tried": tried, "accepted": accepted, "duplicate": 0, "quarantined": tried - accepted}
    return Answered(body=msgspec.json.encode(body))


def _decoded(house: House, row: QuarantineRow) -> JournalEntry | None:
    """The row as events, None if it still is none. What is left bad of a mended request stays counted where it was."""
    received_us = int(row.received_at.timestamp() * 1_000_000)
    request = DoorRequest(source=row.source, received_us=received_us, zone=house.settings.time_zone)
    hook = hook_again(row.raw, row.params)
    if hook is None:
        decoded = doors.named("native")().decode(row.raw, request)
    else:
        decoded = decode_hook(hook, _mapping_now(house, hook.name), request)
    if not decoded.events or decoded.quarantined:
        return None
    return JournalEntry(row.source, time.time_ns() // 1000, decoded.events, (), 0, 0)


def _mapping_now(house: House, name: str) -> ReadMapping | Problem:
    """The mapping as it is saved today, or why there is none."""
    with house.operational.read() as tx:
        found = door_definitions.find(tx, DoorKind.MAPPING, name)
    if found is None:
        return Problem(ProblemCode.MAPPING_UNKNOWN, status=422)
    try:
        return read_mapping(mapping_in(found.document.encode()))
    except Problem as problem:
        return problem
    except Problems as several:
        return several.problems[0]
