"""The tone of texts, where events bring it: the fourth part of the emotion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers_cells import CellSentiment
from tanteemma.journeys.ask_cells import ask_measured, cells_of
from tanteemma.journeys.cells.emotion import WEIGHTS, emotion_of, read_weights, sentiment_part
from tanteemma.journeys.cells.question import Wanted
from tanteemma.journeys.cells.reading import read_touchpoints
from tanteemma.journeys.cells.sentiment import sentiments_of
from tanteemma.journeys.kernels.scores import Points, ScoreKey
from tests.unit.journeys.told import Event, Log, scored, told


def said(value: float, name: str = "Mail") -> Event:
    return scored(name, value, "sentiment", (-1, 1, 1))


def test_values_of_events_are_the_sentiment_of_their_cell_and_no_metric() -> None:
    log = Log([told(said(-0.5)), told(said(-0.25)), told(said(-0.75), scored("Mail", 9.0)), told("Mail")], buckets=2)
    found = ask_measured(log, None, Wanted(read_touchpoints(["mail='Mail'"])))
    (cell,), _ = cells_of(found, "en")
    assert cell.sentiment is not None
    assert (cell.sentiment.value, cell.sentiment.n) == (-0.5, 3)
    assert cell.sentiment.low == pytest.approx(-1.0)  # t(2) · 0.25 / √3 = 0.62, cut to the scale
    assert cell.scores[0].metric == "nps"
    assert "sentiment" not in {one.metric for one in cell.scores}
    assert "sentiment" in cell.rests_on


def test_one_said_elsewhere_speaks_of_what_came_before() -> None:
    log = Log([told("Anruf", said(0.5, "Umfrage"))])
    found = ask_measured(log, None, Wanted(read_touchpoints(["call='Anruf'"])))
    (cell,), _ = cells_of(found, "en")
    assert cell.sentiment == CellSentiment(0.5, -1.0, 1.0, 1)


def test_it_counts_by_its_weight() -> None:
    part = sentiment_part(CellSentiment(0.5, 0.4, 0.6, 50), WEIGHTS["sentiment"])
    assert part is not None
    assert part.value == 1.0
    felt = emotion_of([part])
    assert felt is not None
    assert felt.value == 1.0
    none = sentiment_part(CellSentiment(0.5, 0.4, 0.6, 50), read_weights(["sentiment=0"])["sentiment"])
    assert none is not None
    assert emotion_of([none]) is None


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=2, max_size=30))
def test_the_mean_lies_within_its_interval_on_any_scale(values: list[float]) -> None:
    plain: dict[float, int] = {}
    school: dict[float, int] = {}
    for value in values:
        plain[value] = plain.get(value, 0) + 1
        school[3.5 - 2.5 * value] = school.get(3.5 - 2.5 * value, 0) + 1
    found = sentiments_of(
        {
            ScoreKey("sentiment", -1.0, 1.0, 1.0, "a"): Points(plain, 0, 1),
            ScoreKey("sentiment", 1.0, 6.0, 1.0, "b"): Points(school, 0, 1),
        }
    )
    assert -1 <= found["a"].low <= found["a"].value + 1e-12
    assert found["a"].value - 1e-12 <= found["a"].high <= 1
    assert found["a"].value == pytest.approx(sum(values) / len(values), abs=1e-9)
    assert found["b"].value == pytest.approx(found["a"].value, abs=1e-9)
