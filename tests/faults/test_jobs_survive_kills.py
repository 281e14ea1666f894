"""Workers are killed in the middle of jobs, over and over: no job is lost, no effect happens twice."""

import os
import random
import select
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from tanteemma.store.jobs import JobState, Order, enqueue, queue
from tanteemma.store.operational import Operational
from tests.faults.job_worker import EFFECTS, LEASE_S, WORK_S, work
from tests.postgres.conftest import cluster, database_url

__all__ = ["cluster", "database_url"]

pytestmark = pytest.mark.faults
JOBS = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left after the kills: effects per job, jobs that are not done, and how often a kill hit a job in hand."""

    effects: Counter[int]
    unfinished: int
    hit: int
    repeated: int


@contextmanager
def worker(where: str) -> Iterator[int]:
    """A worker as a process of its own, killed at the end, and where to hear it.

    Forked, because a hundred starts of Python would take a minute.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(writes, 1)
            os.close(reads)
            work(where)
        finally:
            os._exit(1)
    os.close(writes)
    try:
        yield reads
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reads)


def kill_again_and_again(where: str, kind: str, rounds: int, seed: int) -> Outcome:
    chance = random.Random(seed)
    with Operational.open(where) as operational:
        EFFECTS.create(operational.engine)
        with operational.begin() as tx:
            for number in range(JOBS):
                enqueue(tx, Order(kind, {"number": number}, max_attempts=10_000))
    hit = 0
    for _ in range(rounds):
        with worker(where) as reads:
            # wait until it has a job, then let it go on for a moment of chance: between one job's start and the third's end
            assert select.select([reads], [], [], 30)[0]
            select.select([], [], [], chance.uniform(0, 5 * WORK_S))
        with Operational.open(where) as operational, operational.read() as tx:
            hit += sum(standing.count for standing in queue.standings(tx) if standing.state is JobState.RUNNING) > 0
    with worker(where):
        _wait_until_done(where)
    with Operational.open(where) as operational, operational.read() as tx:
        effects = Counter(int(number) for number in tx.run(sa.select(EFFECTS.c.number)).scalars())
        unfinished = sum(standing.count for standing in queue.standings(tx) if standing.state is not JobState.DONE)
        repeated = sum(job.attempts > 1 for job in queue.page(tx, JobState.DONE, limit=JOBS))
    return Outcome(effects, unfinished, hit, repeated)


def _wait_until_done(where: str) -> None:
    end = monotonic() + 60
    with Operational.open(where) as operational:
        while monotonic() < end:
            with operational.read() as tx:
                if all(standing.state in {JobState.DONE, JobState.DEAD} for standing in queue.standings(tx)):
                    return
            select.select([], [], [], LEASE_S)


def check(outcome: Outcome, rounds: int) -> None:
    assert outcome.unfinished == 0
    assert outcome.effects == Counter(range(JOBS))
    # positive control: the kills did hit running jobs, and others did those again
    assert outcome.hit > rounds / 4
    assert outcome.repeated >= rounds / 20


def test_a_hundred_kills_lose_no_job_and_double_no_effect(tmp_path: Path) -> None:
    check(kill_again_and_again(str(tmp_path / "operational.db"), "send", rounds=100, seed=2026), 100)


def test_the_same_kills_do_double_the_effects_of_a_careless_job(tmp_path: Path) -> None:
    """Negative control: a job that marks itself done after its effect is caught by this very test."""
    outcome = kill_again_and_again(str(tmp_path / "operational.db"), "careless", rounds=25, seed=2026)
    assert outcome.unfinished == 0
    assert set(outcome.effects) == set(range(JOBS))
    assert outcome.effects.total() > JOBS


def test_kills_lose_no_job_and_double_no_effect_on_postgres(database_url: str) -> None:
    check(kill_again_and_again(database_url, "send", rounds=20, seed=2026), 20)
