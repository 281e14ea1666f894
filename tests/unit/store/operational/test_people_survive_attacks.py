"""Alias bombs, cycles, racing merges, ten thousand identifiers, merges undone while events arrive."""

import random
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from tanteemma.store.operational import Operational, people
from tanteemma.store.operational.people_rules import MOST_SUBJECTS


def _persons(operational: Operational, subjects: list[str]) -> list[bytes]:
    with operational.read() as tx:
        found = people.person_of(tx, subjects)
    return [found[one] for one in subjects]


def test_an_alias_bomb_ends_at_the_limit_and_says_what_was_refused(operational: Operational) -> None:
    names = [f"user:{number}" for number in range(2_000)]
    with operational.begin() as tx:
        linked = people.link(tx, list(pairwise(names)))
    persons = _persons(operational, names)
    assert max(map(persons.count, set(persons))) <= MOST_SUBJECTS
    assert len(linked.refused) >= len(names) // MOST_SUBJECTS - 1


@pytest.mark.parametrize("seed", range(5))
def test_cycles_in_any_order_and_said_again_are_one_person(operational: Operational, seed: int) -> None:
    names = [f"mail:{seed}{letter}@x.de" for letter in "abcdefgh"]
    ring = [(one, other) for one, other in zip(names, [*names[1:], names[0]], strict=True)] * 3
    random.Random(seed).shuffle(ring)
    for pair in ring:
        with operational.begin() as tx:
            people.link(tx, [pair])
    assert len(set(_persons(operational, names))) == 1


def test_merges_that_race_on_several_connections_end_as_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "operational.db"
    names = [f"user:{number}" for number in range(24)]
    problems: list[BaseException] = []

    def merge(mine: list[str]) -> None:
        try:
            with Operational.open(path) as operational:
                for one, other in pairwise(mine):
                    with operational.begin() as tx:
                        people.merge(tx, [one, other], "owner", "race")
        except BaseException as problem:  # noqa: BLE001 - told by the test
            problems.append(problem)

    Operational.open(path).close()
    threads = [threading.Thread(target=merge, args=(random.Random(seed).sample(names, 24),)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with Operational.open(path) as operational:
        assert len(set(_persons(operational, names))) == 1
        with operational.begin() as tx:
            for event in people.merges(tx, limit=1_000):
                people.unmerge(tx, event.number, "owner", "")
        assert len(set(_persons(operational, names))) == len(names)


def test_ten_thousand_identifiers_on_one_person_by_hand_stay_one_and_part_again(operational: Operational) -> None:
    names = [f"anon:{number}" for number in range(10_000)]
    with operational.begin() as tx:
        event = people.merge(tx, names, "owner", "by hand")
    assert len(set(_persons(operational, names))) == 1
    with operational.read() as tx:
        assert len(people.subjects_of(tx, people.person_of(tx, names[:1])[names[0]])) == len(names)
    with operational.begin() as tx:
        people.unmerge(tx, event.number, "owner", "")
    assert len(set(_persons(operational, names))) == len(names)


@pytest.mark.parametrize("seed", range(5))
def test_unmerging_while_events_arrive_leaves_what_the_links_say(operational: Operational, seed: int) -> None:
    dice = random.Random(seed)
    names = [f"user:{number}" for number in range(12)]
    said: list[tuple[str, str]] = []
    standing: list[int] = []
    for _ in range(60):
        pair = (dice.choice(names), dice.choice(names))
        with operational.begin() as tx:
            if dice.random() < 0.5 and pair[0] != pair[1]:
                said.append(pair)
                people.link(tx, [pair])
            elif standing and dice.random() < 0.6:
                people.unmerge(tx, standing.pop(dice.randrange(len(standing))), "owner", "")
            elif pair[0] != pair[1]:
                standing.append(people.merge(tx, list(pair), "owner", "").number)
    with operational.begin() as tx:
        for number in standing:
            people.unmerge(tx, number, "owner", "")
    kept = _persons(operational, names)
    group = {name: {name} for name in names}
    for one, other in said:
        joined = group[one] | group[other]
        for name in joined:
            group[name] = joined
    for place, name in enumerate(names):
        assert {other for other, person in zip(names, kept, strict=True) if person == kept[place]} == group[name]
