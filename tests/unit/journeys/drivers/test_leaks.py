"""What gives the outcome away is named; what honestly goes with it is not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.formats.table import read_table
from tanteemma.journeys.drivers.facts import UNSAID, Column, Facts
from tanteemma.journeys.drivers.leaks import area_under, auc, leaks_in, split
from tanteemma.journeys.drivers.reading import TableQuestion, analyse_table
from tests.unit.journeys.drivers import oracle


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60))
def test_the_area_is_that_of_all_pairs(rows: list[tuple[int, bool]]) -> None:
    order, yes = np.array([row[0] for row in rows], np.float64), np.array([row[1] for row in rows])
    if yes.any() and not yes.all():
        assert area_under(order, yes) == pytest.approx(oracle.area_under(order, yes))


@given(st.lists(st.integers(0, 10), min_size=1, max_size=50))
def test_an_outcome_is_parted_as_evenly_as_its_values_allow(values: list[int]) -> None:
    outcome = np.array(values, np.float64)
    parted = split(outcome)
    if len(set(values)) == 1:
        assert not parted.any()
        return
    sizes = [abs(int((outcome > cut).sum()) - len(values) / 2) for cut in sorted(set(values))[:-1]]
    assert abs(int(parted.sum()) - len(values) / 2) == min(sizes)
    assert outcome[parted].min() > outcome[~parted].max()


def _churn(rows: int = 400) -> tuple[np.random.Generator, Column]:
    chance = np.random.default_rng(5)
    return chance, Column("Churn Value", (chance.uniform(size=rows) < 0.3).astype(np.float64))


def _codes(outcome: Column, *drivers: Column) -> dict[str, str]:
    return {leak.driver: leak.code for leak in leaks_in(Facts(outcome, drivers))}


def test_a_value_a_presence_a_certainty_and_a_name_give_the_outcome_away() -> None:
    chance, churn = _churn()
    left = churn.values
    score = np.where(left == 1, 80, 30) + chance.normal(size=400)
    reason = np.where(left == 1, chance.integers(0, 3, 400), 3).astype(np.float64)
    rating = np.where(chance.uniform(size=400) < 0.4, 3, np.where(left == 1, 1, 5)).astype(np.float64)
    found = _codes(
        churn,
        Column("score", score),
        Column("reason", reason, ("price", "service", "moved", UNSAID)),
        Column("rating", rating),
        Column("Churn Index", chance.normal(size=400)),
        Column("tenure", chance.normal(size=400) - left),
    )
    assert found == {
        "score": "leak_value",
        "reason": "leak_presence",
        "rating": "leak_certain",
        "Churn Index": "leak_name",
    }


def test_a_number_that_is_only_there_when_it_happened_is_named() -> None:
    chance, churn = _churn()
    refund = np.where(churn.values == 1, chance.normal(size=400), np.nan)
    assert _codes(churn, Column("refund", refund)) == {"refund": "leak_presence"}


def test_what_was_mostly_written_down_afterwards_is_named() -> None:
    _, churn = _churn()
    note = Column("note", np.zeros(400), known_after=0.8)
    assert _codes(churn, note) == {"note": "leak_after"}


def test_a_number_for_each_customer_gives_nothing_away() -> None:
    _, churn = _churn()
    ids = Column("id", np.arange(400, dtype=np.float64), tuple(f"K{place:03}" for place in range(400)))
    assert auc(ids, churn.values == 1) == pytest.approx(0.5, abs=0.01)
    assert _codes(churn, ids) == {}


def test_a_handful_of_rows_and_rows_that_are_means_are_not_judged() -> None:
    few = Facts(Column("y", np.array([1.0, 2.0, 3.0, 4.0])), (Column("x", np.array([1.0, 2.0, 3.0, 4.0])),))
    assert leaks_in(few) == ()
    many = np.arange(100, dtype=np.float64)
    assert leaks_in(Facts(Column("y", many), (Column("x", many),), np.ones(100))) == ()
    assert [leak.code for leak in leaks_in(Facts(Column("y", many), (Column("x", many),)))] == ["leak_value"]


def test_every_field_of_the_leak_trap_is_named(real_logs: Path) -> None:
    table = read_table(real_logs / "churn" / "ibm_v11_leak_trap" / "Telco_customer_churn_status.xlsx")
    found = analyse_table(table, TableQuestion("Churn Value", shapes=False))
    assert {leak.driver for leak in found.leaks} == {
        *("Satisfaction Score", "Churn Score", "Churn Reason", "Churn Category", "Churn Label", "Customer Status")
    }
    assert [driver.name for driver in found.drivers] == ["CLTV"]  # what nobody chose and is suspect is left out


def test_chosen_fields_of_the_leak_trap_are_shown_and_marked(real_logs: Path) -> None:
    table = read_table(real_logs / "churn" / "ibm_v11_leak_trap" / "Telco_customer_churn_status.xlsx")
    found = analyse_table(table, TableQuestion("Churn Label", ("Satisfaction Score", "CLTV"), shapes=False))
    assert {driver.name: driver.leak for driver in found.drivers} == {"Satisfaction Score": True, "CLTV": False}
    assert found.outcome_word == "Yes"


def test_honest_fields_of_a_churn_file_are_not_suspected(real_logs: Path) -> None:
    table = read_table(real_logs / "churn" / "Telco-Customer-Churn.csv.gz")
    found = analyse_table(table, TableQuestion("Churn", shapes=False))
    assert found.leaks == ()
    assert {left.name: left.reason for left in found.left_out} == {"customerID": "many_words", "PhoneService": "determined"}
    assert (found.n, found.rows_left_out, found.method) == (7_032, 11, "relative_weights")
    assert found.drivers[0].name == "Contract"
