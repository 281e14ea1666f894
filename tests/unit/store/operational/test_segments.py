"""Segments in the tables: stated with their past, listed, counted by the hour, moved, forgotten."""

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, segments
from tanteemma.store.operational.segments import NewSegment, NewSize
from tests.unit.store.operational.conftest import MovedClock


class TestSegments:
    def test_a_change_is_a_new_version_and_the_same_again_is_none(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert segments.define(tx, NewSegment("A", "ends 'x'", who="anna")).version == 1
            state = segments.state(tx)
            assert segments.define(tx, NewSegment("A", "ends 'x'", "wozu", who="ben")).version == 1
            assert segments.get(tx, "A").note == "wozu"
            assert segments.define(tx, NewSegment("A", "ends 'y'", who="ben")).version == 2
            assert segments.state(tx) != state
            assert [(one.version, one.changed_by) for one in segments.history(tx, "A")] == [(2, "ben"), (1, "anna")]

    def test_a_removed_segment_keeps_its_history_and_comes_back_with_the_next_version(self, operational: Operational) -> None:
        with operational.begin() as tx:
            number = segments.define(tx, NewSegment("A", identifiers=("K-1", "K-2"))).number
            assert segments.listed(tx, number) == ["K-1", "K-2"]
            segments.keep_changes(tx, [(number, 1, -1, 2, True)])
            segments.remove(tx, "A", "anna")
            assert (segments.names(tx), segments.listed(tx, number), segments.changes_after(tx, 0)) == ((), [], [])
            assert segments.define(tx, NewSegment("A", "ends 'x'")).version == 3
            with pytest.raises(Problem) as refused:
                segments.get(tx, "B")
            assert refused.value.code is ProblemCode.UNKNOWN_SEGMENT

    def test_sizes_are_kept_by_the_hour(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            one = segments.define(tx, NewSegment("A", "ends 'x'"))
        for size, entered, gone in ((5, 0, 0), (7, 3, 1), (6, 0, 1)):
            with operational.begin() as tx:
                segments.keep_sizes(tx, [NewSize(one, size, entered, gone)])
        clock.move(7_200)
        with operational.begin() as tx:
            segments.keep_sizes(tx, [NewSize(one, 9, 3)])
            assert [(each.size, each.entered, each.gone) for each in segments.sizes(tx, one.number)] == [(6, 3, 2), (9, 3, 0)]

    def test_whoever_is_forgotten_is_in_no_change(self, operational: Operational) -> None:
        with operational.begin() as tx:
            one = segments.define(tx, NewSegment("A", "ends 'x'"))
            segments.keep_changes(tx, [(one.number, 1, -1, 7, True), (one.number, 1, 3, 7, True), (one.number, 1, 3, 7, False)])
            found = segments.changes_after(tx, 0)
            assert (found[0].high, found[0].low, found[0].entered) == (2**64 - 1, 7, True)
            assert segments.last_change(tx) == found[-1].number
            assert [each.entered for each in segments.newest_changes(tx, one.number, 2)] == [False, True]
            assert segments.forget(tx, [(3, 7)]) == 2
            assert [each.high for each in segments.changes_after(tx, 0)] == [2**64 - 1]
