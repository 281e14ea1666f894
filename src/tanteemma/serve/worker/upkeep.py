"""How is the worker, are the files sound, bring everything into order, take away what must go."""

import os
import time
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, Compact, EraseSubjects, Rebuild, Status, Verify
from tanteemma.store.erasing import erase
from tanteemma.store.jobs.queue import standings

_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def status(house: House, _message: Status, _asked: Asked) -> Answered:
    """How is the worker, how far behind are the answers?"""
    with house.operational.read() as tx:
        jobs = [{"queue": one.queue, "state": one.state, "count": one.count} for one in standings(tx)]
    with house.readers.pinned() as snapshot:
        version = snapshot.version
    since = house.lag.since
    body = {
        "pid": os.getpid(),
        "version": version,
        "lag_s": 0.0 if since is None else round(time.time() - since, 3),
        "journal_last": house.lag.last,
        "projected": house.lag.projected,
        "jobs": jobs,
        "warm": house.warm.is_set(),
        "rss_bytes": _memory(),
    }
    return Answered(body=msgspec.json.encode(body), version=version)


def verify(house: House, _message: Verify, _asked: Asked) -> Answered:
    """Read every byte of the stored events against its checksum."""
    report = house.store.verify()
    body = msgspec.to_builtins(report) | {"sound": report.sound}
    return Answered(body=msgspec.json.encode(body))


def rebuild(house: House, _message: Rebuild, _asked: Asked) -> Answered:
    """Derive everything again from the lake and prove it equal."""
    report = house.store.rebuild()
    house.profiles.start_anew()
    return Answered(body=msgspec.json.encode(report), version=house.changed())


def compact(house: House, _message: Compact, _asked: Asked) -> Answered:
    """Bring fresh events into their buckets now."""
    house.store.compact()
    return Answered(body=b"{}", version=house.changed())


def erase_subjects(house: House, message: EraseSubjects, _asked: Asked) -> Answered:
    """Erase everything about these subjects, everywhere."""
    if not message.subjects:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="subjects")
    house.readers.close()  # our own open state would keep the old files alive
    with house.profiles.held():
        report = erase(house.store, message.subjects, house.journal)
        house.profiles.forget(report.subjects)
    return Answered(body=msgspec.json.encode(report), version=house.changed())


def _memory() -> int:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return 0
