"""What runs by itself just now, waits for its turn, or was given up? Read from the table of jobs."""

from typing import Final

from tanteemma.serve.edge.context import Edge
from tanteemma.serve.pages.views_sources import JobRow
from tanteemma.store.jobs.queue import Job, JobState, page
from tanteemma.store.operational import Transaction

_MOST: Final = 20
_OPEN: Final = (JobState.RUNNING, JobState.WAITING, JobState.DEAD)
_NAMED: Final = {"import_file": "import", "load_sample": "sample"}


async def open_jobs(edge: Edge) -> tuple[JobRow, ...]:
    """Every job that is not done, at most twenty of each state, the newest first."""
    return await edge.access.read(_open_jobs)


def _open_jobs(tx: Transaction) -> tuple[JobRow, ...]:
    return tuple(_row(job) for state in _OPEN for job in page(tx, state, limit=_MOST))


def _row(job: Job) -> JobRow:
    again = job.state is JobState.WAITING and job.attempts > 0
    return JobRow(
        kind=_NAMED.get(job.kind, job.kind),
        state="retry" if again else job.state.value,
        attempts=job.attempts,
        since=job.created,
        problem=job.last_error,
    )
