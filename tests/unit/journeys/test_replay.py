"""A map week by week: sums of weeks are the whole, waiting is that of the slow version within its promise."""

from statistics import median

import pytest
from hypothesis import given

from tanteemma.journeys.ask_replay import ask_replay
from tanteemma.journeys.cells.emotion import WEIGHTS
from tanteemma.journeys.cells.question import Wanted
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.kernels.cell_weeks import CellWeeksKernel
from tanteemma.workshop.binding import parse_binding
from tests.unit.journeys import oracle_cells
from tests.unit.journeys.test_cells import asked_of, logs, people_and_journeys, questions
from tests.unit.journeys.told import DAY, Event, Log, scored


@given(logs(), questions())
def test_waiting_by_week_is_that_of_the_slow_version(log: Log, wanted: Wanted) -> None:
    asked = asked_of(log, wanted)
    found = log.ask(CellWeeksKernel(), asked, journey=None)
    expected = oracle_cells.weekly_waits(people_and_journeys(log), asked)
    for row, weeks in enumerate(found):
        for week, (count, middle) in enumerate(weeks):
            waits = expected.get((row, week), [])
            assert count == len(waits)
            if waits and len(waits) % 2:
                assert middle == pytest.approx(median(waits) / 1e6, rel=0.25, abs=1e-6)


def test_a_year_is_told_week_by_week() -> None:
    journeys = [
        [Event("Anruf", week * 7 * DAY + 5 * DAY), scored("Umfrage", 10.0 if week < 30 else 0.0, at=week * 7 * DAY + 6 * DAY)]
        for week in range(60)
    ]
    wanted = Wanted((Bound("call", parse_binding("event = Anruf")), Bound("dream")))
    answer = ask_replay(Log(journeys), None, (wanted, 53, WEIGHTS, "en"))
    call, dream = answer.touchpoints
    assert len(answer.weeks) == len(call.volume) == len(call.emotion) == 53
    assert sum(call.volume) == 53
    assert call.score is not None
    assert (call.score.metric, call.score.value[0], call.score.value[-1]) == ("nps", 100, -100)
    assert (call.emotion[0], call.emotion[-1]) == (2.0, -2.0)
    assert (dream.score, set(dream.emotion), set(dream.volume)) == (None, {None}, {0})
