"""Credit by every model: as published, by hand, and against the slow versions."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.attribution.answers import AttributionAnswer, attribute
from tanteemma.journeys.attribution.markov import _dense, _sparse, _walked, chain_of, removal_effects
from tanteemma.journeys.attribution.paths import Paths, paths_of
from tanteemma.journeys.attribution.shares import MODELS, time_decay
from tests.unit.journeys.attribution import oracle

#: removal effect, Markov of order 1, first, last, linear, Shapley
PUBLISHED = {
    "alpha": (0.5584, 5344.9, 6308, 8447, 7574.7, 7627.9),
    "iota": (0.4058, 3884.6, 4606, 3355, 3857.1, 3505.0),
    "eta": (0.3490, 3340.8, 3164, 4167, 3540.0, 3613.7),
    "beta": (0.2640, 2527.4, 2831, 989, 2083.5, 1982.7),
    "theta": (0.2060, 1971.9, 1606, 653, 1022.8, 1191.0),
    "lambda": (0.1340, 1282.8, 902, 1207, 1035.3, 987.8),
    "epsilon": (0.0626, 599.6, 99, 531, 272.2, 374.7),
    "zeta": (0.0398, 381.1, 27, 107, 136.6, 200.0),
    "kappa": (0.0287, 274.4, 74, 230, 138.0, 159.1),
    "gamma": (0.0179, 171.1, 165, 92, 121.0, 138.2),
    "delta": (0.0005, 4.6, 1, 5, 1.7, 2.3),
    "mi": (0.0002, 1.7, 2, 2, 2.2, 2.7),
}
#: orders 2 and 3 as another program draws them
SIMULATED = {"alpha": (5518, 5699), "iota": (3772, 3771), "eta": (3409, 3404)}


@pytest.fixture(scope="module")
def ten_thousand(real_logs: Path) -> Paths:
    with gzip.open(real_logs / "attribution" / "PathData.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return paths_of((row["path"].split(" > "), int(row["total_conversions"]), int(float(row["total_null"]))) for row in rows)


@pytest.fixture(scope="module")
def answer(ten_thousand: Paths) -> AttributionAnswer:
    return attribute(ten_thousand)


def test_the_chain_of_ten_thousand_paths_is_the_published_one(answer: AttributionAnswer) -> None:
    assert (answer.conversions, answer.ways) == (19_785, 19_785 + 68_602)
    assert round(answer.rate or 0, 8) == 0.22384514
    found = {one.name: (round(one.removal or 0, 4), round(one.markov1 or 0, 1)) for one in answer.channels}
    assert found == {name: row[:2] for name, row in PUBLISHED.items()}


def test_first_last_linear_and_shapley_are_the_published_ones(answer: AttributionAnswer) -> None:
    found = {
        one.name: tuple(round(value, 1) for value in (one.first, one.last, one.linear, one.shapley)) for one in answer.channels
    }
    assert found == {name: row[2:] for name, row in PUBLISHED.items()}


def test_higher_orders_lie_near_those_that_are_drawn(answer: AttributionAnswer) -> None:
    for one in answer.channels:
        for mine, drawn in zip((one.markov2, one.markov3), SIMULATED.get(one.name, ()), strict=False):
            assert mine == pytest.approx(drawn, rel=0.025)


def test_every_order_gives_the_same_chance_of_a_conversion(ten_thousand: Paths) -> None:
    chances = [removal.chance for order in (1, 2, 3) if (removal := removal_effects(ten_thousand, order))]
    assert chances == pytest.approx([0.22384514] * 3, abs=1e-8)
    assert len(chain_of(ten_thousand, 3).ends_with) > 900  # enough for the sparse way


def test_all_three_ways_to_solve_a_chain_agree(ten_thousand: Paths) -> None:
    chain = chain_of(ten_thousand, 2)
    everyone, without = _dense(chain, 12)
    for solve in (_sparse, _walked):
        solved = solve(chain, 12)
        assert solved is not None
        chance, removed = solved
        assert chance == pytest.approx(everyone, abs=1e-11)
        assert removed.tolist() == pytest.approx(without.tolist(), abs=1e-11)


def test_a_chain_that_would_take_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch, ten_thousand: Paths) -> None:
    monkeypatch.setattr("tanteemma.journeys.attribution.markov._MOST_WORK", 1_000)
    found = attribute(ten_thousand).channels[0]
    assert found.markov3 is None
    assert found.linear > 0


def test_the_same_step_a_thousand_times_takes_no_more_walking() -> None:
    chain = chain_of(paths_of([(["a"] * 100_000 + ["b"], 3, 1), (["b", "a"], 1, 4)]), 3)
    everyone, without = _dense(chain, 2)
    solved = _walked(chain, 2)
    assert solved is not None
    assert solved[0] == pytest.approx(everyone, abs=1e-9)
    assert solved[1].tolist() == pytest.approx(without.tolist(), abs=1e-9)


def test_those_who_circle_for_too_long_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanteemma.journeys.attribution.markov._DENSE", 0)
    monkeypatch.setattr("tanteemma.journeys.attribution.markov._FACTORED", 0)
    monkeypatch.setattr("tanteemma.journeys.attribution.markov._MOST_WALKED", 0)
    assert removal_effects(paths_of([(["a", "b"] * 10_000, 3, 1)]), 3) is None


def test_the_spread_names_the_lowest_and_the_highest_model(answer: AttributionAnswer) -> None:
    beta = next(one for one in answer.channels if one.name == "beta")
    assert (beta.spread.low, beta.spread.high) == (beta.last, beta.first)
    assert beta.spread.relative == pytest.approx((2831 - 989) / ((2831 + 989) / 2))


def test_a_small_example_is_as_worked_by_hand() -> None:
    # START -> a (3 of 4), b (1 of 4); a -> b (2 of 3), a -> NULL (1 of 3); b -> CONVERSION (2 of 3), NULL (1 of 3)
    found = removal_effects(paths_of([(["a", "b"], 1, 1), (["a"], 0, 1), (["b"], 1, 0)]))
    assert found is not None
    assert found.chance == pytest.approx((3 / 4 * 2 / 3 + 1 / 4) * 2 / 3)
    assert found.effects.tolist() == pytest.approx([1 - (1 / 4 * 2 / 3) / found.chance, 1.0])
    assert found.credits.sum() == pytest.approx(2)


_WAY = st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), st.integers(0, 5), st.integers(0, 5))
_WAYS = st.lists(_WAY, min_size=1, max_size=12)


@given(_WAYS, st.integers(1, 3))
def test_the_chain_is_that_of_a_crowd_that_walks(ways: list[oracle.Way], order: int) -> None:
    paths = paths_of(ways)
    found = removal_effects(paths, order)
    if not paths.converted:
        assert found is None
        return
    assert found is not None
    assert found.chance == pytest.approx(oracle.removal(ways, order), abs=1e-9)
    for place, channel in enumerate(paths.channels):
        without = oracle.removal(ways, order, channel)
        assert found.effects[place] == pytest.approx(1 - without / found.chance, abs=1e-9)


@given(_WAYS)
def test_models_of_positions_are_those_of_way_by_way(ways: list[oracle.Way]) -> None:
    paths = paths_of(ways)
    for model in ("first", "last", "linear", "position", "time_decay"):
        found = (time_decay if model == "time_decay" else MODELS[model])(paths)
        slow = oracle.by_position(ways, model)
        assert found.tolist() == pytest.approx([slow[channel] for channel in paths.channels])


@given(_WAYS)
def test_shapley_is_that_of_all_orders_of_the_channels(ways: list[oracle.Way]) -> None:
    paths = paths_of(ways)
    slow = oracle.shapley(ways)
    assert MODELS["shapley"](paths).tolist() == pytest.approx([slow[channel] for channel in paths.channels])


@given(_WAYS)
def test_every_model_shares_out_exactly_the_conversions(ways: list[oracle.Way]) -> None:
    found = attribute(paths_of(ways))
    assert found.conversions == sum(conversions for _, conversions, _ in ways)
    for model in ("first", "last", "linear", "time_decay", "position", "shapley"):
        assert sum(getattr(one, model) for one in found.channels) == pytest.approx(found.conversions)
    for model in ("markov1", "markov2", "markov3"):
        credited = [getattr(one, model) for one in found.channels]
        if found.conversions:
            assert sum(credited) == pytest.approx(found.conversions)
        else:
            assert set(credited) == {None}


@given(_WAYS, st.randoms(use_true_random=False))
def test_the_order_of_ways_and_splitting_one_change_nothing(ways: list[oracle.Way], chance: object) -> None:
    parted = [(steps, part, 0) for steps, conversions, _ in ways for part in ([1] * conversions)]
    parted += [(steps, 0, nulls) for steps, _, nulls in ways]
    chance.shuffle(parted)  # type: ignore[attr-defined]  # a random.Random
    one, other = attribute(paths_of(ways)), attribute(paths_of(parted))
    for mine, theirs in zip(one.channels, other.channels, strict=True):
        assert mine.linear == pytest.approx(theirs.linear)
        if mine.markov3 is not None:
            assert mine.markov3 == pytest.approx(theirs.markov3, abs=1e-9)


def test_where_times_are_known_a_contact_a_week_back_counts_half() -> None:
    paths = paths_of([(["a", "b"], 3, 0)])
    aged = Paths(paths.channels, paths.steps, paths.offsets, paths.conversions, paths.nulls, np.array([8 * 86_400.0, 86_400.0]))
    assert time_decay(aged).tolist() == pytest.approx([1.0, 2.0])
    long_ago = Paths(paths.channels, paths.steps, paths.offsets, paths.conversions, paths.nulls, np.array([1e11, 1e11 - 1]))
    assert time_decay(long_ago).sum() == pytest.approx(3)


def test_no_order_but_one_to_three() -> None:
    with pytest.raises(ValueError, match="4"):
        removal_effects(paths_of([(["a"], 1, 0)]), 4)
