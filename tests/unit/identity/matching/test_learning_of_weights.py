"""Weights are found again in records of which they are known."""

import numpy as np
import pytest

from tanteemma.identity.matching import training
from tanteemma.identity.matching.deciding import LEAST_DECISIONS, SAME, Decided, learned_threshold, record_key
from tanteemma.identity.matching.likeness import RESPECTS, respects_of
from tanteemma.identity.matching.training import Patterns, Rarity, trained, weights_of

_CHOSEN = tuple(one for one in RESPECTS if one.name in {"given_name", "family_name", "birth_date", "address"})


def test_the_shares_of_every_respect_add_up() -> None:
    for one in RESPECTS:
        assert sum(share for _, share in one.shares) == pytest.approx(1.0), one.name
        assert not one.household or sum(one.household) == pytest.approx(1.0), one.name
        assert not one.household or len(one.household) == len(one.shares), one.name


def drawn(chance: np.random.Generator, count: int, agree: dict[str, float]) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """Pairs that are equal in each respect with this share, else different."""
    columns = [np.where(chance.random(count) < agree[one.name], len(one.shares) - 1, 0) for one in _CHOSEN]
    return np.stack(columns, axis=1).astype(np.int8)


def patterns(levels: np.ndarray[tuple[int, int], np.dtype[np.int8]]) -> Patterns:
    found, counts = np.unique(levels, axis=0, return_counts=True)
    return Patterns(found, counts.astype(np.float64))


def test_households_are_told_from_people() -> None:
    chance = np.random.default_rng(5)
    same = {"given_name": 0.9, "family_name": 0.95, "birth_date": 0.95, "address": 0.8}
    near = {"given_name": 0.01, "family_name": 0.9, "birth_date": 0.001, "address": 0.97}
    other = {"given_name": 0.01, "family_name": 0.005, "birth_date": 0.0002, "address": 0.0001}
    strangers = drawn(chance, 400_000, other)
    blocked = np.concatenate(
        [drawn(chance, 3_000, same), drawn(chance, 9_000, near), strangers[strangers.any(axis=1)][:20_000]]
    )
    records, pairs = 10_000, 10_000 * 9_999 / 2
    found = trained(_CHOSEN, patterns(strangers), patterns(blocked), records, pairs)
    assert found.same_rate * pairs == pytest.approx(3_000, rel=0.15)
    assert found.near_rate * pairs == pytest.approx(9_000, rel=0.1)
    # a person whose given name differs looks like a twin, so some of these are told to be one
    assert found.same[0][-1] == pytest.approx(0.9, abs=0.08)
    assert found.same[2][-1] == pytest.approx(0.95, abs=0.06)
    highest = [len(one.shares) - 1 for one in _CHOSEN]
    whole, relative = np.array([highest], np.int8), np.array([[0, highest[1], 0, highest[3]]], np.int8)
    assert weights_of(_CHOSEN, whole, found)[0] > 5
    assert weights_of(_CHOSEN, relative, found)[0] < -5


def test_what_is_not_told_weighs_nothing() -> None:
    nothing = np.full((1, len(_CHOSEN)), training.NOT_TOLD, np.int8)
    few = Patterns(nothing, np.ones(1))
    found = trained(_CHOSEN, few, few, 10, 45.0)
    prior = np.log2(found.same_rate / (1 - found.same_rate))
    assert weights_of(_CHOSEN, nothing, found)[0] == pytest.approx(prior, abs=0.01)


def test_few_records_keep_to_experience() -> None:
    """Ten records must not teach that a likeness which they do not show never occurs."""
    one = np.array([[len(each.shares) - 1 for each in _CHOSEN]], np.int8)
    found = trained(_CHOSEN, Patterns(np.zeros_like(one), np.array([45.0])), Patterns(one, np.ones(1)), 10, 45.0)
    assert all((same > 0).all() and (other > 0).all() for same, other in zip(found.same, found.other, strict=True))
    assert found.same[0][0] > 0.02


def test_a_rare_name_weighs_more_than_a_frequent_one() -> None:
    whole = np.array([[len(one.shares) - 1 for one in _CHOSEN]] * 2, np.int8)
    few = Patterns(np.zeros((1, len(_CHOSEN)), np.int8), np.array([45.0]))
    found = trained(_CHOSEN, few, few, 10, 45.0)
    rarity = Rarity(np.array([3.0, -3.0]), np.array([0.0, 0.0]))
    rare, frequent = weights_of(_CHOSEN, whole, found, rarity)
    assert rare > frequent


def test_only_respects_of_columns_that_are_there_are_compared() -> None:
    assert [one.name for one in respects_of({"family", "city"})] == ["family_name", "place"]


def decisions(count: int, border: float) -> list[Decided]:
    weights = [place % 9 for place in range(count)]
    return [Decided("a", "b", float(weight), same=weight > border) for weight in weights]


def test_the_threshold_stays_until_enough_was_decided() -> None:
    assert learned_threshold(decisions(LEAST_DECISIONS - 1, 4.5)) == SAME
    assert learned_threshold([Decided("a", "b", 5.0, same=True)] * 100) == SAME


def test_the_threshold_moves_to_where_people_draw_the_line() -> None:
    assert learned_threshold(decisions(90, 4.5)) == pytest.approx(4.5)
    assert learned_threshold(decisions(90, 6.5)) == pytest.approx(6.5)


def test_the_key_of_a_record_does_not_depend_on_the_order_of_its_columns_and_tells_records_apart() -> None:
    one = record_key(None, {"given": "anna", "family": "kern"})
    assert one == record_key(None, {"family": "kern", "given": "anna"})
    assert one != record_key(None, {"given": "anna kern"})
    assert "kern" not in one
