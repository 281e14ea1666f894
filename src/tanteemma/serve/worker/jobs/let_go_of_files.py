"""The job that lets go of attachments that were removed too long ago to be brought back, once a day."""

from typing import Final

import msgspec

from tanteemma.model.hooks import job_kinds
from tanteemma.serve.worker.house import House
from tanteemma.store.jobs import Daily, JobKind, Schedule, Work
from tanteemma.store.operational import attachments

LET_GO_OF_FILES: Final = "let_go_of_files"
_HOUR, _MINUTE = 4, 40


class NoChoice(msgspec.Struct, frozen=True):
    """All of them, always."""


def let_go(work: Work[House]) -> None:
    """Their bytes go."""
    with work.operational.begin() as tx:
        attachments.purge(tx)
        work.complete(tx)


def daily_letting_go(zone: str) -> Schedule:
    """When it comes back by itself."""
    return Schedule(LET_GO_OF_FILES, LET_GO_OF_FILES, Daily(_HOUR, _MINUTE, zone))


KIND: JobKind[House] = JobKind(NoChoice, let_go)
job_kinds.add(LET_GO_OF_FILES)(KIND)
