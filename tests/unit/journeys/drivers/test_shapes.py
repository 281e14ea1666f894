"""Lines, curves and cliffs: told apart, and found where few rows stand."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.drivers.boosting import boosted_shapes
from tanteemma.journeys.drivers.facts import Column, Facts, Vector
from tanteemma.journeys.drivers.shape import Form, Shape, shape_of
from tanteemma.journeys.drivers.steps import cuts_of

Curve = Callable[[Vector], npt.NDArray[np.floating]]


def _rows(curve: Curve, seed: int, *, rows: int = 2_000, noise: float = 1.0) -> Facts:
    chance = np.random.default_rng(seed)
    along = chance.uniform(0, 1, rows)
    return Facts(Column("y", curve(along) + noise * chance.normal(size=rows)), (Column("x", along),))


def _shape(facts: Facts) -> Shape:
    return shape_of(facts, facts.drivers[0])


@pytest.fixture(scope="module")
def delays(real_logs: Path) -> Facts:
    """Delay in days against the mean review of so many orders."""
    with (real_logs / "drivers" / "olist_delay_vs_review_aggregate.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["avg_delay"]]
    delay, review, orders = (np.array([float(row[name]) for row in rows]) for name in ("avg_delay", "avg_review", "orders"))
    return Facts(Column("review", review), (Column("delay", delay),), orders)


def test_the_delay_of_a_delivery_is_a_cliff_between_the_first_and_the_seventh_day(delays: Facts) -> None:
    found = _shape(delays)
    assert found.form is Form.CLIFF
    assert found.cliff is not None
    assert found.cliff.must_be
    assert (round(found.cliff.start, 1), round(found.cliff.end, 1)) == (1.1, 7.4)
    assert (round(found.cliff.steepest_from, 1), round(found.cliff.steepest_to, 1)) == (1.1, 3.6)
    assert (round(found.cliff.before, 2), round(found.cliff.after, 2)) == (4.29, 1.79)
    assert round(found.cliff.share_worse, 3) == 0.058
    assert [round(step.value, 2) for step in found.steps] == [4.32, 4.28, 4.16, 4.14, 3.92, 2.81, 1.89, 1.70]


def test_a_straight_line_gets_the_delay_wrong(delays: Facts) -> None:
    found = _shape(delays)
    assert found.r2_line is not None
    assert found.r2_line < 0.65
    assert found.r2_steps > 0.999


def test_so_it_does_without_knowing_how_many_orders_a_row_stands_for(delays: Facts) -> None:
    assert _shape(Facts(delays.outcome, delays.drivers)).form is Form.CLIFF


SHAPES: dict[str, tuple[Curve, Form]] = {
    "nothing": (lambda x: 0 * x, Form.FLAT),
    "a line": (lambda x: 2 * x, Form.LINE),
    "a steep curve": (lambda x: np.exp(4 * x) / 10, Form.CURVE),
    "a bowl": (lambda x: 8 * (x - 0.5) ** 2, Form.CURVE),
    "a step": (lambda x: -2.0 * (x > 0.8), Form.CLIFF),
    "a short slope": (lambda x: 2 / (1 + np.exp(-40 * (x - 0.7))), Form.CLIFF),
}


@pytest.mark.parametrize(("curve", "form"), SHAPES.values(), ids=SHAPES.keys())
def test_shapes_are_told_apart_in_noise(curve: Curve, form: Form) -> None:
    forms = [_shape(_rows(curve, seed, noise=0.6)).form for seed in range(20)]
    assert forms.count(form) >= 18, forms


def test_a_cliff_is_must_be_where_most_stand_above_it_and_reached_by_few_where_most_stand_below() -> None:
    must, few = _shape(_rows(lambda x: -3.0 * (x > 0.85), 3)), _shape(_rows(lambda x: 3.0 * (x > 0.85), 4))
    assert must.cliff is not None
    assert few.cliff is not None
    assert (must.cliff.must_be, few.cliff.must_be) == (True, False)
    assert must.cliff.share_worse == pytest.approx(0.15, abs=0.03)
    churn = _rows(lambda x: 3.0 * (x > 0.85), 5)
    low_is_good = _shape(Facts(churn.outcome, churn.drivers, best_is_low=True))
    assert low_is_good.cliff is not None
    assert low_is_good.cliff.must_be


def test_a_cliff_that_one_row_in_twenty_meets_is_found() -> None:
    chance = np.random.default_rng(8)
    along = np.concatenate([chance.uniform(-20, 0, 5_700), chance.uniform(0, 30, 300)])
    outcome = np.where(along > 2, 1.8, 4.3) + chance.normal(size=6_000)
    found = _shape(Facts(Column("review", outcome), (Column("delay", along),)))
    assert found.form is Form.CLIFF
    assert found.cliff is not None
    assert -1 <= found.cliff.start <= 2 <= found.cliff.end <= 7


def test_words_have_their_means_and_no_cliff() -> None:
    facts = Facts(Column("y", np.array([1.0, 3.0, 5.0])), (Column("x", np.array([0.0, 0.0, 1.0]), ("a", "b")),))
    found = _shape(facts)
    assert [(step.word, step.value, step.n) for step in found.steps] == [("a", 2.0, 2.0), ("b", 5.0, 1.0)]
    assert found.cliff is None


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=300), st.integers(1, 4))
def test_every_row_stands_in_one_step_and_the_steps_rise(values: list[int], weight: int) -> None:
    along = np.array(values, np.float64)
    cuts = cuts_of(along, np.full(len(along), float(weight)))
    assert (np.diff(cuts) > 0).all()
    assert not np.isin(cuts, along).any()
    facts = Facts(Column("y", along**2), (Column("x", along),))
    found = _shape(facts)
    assert sum(step.n for step in found.steps) == len(values)
    assert sum(step.share for step in found.steps) == pytest.approx(1)
    assert sum(step.n * step.value for step in found.steps) == pytest.approx(float((along**2).sum()))


def test_with_the_others_as_they_are_the_shape_is_that_of_the_driver_alone() -> None:
    chance = np.random.default_rng(12)
    rows = 2_500
    delay = chance.uniform(-20, 20, rows)
    price = chance.uniform(0, 1, rows)
    follows = price + 0.1 * chance.normal(size=rows)
    outcome = np.where(delay > 4, 2.0, 4.0) - price + 0.5 * chance.normal(size=rows)
    names = ("delay", "price", "follows")
    facts = Facts(Column("y", outcome), tuple(map(Column, names, (delay, price, follows))))
    found = boosted_shapes(facts)
    assert found is not None
    assert found.shapes["delay"].form is Form.CLIFF
    assert found.shapes["delay"].cliff is not None
    assert found.shapes["delay"].cliff.must_be
    assert found.shapes["delay"].source == "ebm"
    assert abs(found.shapes["delay"].cliff.steepest_from - 4) < 3
    assert found.shapes["follows"].r2_steps < 0.5 * shape_of(facts, facts.drivers[2]).r2_steps
    assert boosted_shapes(facts) == found  # the same every time
    assert boosted_shapes(facts.only(np.arange(rows) < 100)) is None


def test_of_yes_and_no_the_shape_is_a_share() -> None:
    chance = np.random.default_rng(13)
    tenure = chance.uniform(0, 70, 1_500)
    contract = chance.integers(0, 2, 1_500).astype(np.float64)
    left = (chance.uniform(size=1_500) < 0.6 * np.exp(-tenure / 20) * (1 - 0.5 * contract)).astype(np.float64)
    facts = Facts(Column("churn", left), (Column("tenure", tenure), Column("contract", contract, ("month", "year"))))
    found = boosted_shapes(facts)
    assert found is not None
    values = [step.value for step in found.shapes["tenure"].steps]
    assert 0 <= min(values) <= max(values) <= 1
    assert values[0] > 3 * values[-1]
    month, year = found.shapes["contract"].steps
    assert (month.word, year.word) == ("month", "year")
    assert month.value > year.value
