"""Durable jobs: rows with a lease, on SQLite and PostgreSQL alike.

A job is enqueued in the transaction of what it follows from, so neither exists without the other. It runs *at least* once; its
effect happens exactly once in one of two ways:

- the effect lies in the operational tables: the job writes it and calls ``work.complete(tx)`` in the same transaction. Whoever
  lost the lease meanwhile gets ``LeaseLost`` there, and the transaction with the effect is rolled back;
- the effect lies elsewhere (a file, the lake, a mail): it must be idempotent by key. ``work.key`` is the same in every attempt.

No transaction is open while a job works, and what it does longer than a moment it does between ``work.breathe()`` calls.
"""

from tanteemma.store.jobs.kinds import GiveUp, JobKind, LeaseLost, Stopped, Work
from tanteemma.store.jobs.queue import Job, JobState, Order, end_leases, enqueue
from tanteemma.store.jobs.runner import JobRunner, RunnerOptions
from tanteemma.store.jobs.schedules import Daily, Every, Rhythm, Schedule, declare, next_time, retire

__all__ = [
    "Daily",
    "Every",
    "GiveUp",
    "Job",
    "JobKind",
    "JobRunner",
    "JobState",
    "LeaseLost",
    "Order",
    "Rhythm",
    "RunnerOptions",
    "Schedule",
    "Stopped",
    "Work",
    "declare",
    "end_leases",
    "enqueue",
    "next_time",
    "retire",
]
