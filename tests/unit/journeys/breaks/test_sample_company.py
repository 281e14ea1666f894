"""What is really wrong in the sample company is found by the shipped settings, and little else."""

from datetime import timedelta

import pytest

from tanteemma.ingest.sources.sample.truth import PlantedProblem, ProblemKind
from tanteemma.journeys.findings.find import Found
from tanteemma.journeys.findings.trend import moment
from tests.unit.journeys.breaks.sample_log import company, year

pytestmark = pytest.mark.slow

SEEDS = (7, 21)
BY = {
    "order": {ProblemKind.CHANNEL_SWITCH, ProblemKind.CONTRADICTION, ProblemKind.DETOUR},
    "ticket": {ProblemKind.TIME_EATER, ProblemKind.DELIGHT},
    "cart": {ProblemKind.LOOP, ProblemKind.ABANDONMENT},
}
#: What is no planted problem and yet true: parcels that come again or late take longer.
ALSO_TRUE = {("detour", "Zustellversuch"), ("detour", "Lieferverzögerung")}


def the_one(found: list[Found], problem: PlantedProblem) -> Found:
    return next(one for one in found if (one.chosen.place.kind, one.chosen.place.at) == (problem.kind, problem.at))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", BY)
def test_each_planted_problem_is_found_at_its_place_with_its_size_time_and_circumstances(seed: int, by: str) -> None:
    _, truth = company(seed)
    found = year(seed, by).breaks()
    for kind in BY[by]:
        problem = truth.of(kind)
        one = the_one(found, problem)
        assert abs(one.journeys - problem.journeys) <= 0.06 * problem.journeys
        assert abs(one.verdict.share - problem.share) <= 0.06 * problem.share
        said = {condition.fact.removeprefix("property."): condition.value for condition in one.chosen.segment.where}
        assert said == {name: value for name, value in problem.where.items() if name != "status"}
        for end, expected in ((one.chosen.segment.since_us, problem.since), (one.chosen.segment.until_us, problem.until)):
            is_open = expected is None or expected >= moment(year_end(seed))
            assert (end is None) == is_open
            if end is not None and expected is not None:
                assert abs(moment(end) - expected) <= timedelta(days=14)


def year_end(seed: int) -> int:
    table, _ = company(seed)
    return int(table["occurred_at"].combine_chunks().cast("int64").to_numpy().max()) - 2 * 86_400_000_000


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", BY)
def test_little_else_is_found(seed: int, by: str) -> None:
    _, truth = company(seed)
    planted = {(problem.kind.value, problem.at) for problem in truth.planted}
    extra = {(one.chosen.place.kind, one.chosen.place.at) for one in year(seed, by).breaks()} - planted
    assert extra <= ALSO_TRUE


@pytest.mark.parametrize("seed", SEEDS)
def test_in_whole_lives_all_of_them_are_found_and_nothing_else(seed: int) -> None:
    _, truth = company(seed)
    planted = {(problem.kind.value, problem.at) for problem in truth.planted}
    found = {(one.chosen.place.kind, one.chosen.place.at) for one in year(seed, "person").breaks()}
    assert planted <= found
    assert found - planted <= ALSO_TRUE
