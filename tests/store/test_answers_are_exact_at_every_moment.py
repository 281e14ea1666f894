"""result = kernel(base with the touched masked out) + kernel(the touched as they are now), whatever happened before."""

import random
from pathlib import Path

import pytest

from tanteemma.store import house
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.operational import people
from tests.store.made_events import (
    Made,
    expected_journeys,
    expected_numbers,
    flush_of,
    journeys_in,
    numbers_in,
    people_in,
    properties_of,
)

ORDERS = JourneyDefinition("order", "case", "order")
VISITS = JourneyDefinition("visit", "visit", gap_s=0.000004)
STRETCHES = JourneyDefinition("from A to B", "person", starts_at="A", ends_at="B")
UP_TO = JourneyDefinition("up to C", "case", "order", ends_at="C")
AGAIN = JourneyDefinition("from A to A", "visit", gap_s=0.000009, starts_at="A", ends_at="A")
OPEN = JourneyDefinition("from D on", "case", "order", starts_at="D")
SUBJECTS = [f"user:{number}" for number in range(20)]


class _World:
    """What really happened, kept the simple way."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.events: list[Made] = []
        self.links: list[tuple[str, str]] = []

    def more(self) -> list[Made]:
        dice, start = self.dice, len(self.events) + 1
        new = [
            Made(
                start + place,
                dice.choice(SUBJECTS) if dice.random() < 0.9 else None,
                str(dice.randrange(15)),
                dice.choice("ABCDE"),
                dice.randrange(50),
                dice.randrange(3),
                properties=properties_of(start + place),
            )
            for place in range(dice.randrange(60))
        ]
        dice.shuffle(new)
        self.events += new
        return new

    def same(self) -> dict[str, str]:
        group = {subject: {subject} for subject in SUBJECTS}
        for one, other in self.links:
            joined = group[one] | group[other]
            group |= dict.fromkeys(joined, joined)
        return {subject: min(members) for subject, members in group.items()}


def _agree(store: Store, world: _World) -> None:
    with store.snapshot() as snapshot:
        for definition in (WHOLE_LIFE, ORDERS, VISITS, STRETCHES, UP_TO, AGAIN, OPEN):
            assert journeys_in(snapshot, definition) == expected_journeys(world.events, definition, world.same()), definition
            assert numbers_in(snapshot, definition) == expected_numbers(world.events, definition, world.same()), definition
        known = {world.same()[one.subject] for one in world.events if one.subject}
        assert people_in(snapshot, WHOLE_LIFE) == len(known)


@pytest.mark.parametrize("seed", range(6))
def test_every_moment_gives_the_answer_of_the_slow_version(tmp_path: Path, seed: int) -> None:
    world = _World(seed)
    folder = DataFolder.create(tmp_path)
    position = 0
    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        for _ in range(10):
            new = world.more()
            assert store.commit(flush_of(position, new)).counts.accepted == len(new)
            assert store.commit(flush_of(position + 1, new)).counts.duplicate == len(new)
            position += 2
            if world.dice.random() < 0.5:
                pair = (world.dice.choice(SUBJECTS), world.dice.choice(SUBJECTS))
                store.link([pair])
                world.links.append(pair)
            if world.dice.random() < 0.4:
                store.compact()
            _agree(store, world)
    for write in (True, False):
        with Store.open(folder, write=write) as store:
            _agree(store, world)


def test_a_merge_taken_back_restores_every_journey_before_and_after_compaction(tmp_path: Path) -> None:
    events = [Made(n, f"user:{n % 4}", f"{n % 3}", "AB"[n % 2], n // 2) for n in range(1, 40)]
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(0, events))
        store.compact()
        with store.snapshot() as snapshot:
            before = people_in(snapshot, ORDERS), people_in(snapshot, WHOLE_LIFE)
        for compact_between in (False, True):
            with store.operational.begin() as tx:
                merge = people.merge(tx, ["user:1", "user:2"], "owner", "same mail")
            store.people_changed()
            with store.snapshot() as snapshot:
                assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(events, WHOLE_LIFE, {"user:2": "user:1"})
            if compact_between:
                store.compact()
            with store.operational.begin() as tx:
                people.unmerge(tx, merge.number, "owner", "a mistake")
            store.people_changed()
            for _ in range(2):
                with store.snapshot() as snapshot:
                    assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(events, WHOLE_LIFE, {})
                    assert journeys_in(snapshot, ORDERS) == expected_journeys(events, ORDERS, {})
                    assert (people_in(snapshot, ORDERS), people_in(snapshot, WHOLE_LIFE)) == before
                store.compact()


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    events = [Made(n, f"user:{n % 5}", f"{n % 3}", "ABC"[n % 3], n % 7, n % 2) for n in range(1, 60)]
    answers = []
    for turn in range(3):
        shuffled = random.Random(turn).sample(events, len(events))
        with Store.open(DataFolder.create(tmp_path / str(turn)), write=True) as store:
            for position, start in enumerate(range(0, len(shuffled), 13)):
                store.commit(flush_of(position, shuffled[start : start + 13]))
                if position == turn:
                    store.compact()
            with store.snapshot() as snapshot:
                answers.append((journeys_in(snapshot, WHOLE_LIFE), people_in(snapshot, WHOLE_LIFE)))
    assert answers[0] == answers[1] == answers[2]


def test_buckets_double_as_data_grows_and_answers_stay(tmp_path: Path) -> None:
    events = [Made(n, f"user:{n % 97}", f"{n % 31}", "ABC"[n % 3], n % 50) for n in range(1, 900)]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(0, events[:300]))
        store.compact()
        store.bucket_rows = 50
        store.link([("user:1", "user:2"), ("user:3", "user:90")])
        store.commit(flush_of(1, events[300:]))
        store.compact()
        same = {"user:2": "user:1", "user:90": "user:3"}
        with store.snapshot() as snapshot:
            assert len(snapshot.parts(WHOLE_LIFE)) >= 16
            for definition in (WHOLE_LIFE, ORDERS):
                assert journeys_in(snapshot, definition) == expected_journeys(events, definition, same)


def test_who_brings_more_than_memory_shall_hold_waits_for_a_compaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "MOST_FRESH", 100)
    events = [Made(n, f"user:{n % 17}", f"{n % 11}", "ABC"[n % 3], n % 50) for n in range(1, 900)]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.ensure_case_definition("order")
        piled = []
        for position, start in enumerate(range(0, len(events), 40)):
            store.commit(flush_of(position, events[start : start + 40]))
            settled = store._generation.events
            piled.append(start + len(events[start : start + 40]) - settled)
            assert piled[-1] <= max(100, settled)
        assert max(piled) > 0
        with store.snapshot() as snapshot:
            assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(events, WHOLE_LIFE, {})
            assert journeys_in(snapshot, ORDERS) == expected_journeys(events, ORDERS, {})
