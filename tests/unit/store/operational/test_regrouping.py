"""Limit, priority and lifetime of identifiers: the same statements give the same people, in whatever order they come."""

import random
import time
from collections.abc import Iterable, Mapping, Sequence

import pytest

from tanteemma.store.operational import Operational, Transaction, people, unlinking
from tanteemma.store.operational.people import own_person
from tanteemma.store.operational.people_rules import IdentifierRules, keep_identifier_rules, without_plus

Said = tuple[str, str, int]
SUBJECTS = [f"{kind}:{number}@x" for kind in ("user", "mail", "phone", "anon") for number in range(5)]
RULES = IdentifierRules(most_users={}, most_subjects=4, lifetime_days={"anon": 100}, priority=("user", "phone", "mail", "anon"))


def _outlived(pair: tuple[str, str], days: Mapping[tuple[str, str], int], rules: IdentifierRules) -> bool:
    for subject in pair:
        life = rules.lifetime_days.get(subject.split(":", maxsplit=1)[0], 0)
        newest = max(day for other, day in days.items() if subject in other)
        if life and newest - days[pair] > life:
            return True
    return False


def _strength(pair: tuple[str, str], rules: IdentifierRules) -> tuple[int, int, tuple[str, str]]:
    ranks = sorted((rules.priority.index(subject.split(":", maxsplit=1)[0]) for subject in pair), reverse=True)
    return ranks[0], ranks[1], pair


def slow_people(
    said: Sequence[Said], merged: Iterable[Sequence[str]], rules: IdentifierRules, cut: set[str]
) -> dict[str, bytes]:
    """The obvious way: the newest day of each pair, the outlived ones left out, strongest first, until a person is full."""
    days: dict[tuple[str, str], int] = {}
    for one, other, day in said:
        pair = (min(one, other), max(one, other))
        days[pair] = max(day, days.get(pair, 0))
    days = {pair: day for pair, day in days.items() if cut.isdisjoint(pair)}
    groups = [{subject} for subject in SUBJECTS]

    def join(one: str, other: str, most: int) -> None:
        first = next(group for group in groups if one in group)
        second = next(group for group in groups if other in group)
        if first is not second and len(first) + len(second) <= most:
            groups.remove(second)
            first |= second

    for pair in sorted((pair for pair in days if not _outlived(pair, days, rules)), key=lambda pair: _strength(pair, rules)):
        join(*pair, rules.most_subjects)
    for together in merged:
        for other in together:
            join(together[0], other, len(SUBJECTS))
    return {subject: min(map(own_person, group)) for group in groups for subject in group}


def _say(tx: Transaction, said: Sequence[Said]) -> None:
    days: dict[tuple[str, str], int] = {}
    for one, other, day in said:
        days[one, other] = max(day, days.get((one, other), 0))
    people.link(tx, list(days), days=days)


@pytest.mark.parametrize("seed", range(25))
def test_statements_merges_and_cuts_in_any_order_give_the_people_of_the_obvious_way(
    operational: Operational, seed: int
) -> None:
    dice = random.Random(seed)
    said: list[Said] = []
    for _ in range(dice.randrange(5, 40)):
        one, other = dice.sample(SUBJECTS, 2)
        said.append((one, other, dice.randrange(1, 400)))
    merged: dict[int, tuple[str, ...]] = {}
    cut: dict[int, str] = {}
    with operational.begin() as tx:
        keep_identifier_rules(tx, RULES)
    left = list(said)
    while left:
        some, left = left[: dice.randrange(1, 6)], left[dice.randrange(1, 6) :] if dice.random() < 0.5 else left[1:]
        with operational.begin() as tx:
            _say(tx, some)
            if dice.random() < 0.3:
                group = tuple(sorted(dice.sample(SUBJECTS, 2)))
                merged[people.merge(tx, group, "owner", "").number] = group
            if dice.random() < 0.2:
                one = dice.choice(SUBJECTS)
                if len(people.aliases(tx, [one])) > 1 and one not in cut.values():
                    cut[people.cut(tx, one, "owner", "").number] = one
            decided = [*merged, *cut]
            if decided and dice.random() < 0.3:
                number = dice.choice(decided)
                people.unmerge(tx, number, "owner", "")
                merged.pop(number, None)
                cut.pop(number, None)
    with operational.begin() as tx:
        _say(tx, said)
        now = people.person_of(tx, SUBJECTS)
        assert now == slow_people(said, merged.values(), RULES, set(cut.values()))
        for subject, person in now.items():
            together = sorted(one for one in SUBJECTS if now[one] == person)
            assert people.aliases(tx, [subject]) == together
        for number in [*merged, *cut]:
            people.unmerge(tx, number, "owner", "")
        assert people.person_of(tx, SUBJECTS) == slow_people(said, (), RULES, set())


@pytest.mark.parametrize("seed", range(6))
def test_a_customer_number_and_an_address_win_over_devices_whoever_came_first(operational: Operational, seed: int) -> None:
    pairs = [(f"anon:{number}", "user:1") for number in range(6)] + [("mail:a@x", "user:1"), ("phone:+49", "user:1")]
    random.Random(seed).shuffle(pairs)
    with operational.begin() as tx:
        keep_identifier_rules(tx, IdentifierRules(most_subjects=4))
        for pair in pairs:
            people.link(tx, [pair])
        assert people.aliases(tx, ["user:1"]) == ["anon:0", "mail:a@x", "phone:+49", "user:1"]
        waiting = [(low, high) for low, high, merge in people.linked_with(tx, ["user:1"]) if merge == -1]
        assert waiting == [(f"anon:{number}", "user:1") for number in range(1, 6)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_cookie_that_comes_back_after_its_lifetime_belongs_to_whom_it_names_then(
    operational: Operational, order: tuple[int, int]
) -> None:
    said = [("anon:pc", "user:1", 100), ("anon:pc", "user:2", 501)]
    with operational.begin() as tx:
        for place in order:
            _say(tx, [said[place]])
        assert people.aliases(tx, ["anon:pc"]) == ["anon:pc", "user:2"]
        assert people.aliases(tx, ["user:1"]) == ["user:1"]
        _say(tx, [("anon:pc", "user:1", 502)])  # she uses it again: now it is theirs, both
        assert people.aliases(tx, ["anon:pc"]) == ["anon:pc", "user:1", "user:2"]


def test_ten_thousand_identifiers_in_any_order_end_alike_and_soon(operational: Operational) -> None:
    pairs = [("user:1", f"anon:{number:05}") for number in range(10_000)]
    ends = []
    for seed in (1, 2):
        random.Random(seed).shuffle(pairs)
        with operational.begin() as tx:
            unlinking.forget(tx, people.aliases(tx, [one for pair in pairs for one in pair]))
            began = time.process_time()
            for start in range(0, len(pairs), 2_500):
                people.link(tx, pairs[start : start + 2_500])
            ends.append(people.aliases(tx, ["user:1"]))
        assert time.process_time() - began < 60, "it must not take for ever"
    assert ends[0] == ends[1] == [*(f"anon:{number:05}" for number in range(99)), "user:1"]


def test_an_address_with_a_plus_is_the_one_without_it_only_if_that_is_switched_on(operational: Operational) -> None:
    plus = "mail:anna+shop@x.de"
    pair = (plus, without_plus(plus) or "")
    with operational.begin() as tx:
        assert people.link(tx, [pair]).moved == {}
        keep_identifier_rules(tx, IdentifierRules(plus_addresses=True))
        people.link(tx, [pair])
        assert people.aliases(tx, ["mail:anna@x.de"]) == [plus, "mail:anna@x.de"]
