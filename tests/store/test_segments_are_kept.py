"""Who is in a segment: counted over everybody, kept up to date by looking at those who were touched, and always the same."""

import contextlib
import pickle
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tanteemma.journeys.ask import ask_durations
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.problems import Problem
from tanteemma.serve.worker import hook_desk
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.keeping_segments import Keeper, people_of
from tanteemma.serve.worker.segmented import Segmented
from tanteemma.store.engines.spark import OnSpark
from tanteemma.store.erasing import erase
from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import keys_of
from tanteemma.store.house import Store
from tanteemma.store.membership import Membership
from tanteemma.store.operational import segment_hooks, segments
from tanteemma.store.operational.segments import NewSegment
from tests.store.made_events import Made, flush_of
from tests.store.test_answers_are_exact_at_every_moment import SUBJECTS, _World

START = datetime(1970, 1, 1, tzinfo=UTC)
CONDITIONS = {
    "kauft": "passes 'A' >= 2",
    "ohne B": "not passes 'B'",
    "teuer": "property.number > 20",
    "kauft, ohne B": "segment = 'kauft' and segment = 'ohne B'",
    "sonst": "segment != 'kauft, ohne B'",
    "vor kurzem": "count 'C' >= 1 last 60s",
    "lange her": "since any > 120s",
}


class MovedClock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def define(store: Store, name: str, condition: str) -> None:
    with store.operational.begin() as tx:
        segments.define(tx, NewSegment(name, condition, who="anna"))


def recounted(store: Store, segmented: Segmented) -> dict[str, set[tuple[int, int]]]:
    """Who is in each segment by counting everybody."""
    found = {}
    with store.snapshot() as snapshot:
        for name, one in segmented.catalogue().segments.items():
            with contextlib.suppress(Problem):  # a touchpoint that is not there yet
                found[name] = people_of(snapshot, segmented.numbers(snapshot, one))
    return {name: set(zip(people.high.tolist(), people.low.tolist(), strict=True)) for name, people in found.items()}


def kept(keeper: Keeper, segmented: Segmented) -> dict[str, set[tuple[int, int]]]:
    found = {}
    for name, one in segmented.catalogue().segments.items():
        if one.stored.number not in keeper.membership.versions:
            continue
        people = keeper.membership.members(one.stored.number)
        found[name] = set(zip(people.high.tolist(), people.low.tolist(), strict=True))
        assert keeper.membership.sizes[one.stored.number] == len(found[name])
    return found


def opened(folder: Path, clock: MovedClock) -> Store:
    return Store.open(DataFolder.create(folder), write=True, now=clock)


def attached(store: Store) -> Segmented:
    segmented = Segmented(store.operational, store.now, "UTC")
    store.beside = segmented
    return segmented


@pytest.mark.parametrize("seed", range(4))
def test_membership_kept_per_flush_is_that_of_a_recount_after_any_history(tmp_path: Path, seed: int) -> None:
    world, clock = _World(seed), MovedClock()
    with opened(tmp_path, clock) as store:
        segmented = attached(store)
        keeper = Keeper(store, segmented)
        for name, condition in CONDITIONS.items():
            define(store, name, condition)
        for position in range(12):
            store.commit(flush_of(position, world.more()))
            if world.dice.random() < 0.5:
                pair = (world.dice.choice(SUBJECTS), world.dice.choice(SUBJECTS))
                store.link([pair])
                world.links.append(pair)
            if world.dice.random() < 0.3:
                store.compact()
            if world.dice.random() < 0.3:
                define(store, "kauft", f"passes 'A' >= {world.dice.randrange(1, 4)}")
            passed = world.dice.random() < 0.5
            clock.at += timedelta(minutes=passed)
            keeper.keep(by_the_clock=passed)
            assert kept(keeper, segmented) == recounted(store, segmented)
            if world.dice.random() < 0.3:
                keeper = Keeper(store, segmented)  # as after a kill: what the file and the tables say
                assert kept(keeper, segmented) == recounted(store, segmented)


def test_who_was_erased_is_in_no_list_no_history_and_no_file(tmp_path: Path) -> None:
    clock = MovedClock()
    with opened(tmp_path, clock) as store:
        segmented = attached(store)
        keeper = Keeper(store, segmented)
        store.commit(flush_of(0, [Made(1, "user:anna", None, "A", 1), Made(2, "user:ben", None, "A", 1)]))
        define(store, "alle", "count any >= 1")
        define(store, "spät", "count any >= 2")
        with store.operational.begin() as tx:
            segments.define(tx, NewSegment("liste", identifiers=("anna", "ben"), who="x"))
        keeper.keep()
        store.commit(flush_of(1, [Made(3, "user:anna", None, "A", 2), Made(4, "user:ben", None, "A", 2)]))
        assert keeper.keep() == 2
        gone = next(iter(zip(*(word.tolist() for word in keys_of(["user:anna"])), strict=True)))
        erase(store, ["user:anna"])
        keeper.keep()
        with store.operational.read() as tx:
            assert [(one.high, one.low) for one in segments.changes_after(tx, 0)] != []
            assert gone not in [(one.high, one.low) for one in segments.changes_after(tx, 0)]
            assert segments.listed(tx, segments.get(tx, "liste").number) == ["ben"]
        for one in (keeper.membership, Membership.load(store.folder.segments)):
            for number in one.versions:
                people = one.members(number)
                assert gone not in set(zip(people.high.tolist(), people.low.tolist(), strict=True))
        assert kept(keeper, segmented) == recounted(store, segmented)


def test_a_lost_or_damaged_file_is_counted_anew(tmp_path: Path) -> None:
    clock = MovedClock()
    with opened(tmp_path, clock) as store:
        segmented = attached(store)
        keeper = Keeper(store, segmented)
        store.commit(flush_of(0, [Made(number, f"user:{number}", None, "A", 1) for number in range(1, 30)]))
        define(store, "alle", "count any >= 1")
        keeper.keep()
        (file,) = store.folder.segments.iterdir()
        file.write_bytes(file.read_bytes()[:-9] + b"x" * 9)
        store.touched.everybody()
        again = Keeper(store, segmented)
        assert again.membership.versions == {}
        again.keep()
        assert kept(again, segmented) == recounted(store, segmented)
        with store.operational.read() as tx:
            assert segments.changes_after(tx, 0) == [], "nobody came or went"


def test_a_segment_that_names_what_is_not_there_does_not_keep_the_others_from_being_counted(tmp_path: Path) -> None:
    with opened(tmp_path, MovedClock()) as store:
        segmented = attached(store)
        keeper = Keeper(store, segmented)
        define(store, "später", "passes 'Z'")
        define(store, "alle", "count any >= 1")
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 1)]))
        keeper.keep()
        assert set(kept(keeper, segmented)) == {"alle"}
        store.commit(flush_of(1, [Made(2, "user:2", None, "Z", 1)]))
        keeper.keep()
        assert {name: len(people) for name, people in kept(keeper, segmented).items()} == {"alle": 2, "später": 1}


class _TasksHere(OnSpark):
    """The tasks of the cluster, run one after the other in this process."""

    def _run(self, rows: Sequence[tuple[int, int, bytes | None]], task: Callable[..., bytes]) -> Iterator[Any]:
        for row in rows:
            yield pickle.loads(task(*row))  # noqa: S301 - made a moment ago


def test_tasks_elsewhere_choose_the_same_journeys_by_segment(tmp_path: Path) -> None:
    world, clock = _World(3), MovedClock()
    clock.at += timedelta(minutes=5)
    with opened(tmp_path, clock) as store:
        attached(store)
        store.ensure_case_definition("order")
        define(store, "kauft", "count 'A' >= 2")
        for position in range(6):
            store.commit(flush_of(position, world.more()))
            if position == 4:
                store.compact()
        wish = Passing(where=("segment = kauft and since any > 1s",))
        with store.snapshot() as snapshot:
            for journey in snapshot.definitions():
                here = ask_durations(snapshot, journey, selection=wish)
                assert here.journeys
                assert ask_durations(_TasksHere(None, snapshot), journey, selection=wish) == here


def test_whoever_enters_after_a_hook_was_stated_is_news_also_of_a_segment_stated_a_moment_before(tmp_path: Path) -> None:
    with opened(tmp_path, MovedClock()) as store:
        segmented = attached(store)
        keeper = Keeper(store, segmented)
        segmented.keep_now = keeper.keep
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 0)]))
        define(store, "einmal", "count 'A' = 1")
        house = cast("House", SimpleNamespace(operational=store.operational, folder=store.folder, segmented=segmented))
        kind, add = hook_desk.ANSWERS["add_segment_hook"]
        add(house, kind(segment="einmal", url="https://example.org/"))
        store.commit(flush_of(1, [Made(2, "user:2", None, "A", 0)]))
        keeper.keep()
        with store.operational.read() as tx:
            (hook,) = segment_hooks.every(tx)
            assert [change.entered for change in segments.changes_after(tx, hook.told)] == [True]
