"""What the doors acknowledged becomes part of every answer: within a moment, again and again, as long as the worker lives."""

import threading
import time
from typing import Final

import structlog

from tanteemma.ingest.projector import Projected, project_once
from tanteemma.model.problems import Problem
from tanteemma.serve.worker.house import House
from tanteemma.store.intake import JOURNAL
from tanteemma.store.memory import give_back_memory

_log = structlog.get_logger(__name__)
_LOOK_S: Final = 0.25
_AFTER_TROUBLE_S: Final = 2.0
_QUIET_S: Final = 1.0


def keep_projecting(house: House) -> None:
    """Until told to stop. A full disk or a locked table is waited out; anything else ends the worker, who starts afresh."""
    quiet_since = time.monotonic()
    given_back = ""
    in_doubt = False
    while not house.stop.is_set():
        try:
            if in_doubt:
                house.store.settle_intentions()
                house.changed()
                in_doubt = False
            if project(house):
                quiet_since = time.monotonic()
                house.watchful.write_down(house.operational)
                continue
            house.watchful.write_down(house.operational)
            if time.monotonic() - quiet_since > _QUIET_S:
                given_back = _tidy_memory(house, given_back)
        except Problem as problem:
            in_doubt = True
            _log.warning("projecting_waits", code=problem.code.value)
            house.stop.wait(_AFTER_TROUBLE_S)
        house.stop.wait(_LOOK_S)


def _tidy_memory(house: House, given_back: str) -> str:
    """Once after each change that was followed by a quiet moment; jobs in hand keep what they need."""
    version = house.readers.version
    if version != given_back:
        give_back_memory()
    return version


def project(house: House) -> bool:
    """Bring the next events of the journal into the store. True if there were any."""
    lag, looked = house.lag, time.time()
    lag.last = house.journal.last()
    if lag.last <= max(house.store.position(JOURNAL), 0):
        lag.reach(lag.last)
        lag.since = None
        return False
    if lag.since is None:
        lag.since = looked

    def stored(done: Projected) -> None:
        house.profiles.reached(done.position)
        house.changed()
        lag.reach(done.position)
        # what waits now came after this look, if nothing waited then; else after the last that is stored
        lag.since = looked if lag.projected >= lag.last else done.received_us / 1e6

    if project_once(house.store, house.journal, watch=house.watchful.look, stored=stored) is None:
        house.changed()
        lag.reach(house.store.position(JOURNAL))
    return True


def keep_in_order(house: House) -> None:
    """Compact until told to stop: at a quiet moment if it is due, at any moment if it presses; events come in meanwhile."""
    busy = time.monotonic()
    while not house.stop.wait(_LOOK_S):
        if house.lag.since is not None:
            busy = time.monotonic()
        quiet = time.monotonic() - busy > _QUIET_S
        try:
            if house.store.compaction_pressing or (quiet and house.store.compaction_due):
                house.store.compact()
                house.changed()
        except Problem as problem:
            _log.warning("compacting_waits", code=problem.code.value)
            house.stop.wait(_AFTER_TROUBLE_S)


def start_projecting(house: House) -> threading.Thread:
    """The same on a thread of its own."""
    thread = threading.Thread(target=keep_projecting, args=(house,), name="projector")
    thread.start()
    return thread
