"""The job that takes away what nobody needs of what people drew: pictures nothing shows, links of workshops that are over."""

from typing import Final

import msgspec

from tanteemma.model.hooks import job_kinds
from tanteemma.serve.worker.house import House
from tanteemma.store.jobs import Daily, JobKind, Schedule, Work
from tanteemma.store.vault import Vault
from tanteemma.workshop.sweeping import sweep

SWEEP_DRAWN: Final = "sweep_drawn"
#: when nobody draws
_HOUR, _MINUTE = 4, 35


class NoChoice(msgspec.Struct, frozen=True):
    """All of it, always."""


def take_away(work: Work[House]) -> None:
    """In one transaction with the end of the job: twice is as once."""
    with work.operational.begin() as tx:
        sweep(tx, Vault(work.house.folder.secrets))
        work.complete(tx)


def nightly(zone: str) -> Schedule:
    """When it comes back by itself."""
    return Schedule(SWEEP_DRAWN, SWEEP_DRAWN, Daily(_HOUR, _MINUTE, zone))


KIND: JobKind[House] = JobKind(NoChoice, take_away)
job_kinds.add(SWEEP_DRAWN)(KIND)
