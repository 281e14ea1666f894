"""The job that the clock orders for a pull: it passes it on to the queue of the pulls, so that nothing waits for a source."""

from tanteemma.model.hooks import job_kinds
from tanteemma.serve.pulls.keeping import DUE, PullOrder, order
from tanteemma.serve.worker.house import House
from tanteemma.store.jobs import JobKind, Work


def pass_on(work: Work[House]) -> None:
    """Order the pull and be done, in one step."""
    with work.operational.begin() as tx:
        order(tx, work.payload)
        work.complete(tx)
    work.house.wake_jobs()


KIND: JobKind[House] = JobKind(PullOrder, pass_on)
job_kinds.add(DUE)(KIND)
