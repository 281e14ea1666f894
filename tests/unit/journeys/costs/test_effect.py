"""The difference between those who were hit and others like them: by hand, against simulated truth, against a bootstrap."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.costs.effect import Cells, Effect, Floats, effect_of, levels


def cells_of(codes: np.ndarray, hit: np.ndarray, outcome: np.ndarray, shifts: tuple[int, ...] = (0, 8)) -> Cells:
    """What the kernel would have added up."""
    strata, place = np.unique(codes, return_inverse=True)
    side = place * 2 + hit
    size = 2 * len(strata)
    return Cells(
        codes=strata,
        counts=np.bincount(side, minlength=size).reshape(-1, 2).astype(np.float64),
        sums=_added(side, outcome, size),
        squares=_added(side, outcome.astype(np.float64) ** 2, size),
        shifts=shifts,
    )


def _added(side: np.ndarray, outcome: np.ndarray, size: int) -> Floats:
    return np.bincount(side, outcome, size).reshape(-1, 2).astype(np.float64)


def two_strata() -> Cells:
    """In one stratum 10 hit (6 called) and 100 not (20), in the other 30 hit (15 called) and 50 not (5)."""
    called = np.array([[20.0, 6.0], [5.0, 15.0]])
    return Cells(np.array([0, 1]), np.array([[100.0, 10.0], [50.0, 30.0]]), called, called, (0, 1))


def _found(cells: Cells, *, rare: bool = True) -> Effect:
    effect = effect_of(cells, rare=rare)
    assert effect is not None
    return effect


def test_two_strata_by_hand() -> None:
    effect = _found(two_strata())
    assert effect.difference == pytest.approx(10 / 40 * (0.6 - 0.2) + 30 / 40 * (0.5 - 0.1))
    assert effect.plain == pytest.approx(21 / 40 - 25 / 150)
    assert (effect.hit, effect.unhit, effect.overlap) == (40, 150, 1.0)
    assert effect.mean_unhit == pytest.approx(0.25 * 0.2 + 0.75 * 0.1)
    # of the hit: 6 x .4^2 ... around their own stratum's expectation; of the others: weight^2 s^2 / n
    inner = 6 * (1 - 0.6) ** 2 + 4 * 0.6**2 + 15 * 0.5**2 + 15 * 0.5**2
    others = 0.25**2 * (100 * 0.2 * 0.8 / 99) / 100 + 0.75**2 * (50 * 0.1 * 0.9 / 49) / 50
    assert (effect.high - effect.low) / 2 == pytest.approx(1.96 * sqrt(inner / 39 / 40 + others), rel=0.05)
    assert effect.is_clear


def test_the_e_value_is_the_published_one() -> None:
    # VanderWeele and Ding 2017: a risk ratio of 3.9 gives 7.26
    calls = np.array([[1000.0, 3900.0]])
    effect = _found(Cells(np.array([0]), np.array([[10_000.0, 10_000.0]]), calls, calls, (0,)))
    assert effect.e_value == pytest.approx(7.26, abs=0.005)
    assert 1 < effect.e_value_limit < effect.e_value


def test_without_others_there_is_nothing_to_compare() -> None:
    assert effect_of(Cells(np.array([0]), np.array([[0.0, 3.0]]), np.ones((1, 2)), np.ones((1, 2)), (0,)), rare=True) is None


def test_a_stratum_of_few_borrows_from_the_coarser_one() -> None:
    # stratum 0b01 has nobody to compare with; 0b00 of the same first part has
    counts = np.array([[50.0, 0.0], [0.0, 10.0], [50.0, 30.0]])
    sums = np.array([[10.0, 0.0], [0.0, 6.0], [5.0, 15.0]])
    effect = _found(Cells(np.array([0b00, 0b01, 0b10]), counts, sums, sums, (0, 1, 2)))
    assert effect.overlap == 0.75
    assert effect.mean_unhit == pytest.approx(0.25 * 0.2 + 0.75 * 0.1)


def test_nothing_among_many_is_not_certainty() -> None:
    sums = np.array([[0.0, 20.0]])
    effect = _found(Cells(np.array([0]), np.array([[500.0, 20.0]]), sums, sums, (0,)))
    assert effect.difference == 1.0
    assert 0.7 < effect.low < 0.99
    assert effect.e_value == inf


@given(st.integers(0, 2**32), st.floats(-50, 50), st.sampled_from((1.0, 2.0, 10.0)))
def test_shifting_and_stretching_the_outcome_does_so_to_the_difference(seed: int, shift: float, stretch: float) -> None:
    dice = np.random.default_rng(seed)
    codes, hit = dice.integers(0, 6, 200), dice.random(200) < 0.4
    outcome = dice.normal(size=200)
    one = _found(cells_of(codes, hit, outcome), rare=False)
    other = _found(cells_of(codes, hit, outcome * stretch + shift), rare=False)
    for name in ("difference", "low", "high", "plain"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * stretch, abs=1e-6)
    assert other.overlap == one.overlap


def test_it_agrees_with_the_slow_version() -> None:
    dice = np.random.default_rng(3)
    codes = dice.integers(0, 40, 3000)
    hit = dice.random(3000) < 0.1 + 0.02 * (codes % 5)
    outcome = dice.poisson(0.2 + 0.05 * (codes % 7) + 0.5 * hit)
    effect = _found(cells_of(codes, hit, outcome))
    slow = 0.0
    for stratum in range(40):
        inside, others = (codes == stratum) & hit, (codes == stratum) & ~hit
        slow += float(outcome[inside].sum() - inside.sum() * outcome[others].mean())
    assert effect.difference == pytest.approx(slow / hit.sum())


def _made(dice: np.random.Generator, count: int, effect: float, shape: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Confounded journeys of which the true effect is known: the code drives both who is hit and how they fare."""
    codes = dice.integers(0, 24, count)
    hit = dice.random(count) < 0.05 + 0.4 * (codes / 24)
    if shape == "share":
        return codes, hit, dice.random(count) < 0.1 + 0.3 * codes / 24 + effect * hit
    if shape == "calls":
        return codes, hit, dice.poisson(0.2 + codes / 24 + effect * hit)
    return codes, hit, np.exp(dice.normal(3 + codes / 24, 0.8)) * (dice.random(count) < 0.6) + effect * hit


@pytest.mark.parametrize(
    ("shape", "effect", "count"),
    [("share", 0.1, 300), ("share", 0.0, 3000), ("calls", 0.3, 500), ("calls", 0.0, 3000), ("money", 8.0, 2000)],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(shape: str, effect: float, count: int) -> None:
    dice = np.random.default_rng(2026)
    rounds = 600
    held = 0
    for _ in range(rounds):
        codes, hit, outcome = _made(dice, count, effect, shape)
        found = _found(cells_of(codes, hit, outcome.astype(np.float64)), rare=shape != "money")
        held += found.low <= effect <= found.high
    assert 0.93 <= held / rounds <= 0.985


def test_the_interval_is_as_wide_as_that_of_a_bootstrap() -> None:
    dice = np.random.default_rng(11)
    codes, hit, outcome = _made(dice, 2000, 0.3, "calls")
    found = _found(cells_of(codes, hit, outcome))
    again = []
    for _ in range(400):
        rows = dice.integers(0, len(codes), len(codes))
        again.append(_found(cells_of(codes[rows], hit[rows], outcome[rows])).difference)
    low, high = np.percentile(again, (2.5, 97.5))
    assert found.high - found.low == pytest.approx(high - low, rel=0.15)


def test_what_is_known_before_no_longer_misleads() -> None:
    dice = np.random.default_rng(5)
    codes, hit, outcome = _made(dice, 20_000, 0.0, "share")
    found = _found(cells_of(codes, hit, outcome.astype(np.float64)))
    assert found.plain > 0.04
    assert abs(found.difference) < 0.02
    assert not found.is_clear
    assert found.e_value_limit == 1.0


def test_levels_give_up_the_last_part_first() -> None:
    assert levels((3, 2)) == (0, 2, 5)
