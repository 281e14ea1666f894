"""Runners that wait for the same queues share their looks, and still everybody works when there is enough to do."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest

from tanteemma.store.jobs import JobKind, JobRunner, Order, RunnerOptions, Work, enqueue, queue
from tanteemma.store.jobs.queue import Claim
from tanteemma.store.jobs.runner import Turns
from tanteemma.store.operational import Operational, Transaction


class Parcel(msgspec.Struct):
    number: int


@contextmanager
def at_work(operational: Operational, run: Callable[[Work[None]], None], runners: int) -> Iterator[None]:
    options = RunnerOptions(kinds={"send": JobKind(Parcel, run)}, look_s=0.05)
    stop = threading.Event()
    threads = [
        threading.Thread(target=JobRunner(operational, None, options).run, args=(stop,), daemon=True) for _ in range(runners)
    ]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_it_is_time_to_look_once_for_all() -> None:
    turns = Turns()
    assert turns.mine(60.0)
    assert not turns.mine(60.0)
    assert turns.mine(0.0)


def test_four_who_wait_look_as_often_as_one(operational: Operational, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    really = queue.is_due

    def counted(tx: Transaction, claim: Claim) -> bool:
        looks.append(time.monotonic())
        return really(tx, claim)

    monkeypatch.setattr(queue, "is_due", counted)
    with at_work(operational, lambda _work: None, runners=4):
        time.sleep(1.0)
    # each looks once when it begins; then at most one in 45 ms, whatever the machine does
    assert 2 <= len(looks) <= 4 + 1.5 / 0.045


def test_two_jobs_are_done_at_the_same_time(operational: Operational) -> None:
    together = threading.Barrier(2)
    done: list[int] = []

    def run(work: Work[None]) -> None:
        together.wait(10)
        done.append(work.job.number)

    with at_work(operational, run, runners=2):
        time.sleep(0.2)
        with operational.begin() as tx:
            numbers = [enqueue(tx, Order("send", Parcel(number))) for number in range(2)]
        end = time.monotonic() + 20
        while len(done) < 2 and time.monotonic() < end:
            time.sleep(0.01)
    assert sorted(done) == numbers
