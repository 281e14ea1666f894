"""Who is who: the order of what is said never matters, and every decision can be taken back exactly."""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, Transaction, people, unlinking
from tanteemma.store.operational.people import own_person
from tanteemma.store.operational.records import MergeKind

Pair = tuple[str, str]
SUBJECTS = [f"user:{number}" for number in range(9)]
pairs_of_few = st.lists(st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(SUBJECTS)), max_size=12)


def slow_people(subjects: Iterable[str], pairs: Sequence[Pair]) -> dict[str, bytes]:
    """The obvious way: paint every subject with its own id, then spread the smallest along the pairs until nothing changes."""
    person = {subject: own_person(subject) for subject in subjects}
    changed = True
    while changed:
        changed = False
        for one, other in pairs:
            smallest = min(person[one], person[other])
            changed = changed or person[one] != smallest or person[other] != smallest
            person[one] = person[other] = smallest
    return person


class Undo(Exception):
    """Ends an example's transaction without a trace, so that the next one starts with nobody."""


@contextmanager
def tried(operational: Operational) -> Iterator[Transaction]:
    with suppress(Undo), operational.begin() as tx:
        yield tx
        raise Undo


each_example_is_undone = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class TestLinking:
    def test_a_subject_that_is_linked_with_nothing_is_itself_and_has_no_row(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert people.person_of(tx, ["user:1"]) == {"user:1": own_person("user:1")}
            assert people.changed_since(tx, 0) == {}
            assert people.version(tx) == 0
            assert people.link(tx, [("user:1", "user:1")]).moved == {}
            assert people.version(tx) == 0

    def test_linked_subjects_are_one_person_with_the_smallest_id(self, operational: Operational) -> None:
        with operational.begin() as tx:
            linked = people.link(tx, [("anon:x", "user:1"), ("user:1", "mail:a@example.org")])
            smallest = min(map(own_person, ("anon:x", "user:1", "mail:a@example.org")))
            assert set(linked.moved.values()) == {smallest}
            assert people.subjects_of(tx, smallest) == ["anon:x", "mail:a@example.org", "user:1"]
            assert people.aliases(tx, ["user:1", "user:2"]) == ["anon:x", "mail:a@example.org", "user:1", "user:2"]

    def test_the_same_links_again_change_nothing(self, operational: Operational) -> None:
        with operational.begin() as tx:
            first = people.link(tx, [("anon:x", "user:1")])
        with operational.begin() as tx:
            again = people.link(tx, [("user:1", "anon:x")])
            assert (again.version, again.moved) == (first.version, {})

    def test_only_what_changed_since_a_version_is_told(self, operational: Operational) -> None:
        with operational.begin() as tx:
            first = people.link(tx, [("a", "b"), ("c", "d")])
        with operational.begin() as tx:
            second = people.link(tx, [("b", "e")])
            told = people.changed_since(tx, first.version)
            assert told == people.person_of(tx, told)
            assert "e" in told
            assert not {"c", "d"} & set(told)
            assert people.changed_since(tx, second.version) == {}

    def test_a_shared_computer_does_not_melt_everybody_into_one(self, operational: Operational) -> None:
        with operational.begin() as tx:
            linked = people.link(tx, [("anon:kiosk", f"user:{number:04}") for number in range(300)])
            assert len(linked.refused) == 300
            assert people.aliases(tx, ["anon:kiosk"]) == ["anon:kiosk"]
            more = people.link(tx, [("anon:kiosk", "user:late")])
            assert more.refused == (("anon:kiosk", "user:late"),)
            (told,) = people.merges(tx)
            assert (told.kind, told.subjects, told.made_by) == (MergeKind.CUT, ("anon:kiosk",), people.BY_RULE)

    def test_a_customer_with_too_many_devices_keeps_the_first_of_them(self, operational: Operational) -> None:
        with operational.begin() as tx:
            linked = people.link(tx, [("user:1", f"anon:{number:04}") for number in range(300)])
            assert len(linked.refused) == 201
            assert len(people.aliases(tx, ["user:1"])) == 100

    @pytest.mark.parametrize("seed", range(5))
    def test_what_is_cut_off_does_not_depend_on_the_order_of_events(self, operational: Operational, seed: int) -> None:
        pairs = [("phone:+49", f"user:{number}") for number in range(9)] + [("user:3", "anon:a"), ("anon:a", "user:4")]
        random.Random(seed).shuffle(pairs)
        with operational.begin() as tx:
            for pair in pairs:
                people.link(tx, [pair])
            assert people.aliases(tx, ["phone:+49"]) == ["phone:+49"]
            assert people.aliases(tx, ["user:3"]) == ["anon:a", "user:3", "user:4"]
            assert people.aliases(tx, ["user:0"]) == ["user:0"]


class TestCutting:
    def test_what_is_cut_off_and_taken_back_is_as_before_with_what_was_said_since(self, operational: Operational) -> None:
        with operational.begin() as tx:
            people.link(tx, [("anon:tablet", "user:1"), ("anon:tablet", "user:2")])
            decided = people.cut(tx, "anon:tablet", "owner", "stands in the kitchen")
            assert people.aliases(tx, ["user:1"]) == ["user:1"]
            people.link(tx, [("anon:tablet", "user:3"), ("user:1", "mail:a@example.org")])
            assert people.aliases(tx, ["user:1"]) == ["mail:a@example.org", "user:1"]
            people.unmerge(tx, decided.number, "owner", "it is hers")
            everybody = ["anon:tablet", "mail:a@example.org", "user:1", "user:2", "user:3"]
            assert people.aliases(tx, ["user:3"]) == everybody

    def test_somebody_who_is_linked_with_nobody_cannot_be_cut_off(self, operational: Operational) -> None:
        with operational.begin() as tx, pytest.raises(Problem) as refused:
            people.cut(tx, "user:alone", "owner", "")
        assert refused.value.code is ProblemCode.NOT_FOUND

    def test_what_somebody_merged_stays_merged_when_a_shared_device_is_cut_off(self, operational: Operational) -> None:
        with operational.begin() as tx:
            people.link(tx, [("anon:tablet", "user:1"), ("anon:tablet", "user:2")])
            people.merge(tx, ["user:1", "user:2"], "owner", "same person")
            people.cut(tx, "anon:tablet", "owner", "shared")
            assert people.aliases(tx, ["user:1"]) == ["user:1", "user:2"]

    def test_whoever_is_erased_is_in_no_cut(self, operational: Operational) -> None:
        with operational.begin() as tx:
            people.link(tx, [("anon:tablet", "user:1"), ("anon:tablet", "user:2")])
            people.cut(tx, "anon:tablet", "owner", "shared")
            unlinking.forget(tx, ["anon:tablet"])
            assert people.merges(tx) == []
            people.link(tx, [("anon:tablet", "user:1")])
            assert people.aliases(tx, ["user:1"]) == ["anon:tablet", "user:1"]


class TestTellingApart:
    def test_subjects_with_characters_that_no_database_holds_are_still_told_apart(self, operational: Operational) -> None:
        with operational.begin() as tx:
            people.link(tx, [("user:\x00", "user:1"), ("user:ÄÖ", "user:😀")])
            found = people.person_of(tx, ["user:\x00", "user:1", "user:ÄÖ", "user:😀"])
            assert found["user:\x00"] == found["user:1"] != found["user:ÄÖ"] == found["user:😀"]


class TestAnyOrder:
    @each_example_is_undone
    @given(pairs=pairs_of_few, cuts=st.lists(st.integers(0, 12), max_size=3), seed=st.integers(0, 99))
    def test_links_in_any_order_and_portions_give_the_people_of_the_obvious_way(
        self, operational: Operational, pairs: list[Pair], cuts: list[int], seed: int
    ) -> None:
        shuffled = [pair[:: random.Random(seed).choice((1, -1))] for pair in pairs]
        random.Random(seed).shuffle(shuffled)
        bounds = [0, *sorted(cuts), len(shuffled)]
        with tried(operational) as tx:
            for start, end in pairwise(bounds):
                people.link(tx, [(one, other) for one, other in shuffled[start:end]])
            assert people.person_of(tx, SUBJECTS) == slow_people(SUBJECTS, pairs)

    @each_example_is_undone
    @given(before=pairs_of_few, meanwhile=pairs_of_few, merged=st.sets(st.sampled_from(SUBJECTS), min_size=2))
    def test_merge_then_unmerge_is_as_if_it_had_never_been_whatever_was_linked_meanwhile(
        self, operational: Operational, before: list[Pair], meanwhile: list[Pair], merged: set[str]
    ) -> None:
        with tried(operational) as tx:
            people.link(tx, before)
            event = people.merge(tx, sorted(merged), "owner", "same address")
            assert len(set(people.person_of(tx, merged).values())) == 1
            people.link(tx, meanwhile)
            people.unmerge(tx, event.number, "owner", "two sisters")
            assert people.person_of(tx, SUBJECTS) == slow_people(SUBJECTS, before + meanwhile)

    @each_example_is_undone
    @given(
        links=pairs_of_few,
        groups=st.lists(st.sets(st.sampled_from(SUBJECTS), min_size=2), max_size=4),
        undone=st.sets(st.integers(0, 3)),
    )
    def test_any_merges_undone_in_any_number_leave_the_others(
        self, operational: Operational, links: list[Pair], groups: list[set[str]], undone: set[int]
    ) -> None:
        with tried(operational) as tx:
            people.link(tx, links)
            events = [people.merge(tx, sorted(group), "owner", "") for group in groups]
            known = people.version(tx)
            before = people.person_of(tx, SUBJECTS)
            for place in sorted(undone, reverse=True):
                if place < len(events):
                    people.unmerge(tx, events[place].number, "owner", "")
            kept = [(min(group), one) for place, group in enumerate(groups) if place not in undone for one in group]
            now = people.person_of(tx, SUBJECTS)
            assert now == slow_people(SUBJECTS, links + kept)
            told = people.changed_since(tx, known)
            assert {subject for subject in SUBJECTS if before[subject] != now[subject]} <= set(told)
            assert told.items() <= now.items()

    @each_example_is_undone
    @given(links=pairs_of_few, group=st.sets(st.sampled_from(SUBJECTS), min_size=2), gone=st.sets(st.sampled_from(SUBJECTS)))
    def test_forgetting_leaves_the_others_as_their_own_links_and_merges_make_them(
        self, operational: Operational, links: list[Pair], group: set[str], gone: set[str]
    ) -> None:
        with tried(operational) as tx:
            people.link(tx, links)
            event = people.merge(tx, sorted(group), "owner", "")
            unlinking.forget(tx, gone)
            left = [subject for subject in SUBJECTS if subject not in gone]
            own = [(one, other) for one, other in links if not {one, other} & gone]
            rest = sorted(group - gone)
            assert people.person_of(tx, left) == slow_people(left, own + [(rest[0], one) for one in rest[1:]])
            assert all(set(merge.subjects).isdisjoint(gone) for merge in people.merges(tx))
            if len(rest) > 1:
                people.unmerge(tx, event.number, "owner", "")
                assert people.person_of(tx, left) == slow_people(left, own)


class TestDecisions:
    def test_every_decision_is_written_down_with_its_reason(self, operational: Operational) -> None:
        with operational.begin() as tx:
            merge = people.merge(tx, ["b", "a"], "owner", "same address")
            people.unmerge(tx, merge.number, "owner", "two sisters")
            assert [(event.kind.value, event.undoes, event.reason) for event in people.merges(tx)] == [
                ("unmerge", merge.number, "two sisters"),
                ("merge", None, "same address"),
            ]

    def test_a_merge_is_taken_back_once_and_only_if_it_was_made(self, operational: Operational) -> None:
        with operational.begin() as tx:
            merge = people.merge(tx, ["b", "a"], "owner", "")
            unmerge = people.unmerge(tx, merge.number, "owner", "")
            for number in (merge.number, unmerge.number, 999):
                with pytest.raises(Problem):
                    people.unmerge(tx, number, "owner", "")
            with pytest.raises(ValueError, match="two"):
                people.merge(tx, ["a", "a"], "owner", "")
