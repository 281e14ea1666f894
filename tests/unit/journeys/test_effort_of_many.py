"""Customer effort of more journeys than go through the loops together: however they are cut, they say the same."""

import msgspec
import numpy as np
import pytest

from tanteemma.journeys.ask_effort import ask_effort
from tanteemma.journeys.kernels.effort import EffortQuestion
from tests.unit.journeys import oracle_effort as oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, touchpoints

JOURNEYS = 900
NAMES = ("anruf", "besuch", "kauf")


def many(buckets: int) -> Buckets:
    """The same journeys in so many buckets."""
    random = np.random.default_rng(7)
    journeys = []
    for number in range(JOURNEYS):
        events = int(random.integers(0, 12))
        times = np.cumsum(random.integers(0, 10**11, events)).tolist()
        kinds = random.integers(0, len(NAMES), events).tolist()
        counts = (random.random(events) < 0.9).tolist()
        raw = tuple(zip(kinds, times, counts, strict=True))
        journeys.append(RawJourney(raw, counts=bool(random.random() < 0.9), bucket=number * buckets // JOURNEYS))
    return Buckets(tuple(journeys), touchpoints(*NAMES), count=buckets)


@pytest.mark.parametrize("top", [0, 3, 1000])
@pytest.mark.parametrize("stages", [(), ("anruf",), ("anruf", "besuch", "anruf")])
def test_many_journeys_say_the_same_however_they_are_cut(stages: tuple[str, ...], top: int) -> None:
    question = EffortQuestion(stages=stages, goal="kauf", pause_s=3600.0, top=top)
    whole, cut = (ask_effort(many(buckets), None, question) for buckets in (1, 9))
    assert msgspec.structs.replace(whole, most=()) == msgspec.structs.replace(cut, most=())
    alike = [[msgspec.structs.replace(pick, part=0, journey=0) for pick in answer.most] for answer in (whole, cut)]
    assert alike[0] == alike[1]


def test_the_most_of_many_are_those_of_all_that_were_looked_at_one_by_one() -> None:
    question = EffortQuestion(goal="kauf", pause_s=3600.0, top=25)
    rows = [oracle.whole(journey, "kauf", 3_600_000_000) for journey in oracle.journeys_of(many(1))]
    points = [oracle.added(row, question.scale.weights, question.scale.halves) for row in rows]
    answer = ask_effort(many(1), None, question)
    assert answer.whole.journeys == len(rows)
    highest = sorted((sum(each) for each in points if each is not None), reverse=True)[:25]
    assert [pick.index for pick in answer.most] == pytest.approx(highest, abs=0.011)
