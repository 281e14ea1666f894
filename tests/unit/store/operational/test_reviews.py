"""Pairs that people decide: asked once, decided for good, merged with a reason, taken back as if nothing had been."""

import json
from pathlib import Path

import pytest

from tanteemma.model.problems import Problem
from tanteemma.store.operational import Operational, people, reviews
from tanteemma.store.operational.erasing import erase_subjects
from tanteemma.store.operational.reviews import NewPair, Said
from tests.unit.store.operational.conftest import MovedClock

ANNA, ANNE = "user:4711", "mail:anne@example.org"


def pair(one: str = "a", other: str = "b", weight: float = 1.0, says: str = "{}") -> NewPair:
    return NewPair(one, other, weight, says, "kunden.csv")


def same(*subjects: str) -> Said:
    return Said(True, subjects, "owner", "review: same person")


class TestReviews:
    def test_a_pair_that_comes_again_is_not_asked_again(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert reviews.enter(tx, [pair(), pair("b", "a"), pair("c", "d")]) == 2
            assert reviews.enter(tx, [pair()]) == 0
            first = reviews.next_one(tx)
            assert first is not None
            reviews.decide(tx, first.number, Said(False, (), "owner", ""))
            assert reviews.enter(tx, [pair(weight=9.0)]) == 0
            assert reviews.waiting(tx) == 1

    def test_a_record_is_never_paired_with_itself(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert reviews.enter(tx, [pair("a", "a")]) == 0

    def test_the_likeliest_pair_comes_first_and_what_was_put_off_last(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        with operational.begin() as tx:
            reviews.enter(tx, [pair("a", "b", 0.5), pair("c", "d", 1.5), pair("e", "f", -1.0)])
        seen = []
        for _ in range(4):
            clock.move(60)
            with operational.begin() as tx:
                first = reviews.next_one(tx)
                assert first is not None
                seen.append(first.low)
                reviews.put_off(tx, first.number)
        assert seen == ["c", "a", "e", "c"]

    def test_the_same_person_is_merged_with_the_reason_and_parted_again(self, operational: Operational) -> None:
        with operational.begin() as tx:
            before = people.person_of(tx, [ANNA, ANNE])
            reviews.enter(tx, [pair()])
            first = reviews.next_one(tx)
            assert first is not None
            kept = reviews.decide(tx, first.number, same(ANNA, ANNE))
            assert kept.merge is not None
            assert len(set(people.person_of(tx, [ANNA, ANNE]).values())) == 1
            (event,) = people.merges(tx)
            assert (event.made_by, event.reason) == ("owner", "review: same person")
            again = reviews.take_back(tx, first.number, "owner", "review: decision taken back")
            assert (again.same, again.merge) == (None, None)
            assert people.person_of(tx, [ANNA, ANNE]) == before
            assert reviews.waiting(tx) == 1

    def test_records_of_nobody_known_are_decided_without_a_merge(self, operational: Operational) -> None:
        with operational.begin() as tx:
            reviews.enter(tx, [pair()])
            first = reviews.next_one(tx)
            assert first is not None
            assert reviews.decide(tx, first.number, same()).merge is None
            assert people.merges(tx) == []

    def test_a_decision_stands_until_it_is_taken_back(self, operational: Operational) -> None:
        with operational.begin() as tx:
            reviews.enter(tx, [pair()])
            first = reviews.next_one(tx)
            assert first is not None
            reviews.decide(tx, first.number, Said(False, (), "owner", ""))
            assert reviews.decide(tx, first.number, same(ANNA, ANNE)).same is False
            assert people.merges(tx) == []

    def test_a_pair_that_does_not_exist_is_said(self, operational: Operational) -> None:
        with operational.begin() as tx:
            with pytest.raises(Problem, match="pair_unknown"):
                reviews.decide(tx, 99, same())
            with pytest.raises(Problem, match="pair_unknown"):
                reviews.put_off(tx, 99)
            with pytest.raises(Problem, match="pair_unknown"):
                reviews.take_back(tx, 99, "owner", "")


def test_an_erased_person_is_in_no_pair_any_more(operational: Operational, tmp_path: Path) -> None:
    canary = "canary.erased@example.org"
    says = json.dumps({"left": {"email": canary}, "right": {"given_name": "Anne"}})
    with operational.begin() as tx:
        reviews.enter(tx, [pair(says=says), pair("c", "d")])
    erased = erase_subjects(operational, [f"mail:{canary}"])
    assert erased.rows["review_pair"] == 1
    with operational.read() as tx:
        assert reviews.waiting(tx) == 1
    assert all(canary.encode() not in file.read_bytes() for file in tmp_path.iterdir())
