"""The job that looks at every watched weak spot, once a day and when somebody asks for it."""

from typing import Final

import msgspec

from tanteemma.model.hooks import job_kinds
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.watching import count, next_look, start_of, watched
from tanteemma.store.jobs import Daily, JobKind, Schedule, Work
from tanteemma.store.operational import findings

WATCH_FINDINGS: Final = "watch_findings"
#: when nobody works and yesterday's imports are in
_HOUR, _MINUTE = 5, 15


class NoChoice(msgspec.Struct, frozen=True):
    """All of them, always."""


def look(work: Work[House]) -> None:
    """Count outside of any transaction, then keep all looks and end the job in one: twice is as once."""
    house = work.house
    with work.operational.read() as tx:
        begun = [(one, start_of(findings.sights(tx, one.journey, one.finding))) for one in watched(tx)]
    counted = []
    for one, start in begun:
        work.breathe()
        counted.append((one, count(house, one, None if start is None else start.until_us)))
    with work.operational.begin() as tx:
        still = {(one.journey, one.finding) for one in watched(tx)}
        for one, now in counted:
            if now is None or (one.journey, one.finding) not in still:
                continue
            found = next_look(findings.sights(tx, one.journey, one.finding), now)
            if found is not None:
                findings.keep_look(tx, one, found)
        work.complete(tx)


def daily(zone: str) -> Schedule:
    """When it comes back by itself."""
    return Schedule(WATCH_FINDINGS, WATCH_FINDINGS, Daily(_HOUR, _MINUTE, zone))


KIND: JobKind[House] = JobKind(NoChoice, look)
job_kinds.add(WATCH_FINDINGS)(KIND)
