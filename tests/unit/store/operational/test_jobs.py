"""A job is done at least once and its effect happens once, whoever fails, stops or dies meanwhile."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from random import Random

import msgspec
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.jobs import (
    GiveUp,
    Job,
    JobKind,
    JobRunner,
    JobState,
    LeaseLost,
    Order,
    RunnerOptions,
    Stopped,
    Work,
    end_leases,
    enqueue,
    queue,
)
from tanteemma.store.jobs import runner as jobs_runner
from tanteemma.store.jobs.queue import Claim
from tanteemma.store.operational import Operational, Transaction, notes
from tests.unit.store.operational.conftest import MovedClock

LEASE = timedelta(seconds=30)


class Parcel(msgspec.Struct):
    number: int


def claim_of(owner: str, most: int = 1) -> Claim:
    return Claim(owner, ("default",), ("send",), LEASE, most)


def order(operational: Operational, *orders: Order) -> list[int]:
    with operational.begin() as tx:
        return [enqueue(tx, one) for one in orders]


def claim(operational: Operational, owner: str = "anna", most: int = 1) -> list[Job]:
    with operational.begin() as tx:
        queue.bury_killers(tx, claim_of(owner, most))
        return queue.claim_jobs(tx, claim_of(owner, most))


def state_of(operational: Operational, number: int) -> Job:
    with operational.read() as tx:
        job = queue.get(tx, number)
    assert job is not None
    return job


def runner_of(
    operational: Operational, run: Callable[[Work[list[int]]], None], house: list[int] | None = None
) -> JobRunner[list[int]]:
    kind = JobKind(Parcel, run, first_wait_s=10.0)
    options = RunnerOptions(chance=Random(7), kinds={"send": kind}, look_s=0.01)
    return JobRunner(operational, [] if house is None else house, options)


def send(number: int = 1) -> Order:
    return Order("send", Parcel(number))


class TestQueue:
    def test_an_order_that_is_rolled_back_was_never_given(self, operational: Operational) -> None:
        class PowerCut(Exception):
            pass

        with suppress(PowerCut), operational.begin() as tx:
            enqueue(tx, send())
            raise PowerCut
        assert claim(operational) == []

    def test_the_same_order_twice_is_one_job(self, operational: Operational) -> None:
        once = Order("send", Parcel(1), idempotency_key="parcel:1")
        (first,) = order(operational, once)
        assert order(operational, once, once) == [first, first]
        assert [job.number for job in claim(operational, most=9)] == [first]

    def test_the_most_urgent_goes_first_then_the_one_that_waits_longest(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        late, early, urgent, future = order(
            operational,
            Order("send", Parcel(1), run_at=clock() - timedelta(seconds=1)),
            Order("send", Parcel(2), run_at=clock() - timedelta(seconds=9)),
            Order("send", Parcel(3), priority=5),
            Order("send", Parcel(4), run_at=clock() + timedelta(seconds=1)),
        )
        assert [job.number for job in claim(operational, most=9)] == [urgent, early, late]
        clock.move(1)
        assert [job.number for job in claim(operational)] == [future]

    def test_only_known_kinds_of_the_own_queues_are_claimed(self, operational: Operational) -> None:
        order(operational, Order("unknown", Parcel(1)), Order("send", Parcel(2), queue="mail"))
        assert claim(operational, most=9) == []

    def test_what_one_worker_has_no_other_gets_until_its_lease_is_over(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        order(operational, send())
        (mine,) = claim(operational, "anna")
        clock.move(29)
        assert claim(operational, "bert") == []
        with operational.begin() as tx:
            assert queue.beat(tx, mine, LEASE)
        clock.move(29)
        assert claim(operational, "bert") == []
        clock.move(1)
        (taken,) = claim(operational, "bert")
        assert (taken.number, taken.attempts, taken.lease_owner) == (mine.number, 2, "bert")

    def test_who_lost_a_job_can_neither_keep_finish_fail_nor_return_it(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        order(operational, send())
        (mine,) = claim(operational, "anna")
        clock.move(30)
        (same_owner_again,) = claim(operational, "anna")
        with operational.begin() as tx:
            assert not queue.beat(tx, mine, LEASE)
            assert not queue.complete(tx, mine)
            assert queue.fail(tx, mine, "boom", LEASE) is None
            assert not queue.give_back(tx, mine)
            assert queue.complete(tx, same_owner_again)
            assert not queue.complete(tx, same_owner_again)

    def test_a_failed_job_waits_and_is_given_up_after_its_last_attempt_and_can_be_revived(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        (number,) = order(operational, Order("send", Parcel(1), max_attempts=2))
        for expected in (JobState.WAITING, JobState.DEAD):
            (job,) = claim(operational)
            with operational.begin() as tx:
                assert queue.fail(tx, job, "no_room", timedelta(seconds=5)) is expected
            assert claim(operational) == []
            clock.move(5)
        assert claim(operational) == []
        assert state_of(operational, number).last_error == "no_room"
        with operational.begin() as tx:
            queue.revive(tx, number)
            with pytest.raises(Problem) as caught:
                queue.revive(tx, number)
        assert caught.value.code is ProblemCode.NOT_FOUND
        assert [job.attempts for job in claim(operational)] == [1]

    def test_a_job_that_kills_its_workers_is_given_up(self, operational: Operational, clock: MovedClock) -> None:
        (number,) = order(operational, Order("send", Parcel(1), max_attempts=3))
        attempts = 0
        while claim(operational):
            attempts += 1
            clock.move(31)
        assert attempts == 3
        job = state_of(operational, number)
        assert (job.state, job.last_error) == (JobState.DEAD, "worker_lost")

    def test_what_ran_when_the_only_worker_died_is_due_at_once(self, operational: Operational) -> None:
        order(operational, send())
        (job,) = claim(operational, "anna")
        assert not claim(operational, "bert")
        with operational.begin() as tx:
            assert end_leases(tx) == 1
        (taken,) = claim(operational, "bert")
        assert (taken.number, taken.attempts) == (job.number, 2)

    def test_a_job_given_back_costs_no_attempt_and_is_due_at_once(self, operational: Operational) -> None:
        order(operational, send())
        (job,) = claim(operational, "anna")
        with operational.begin() as tx:
            assert queue.give_back(tx, job)
        assert [job.attempts for job in claim(operational, "bert")] == [1]

    def test_done_jobs_are_forgotten_and_their_keys_free_again(self, operational: Operational, clock: MovedClock) -> None:
        once = Order("send", Parcel(1), idempotency_key="parcel:1")
        (first,) = order(operational, once)
        (job,) = claim(operational)
        with operational.begin() as tx:
            queue.complete(tx, job)
        clock.move(10)
        assert order(operational, once) == [first]
        with operational.begin() as tx:
            assert queue.forget_done(tx, tx.now) == 1
        assert order(operational, once) > [first]

    def test_jobs_are_listed_and_counted_by_state_and_removed_unless_they_run(self, operational: Operational) -> None:
        numbers = order(operational, *map(send, range(4)))
        (running,) = claim(operational)
        with operational.begin() as tx:
            assert [(one.state.value, one.count) for one in queue.standings(tx)] == [("running", 1), ("waiting", 3)]
            newest = queue.page(tx, JobState.WAITING, limit=2)
            assert [job.number for job in newest] == numbers[:1:-1]
            assert [job.number for job in queue.page(tx, JobState.WAITING, before=newest[-1].number)] == [numbers[1]]
            assert not queue.discard(tx, running.number)
            assert queue.discard(tx, numbers[1])
            assert queue.get(tx, numbers[1]) is None

    def test_many_workers_at_once_share_the_jobs_without_overlap(self, operational: Operational) -> None:
        numbers = order(operational, *map(send, range(60)))
        taken: list[list[int]] = [[] for _ in range(4)]

        def work(place: int) -> None:
            while jobs := claim(operational, f"worker {place}", most=3):
                taken[place] += [job.number for job in jobs]

        threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(chain.from_iterable(taken)) == numbers


class TestRunner:
    def test_a_job_runs_with_its_payload_and_is_done(self, operational: Operational) -> None:
        (number,) = order(operational, send(4711))
        house: list[int] = []
        runner = runner_of(operational, lambda work: work.house.append(work.payload.number), house)
        assert (runner.run_once(), runner.run_once(), house) == (1, 0, [4711])
        assert state_of(operational, number).state is JobState.DONE

    def test_an_effect_in_the_tables_and_its_done_mark_are_one(self, operational: Operational) -> None:
        def run(work: Work[list[int]]) -> None:
            with work.operational.begin() as tx:
                notes.count_up(tx, "parcels")
                work.complete(tx)
            raise RuntimeError("too late to undo anything")

        (number,) = order(operational, send())
        runner_of(operational, run).run_once()
        assert state_of(operational, number).state is JobState.DONE
        with operational.read() as tx:
            assert notes.count_of(tx, "parcels") == 1

    def test_the_effect_of_a_worker_that_lost_its_job_is_rolled_back(
        self, operational: Operational, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def run(work: Work[list[int]]) -> None:
            if work.job.attempts == 1:
                clock.move(31)
                monkeypatch.setattr(jobs_runner, "_AT_WORK", set[str]())  # as in another process
                other.run_once()
            with work.operational.begin() as tx:
                notes.count_up(tx, "parcels")
                work.complete(tx)

        (number,) = order(operational, send())
        other = runner_of(operational, run)
        runner_of(operational, run).run_once()
        with operational.read() as tx:
            assert notes.count_of(tx, "parcels") == 1
        job = state_of(operational, number)
        assert (job.state, job.attempts) == (JobState.DONE, 2)

    def test_a_failure_waits_longer_each_time_and_ends_as_given_up(self, operational: Operational, clock: MovedClock) -> None:
        def run(_work: Work[list[int]]) -> None:
            raise Problem(ProblemCode.NO_ROOM, status=503, value="anna@example.org")

        (number,) = order(operational, Order("send", Parcel(1), max_attempts=4))
        runner = runner_of(operational, run)
        waits = []
        while runner.run_once():
            job = state_of(operational, number)
            waits.append((job.run_at - clock()).total_seconds())
            clock.now = job.run_at
        assert all(low <= wait <= 3 * low for low, wait in zip((5, 10, 20), waits[:3], strict=True))
        job = state_of(operational, number)
        assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 4, "no_room")

    @pytest.mark.parametrize(("payload", "code"), [(Parcel(1), "no_address"), ({"number": "x"}, "payload_invalid")])
    def test_what_cannot_succeed_is_not_tried_again(self, operational: Operational, payload: object, code: str) -> None:
        def run(_work: Work[list[int]]) -> None:
            raise GiveUp("no_address")

        (number,) = order(operational, Order("send", payload))
        runner_of(operational, run).run_once()
        job = state_of(operational, number)
        assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 1, code)

    def test_a_stopped_worker_gives_its_job_back(self, operational: Operational) -> None:
        stop = threading.Event()

        def run(work: Work[list[int]]) -> None:
            stop.set()
            work.breathe()

        (number,) = order(operational, send())
        runner_of(operational, run).run(stop)
        job = state_of(operational, number)
        assert (job.state, job.attempts) == (JobState.WAITING, 0)

    def test_a_long_job_keeps_its_lease_by_heartbeats_until_its_time_limit(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        beaten = threading.Event()
        seen: list[bool] = []

        def run(work: Work[list[int]]) -> None:
            for _ in range(3):
                clock.move(0.02)
                before = state_of(operational, work.job.number).lease_until
                while state_of(operational, work.job.number).lease_until == before and not beaten.wait(0.005):
                    pass
                seen.append(True)
            work.breathe()

        (number,) = order(operational, send())
        options = RunnerOptions(kinds={"send": JobKind(Parcel, run)}, lease_s=0.06)
        JobRunner(operational, None, options).run_once()
        assert seen == [True] * 3
        assert state_of(operational, number).state is JobState.DONE

    def test_a_starved_process_does_not_take_its_own_job_again(self, operational: Operational, clock: MovedClock) -> None:
        def run(_work: Work[list[int]]) -> None:
            clock.move(31)
            assert other.run_once() == 0

        (number,) = order(operational, send())
        other = runner_of(operational, run)
        runner_of(operational, run).run_once()
        job = state_of(operational, number)
        assert (job.state, job.attempts) == (JobState.DONE, 1)

    def test_a_worker_notices_that_its_job_was_taken_over(self, operational: Operational, clock: MovedClock) -> None:
        noticed = threading.Event()

        def run(work: Work[list[int]]) -> None:
            clock.move(60)
            assert claim(operational, "bert")
            while not work.lost.wait(0.005):
                pass
            try:
                work.breathe()
            except LeaseLost:
                noticed.set()
                raise

        order(operational, send())
        JobRunner(operational, None, RunnerOptions(kinds={"send": JobKind(Parcel, run)}, lease_s=0.06)).run_once()
        assert noticed.is_set()

    @pytest.mark.parametrize("dies", [True, False])
    def test_a_job_that_is_given_up_is_noted_where_it_matters(
        self, operational: Operational, clock: MovedClock, *, dies: bool
    ) -> None:
        def run(_work: Work[None]) -> None:
            raise Problem(ProblemCode.UNREADABLE_FILE)

        def given_up(tx: Transaction, parcel: Parcel, code: str) -> None:
            notes.put(tx, f"lost:{parcel.number}", code)

        order(operational, Order("send", Parcel(7), max_attempts=1))
        kinds: dict[str, JobKind[None]] = {"send": JobKind(Parcel, run, given_up=given_up)}
        if dies:
            claim(operational)
            clock.move(60)
        JobRunner(operational, None, RunnerOptions(kinds=kinds)).run_once()
        with operational.read() as tx:
            assert notes.get(tx, "lost:7", str) == ("worker_lost" if dies else "unreadable_file")

    def test_a_runner_works_until_it_is_stopped_and_wakes_at_once(self, operational: Operational) -> None:
        stop, done = threading.Event(), threading.Event()
        kinds: dict[str, JobKind[None]] = {"send": JobKind(Parcel, lambda _work: done.set())}
        runner = JobRunner(operational, None, RunnerOptions(kinds=kinds, look_s=60.0))
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        order(operational, send())
        runner.wake()
        assert done.wait(10)
        stop.set()
        runner.wake()
        thread.join(10)
        assert not thread.is_alive()


class TestWaiting:
    def test_stopping_and_losing_are_told_apart(self, operational: Operational) -> None:
        order(operational, send())
        (job,) = claim(operational)
        work = Work(job, Parcel(1), None, operational)
        work.breathe()
        work.stop.set()
        with pytest.raises(Stopped):
            work.breathe()
        work.lost.set()
        with pytest.raises(LeaseLost):
            work.breathe()
        assert work.key == f"job:{job.number}"
