"""Two groups of customers side by side: known answers, sums that do not depend on buckets, and no false alarm of many tests."""

from math import isclose
from statistics import mean, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask_segments import compare_segments
from tanteemma.journeys.intervals import benjamini_hochberg
from tanteemma.journeys.kernels.person_sums import PersonSumsKernel, PersonSumsQuestion
from tanteemma.journeys.where import tree
from tanteemma.model.arrays import DROPPED
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, touchpoints

DAY = 86_400_000_000


@given(any_buckets())
def test_sums_of_people_are_those_of_a_plain_look_however_they_are_cut(log: Buckets) -> None:
    found = log.ask(PersonSumsKernel(), PersonSumsQuestion(), journey=None)
    lives = []
    for raw in log.journeys:
        shown = [1 for kind, _, counts in raw.events if (counts or not log.masked) and log.table.of_kind[kind] != DROPPED]
        if shown and raw.person is not None and (raw.counts or not log.masked):
            lives.append((float(len(shown)), (raw.events[-1][1] - raw.events[0][1]) / DAY))
    assert found.people == len(lives)
    for place, column in enumerate(zip(*lives, strict=True)):
        assert isclose(found.means[place], mean(column), rel_tol=1e-9, abs_tol=1e-9)
        wanted = variance(column) if len(column) > 1 else 0.0
        assert isclose(found.variances[place], wanted, rel_tol=1e-6, abs_tol=1e-6)


def crowd(buyers: int, others: int) -> Buckets:
    """Buyers: one call and one sale each day for three days; others: one call."""
    journeys = [
        RawJourney(tuple((kind, day * DAY, True) for day in range(3) for kind in (0, 1)), person, bucket=person % 2)
        for person in range(buyers)
    ]
    journeys += [RawJourney(((0, 0, True),), buyers + person, bucket=person % 2) for person in range(others)]
    return Buckets(tuple(journeys), touchpoints("anruf", "kauf"), count=2, masked=False)


def test_groups_are_compared_without_those_in_both() -> None:
    calls, sales = tree.Passes("anruf"), tree.Passes("kauf")
    assert compare_segments(crowd(40, 60), None, sales, calls, 5).both == 40
    found = compare_segments(crowd(40, 60), None, sales, tree.Not(sales), 5)
    rows = {row.name: row for row in found.rows}
    assert (found.one, found.other, found.both) == (40, 60, 0)
    assert (rows["contacts"].one, rows["contacts"].other, rows["contacts"].differs) == (6.0, 1.0, True)
    assert (rows["kauf"].one, rows["kauf"].other, rows["kauf"].differs) == (1.0, 0.0, True)
    assert (rows["anruf"].difference, rows["anruf"].differs) == (0.0, False)


def test_small_groups_are_not_looked_into() -> None:
    sales = tree.Passes("kauf")
    found = compare_segments(crowd(4, 60), None, sales, tree.Not(sales), 5)
    assert (found.too_few, found.rows) == (True, ())


@pytest.mark.parametrize("seed", range(3))
def test_of_many_comparisons_of_nothing_few_are_called_a_difference(seed: int) -> None:
    dice = np.random.default_rng(seed)
    alarms = sum(min(benjamini_hochberg(dice.uniform(size=30).tolist())) < 0.05 for _ in range(400))
    assert alarms < 0.09 * 400


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_correction_makes_nothing_surer_and_keeps_the_order(values: list[float]) -> None:
    corrected = benjamini_hochberg(values)
    assert all(after >= before - 1e-12 for before, after in zip(values, corrected, strict=True))
    ordered = [after for _, after in sorted(zip(values, corrected, strict=True))]
    assert ordered == sorted(ordered)
