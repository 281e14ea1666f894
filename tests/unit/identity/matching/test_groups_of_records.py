"""Groups hold together by all their pairs, not by one."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.identity.matching.groups import SAID, Weighed, grouped, members, unseen

Pair = tuple[int, int, float]


def weighed(pairs: list[Pair]) -> Weighed:
    return Weighed(
        np.array([left for left, _, _ in pairs], np.int64),
        np.array([right for _, right, _ in pairs], np.int64),
        np.array([weight for _, _, weight in pairs], np.float64),
    )


def people(records: int, pairs: list[Pair], least: float = 2.0) -> set[tuple[int, ...]]:
    return {tuple(group) for group in members(grouped(records, weighed(pairs), least).person).values()}


def test_a_pair_above_the_threshold_is_one_person() -> None:
    assert people(3, [(0, 1, 2.0), (1, 2, 1.9)]) == {(0, 1), (2,)}


def test_a_weak_pair_alone_does_not_join_two_groups_and_is_left_to_people() -> None:
    strong = [(0, 1, 20.0), (2, 3, 20.0)]
    found = grouped(4, weighed([*strong, (1, 2, 3.0)]), 2.0)
    assert {tuple(group) for group in members(found.person).values()} == {(0, 1), (2, 3)}
    assert found.held_back.tolist() == [2]


def test_pairs_that_all_speak_for_it_join_groups() -> None:
    every = [(left, right, 5.0) for left, right in combinations(range(4), 2)]
    assert people(4, every) == {(0, 1, 2, 3)}


def test_what_people_said_outweighs_every_weight() -> None:
    alike = [(0, 1, 30.0), (1, 2, 30.0), (0, 2, -SAID)]
    assert people(3, alike) in ({(0, 1), (2,)}, {(0,), (1, 2)})
    assert people(2, [(0, 1, SAID)]) == {(0, 1)}


def test_no_pairs_no_people_in_common() -> None:
    assert people(3, []) == {(0,), (1,), (2,)}


def test_pairs_inside_of_a_chain_are_looked_at_too() -> None:
    left, right = unseen(4, weighed([(0, 1, 5.0), (1, 2, 5.0)]), 0.0)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 2)]


_PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-12, 12),
    max_size=20,
)


@given(_PAIRS)
def test_everybody_is_in_one_group_and_groups_hang_together_by_pairs_above_the_threshold(
    pairs: dict[tuple[int, int], int],
) -> None:
    listed = [(left, right, float(weight)) for (left, right), weight in pairs.items()]
    found = people(8, listed)
    assert sorted(record for group in found for record in group) == list(range(8))
    heavy = {pair for pair, weight in pairs.items() if weight >= 2}
    for group in found:
        reached = {group[0]}
        for _ in group:
            reached |= {one for pair in heavy if set(pair) <= set(group) and reached & set(pair) for one in pair}
        assert reached == set(group)


@given(_PAIRS)
def test_the_order_of_pairs_changes_nothing_where_weights_differ(pairs: dict[tuple[int, int], int]) -> None:
    listed = [(left, right, weight + place / 100) for place, ((left, right), weight) in enumerate(sorted(pairs.items()))]
    turned = list(reversed(listed))
    assert people(8, listed) == people(8, turned)
