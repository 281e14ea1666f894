"""Customer effort broken down, its intervals, and journeys named by band: against the slow way."""

from collections import defaultdict

import msgspec
import numpy as np
import pytest
from hypothesis import given

from tanteemma.journeys.ask_effort import ask_effort, ask_effort_groups
from tanteemma.journeys.dimensions import read_dimension
from tanteemma.journeys.kernels.effort import EffortQuestion, index_within
from tanteemma.journeys.kernels.effort_groups import EffortGroupsQuestion
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle_effort as oracle
from tests.unit.journeys.buckets import Buckets
from tests.unit.journeys.test_effort import logs
from tests.unit.journeys.test_effort_of_many import many

QUESTION = EffortQuestion(pause_s=3600.0, goal="kauf")


@given(logs())
def test_each_journey_is_in_one_group_by_its_first_touchpoint_that_counts(log: Buckets) -> None:
    found = ask_effort_groups(log, None, EffortGroupsQuestion(QUESTION, read_dimension("touchpoint", "UTC")))
    expected: dict[str, list[float]] = defaultdict(list)
    for journey in oracle.journeys_of(log):
        added = oracle.added(oracle.whole(journey, "kauf", 3_600_000_000), QUESTION.scale.weights, QUESTION.scale.halves)
        expected[journey[0].name].append(sum(added) if added is not None else -1.0)
    assert {one.name: one.journeys for one in found} == {name: len(values) for name, values in expected.items()}
    for one in found:
        rated = [value for value in expected[one.name] if value >= 0]
        assert one.rated == len(rated)
        if rated:
            assert one.mean == pytest.approx(sum(rated) / len(rated), abs=0.006)
            assert one.median == pytest.approx(np.percentile(rated, 50), abs=0.011)


@pytest.mark.parametrize("by", ["touchpoint", "channel", "month"])
def test_groups_add_up_to_the_whole_however_the_log_is_cut(by: str) -> None:
    question = EffortGroupsQuestion(QUESTION, read_dimension(by, "Europe/Berlin"))
    whole, cut = (ask_effort_groups(many(buckets), None, question) for buckets in (1, 9))
    assert whole == cut
    answer = ask_effort(many(1), None, QUESTION)
    assert sum(one.journeys for one in whole) == answer.whole.journeys
    assert sum(one.rated for one in whole) == answer.whole.rated


@pytest.mark.parametrize("band", [(0.0, 20.0), (20.0, 40.0), (40.0, 60.0), (60.0, 80.0), (80.0, 100.0)])
def test_a_band_names_exactly_its_journeys(band: tuple[float, float]) -> None:
    answer = ask_effort(many(4), None, msgspec.structs.replace(QUESTION, band=band, top=1_000))
    (counted,) = [one for one in answer.whole.bands if one.low == band[0]]
    assert len(answer.most) == counted.journeys
    assert all(band[0] <= pick.index <= band[1] for pick in answer.most)
    assert counted.share_low <= counted.share <= counted.share_high


def test_intervals_are_those_of_the_textbook() -> None:
    """Twenty journeys at 10 and twenty at 30: mean 20, standard deviation 10.127."""
    index = np.zeros(10_001, np.int64)
    index[1_000], index[3_000] = 20, 20
    found = index_within(index)
    assert found is not None
    assert (round(found.mean_low or 0, 2), round(found.mean_high or 0, 2)) == (16.86, 23.14)
    assert (found.median_low, found.median_high) == (10.0, 30.0)
    one = np.zeros(10_001, np.int64)
    one[5] = 1
    assert index_within(one) is None


def test_the_interval_of_the_mean_holds_it_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        index = np.bincount((random.beta(2, 5, 120) * 10_000).astype(np.int64), minlength=10_001)
        found = index_within(index)
        assert found is not None
        held += (found.mean_low or 0) <= 100 * 2 / 7 <= (found.mean_high or 0)
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize("band", [(40.0, 20.0), (-1.0, 5.0), (0.0, 101.0)])
def test_a_band_that_is_none_is_named(band: tuple[float, float]) -> None:
    with pytest.raises(Problem) as caught:
        ask_effort(many(1), None, msgspec.structs.replace(QUESTION, band=band))
    assert (caught.value.code, caught.value.params["field"]) == (ProblemCode.QUESTION_INVALID, "band")
