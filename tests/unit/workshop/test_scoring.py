"""Opportunities: their score worked by hand, its properties, and the ranked list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.scoring import Score, ranked, score, score_of

STEPS = st.integers(1, 5)
COSTS = st.tuples(st.floats(0, 1e9), st.floats(0, 1e9))


def opportunity(**said: float) -> Content:
    return Content(fields={name: Value(value, 1) for name, value in said.items()})


def test_a_score_worked_by_hand() -> None:
    """100,000 to 200,000 a year, quite sure (4 of 5), a middling effort (3 of 5): times 0.8 times 0.6."""
    found = score((100_000, 200_000), confidence=4, effort=3)
    assert (found.low, found.mid, found.high) == pytest.approx((48_000, 72_000, 96_000))


def test_proven_and_without_effort_is_the_cost_itself() -> None:
    assert score((500, 500), confidence=5, effort=1) == Score(500, 500, 500)


@pytest.mark.parametrize("missing", ["confidence", "effort"])
def test_without_confidence_or_effort_there_is_no_score(missing: str) -> None:
    said = {"cost_low": 10.0, "confidence": 3, "effort": 3}
    del said[missing]
    assert score_of(opportunity(**said)) is None


def test_one_end_of_the_range_is_enough() -> None:
    assert score_of(opportunity(cost_high=1000, confidence=5, effort=1)) == Score(1000, 1000, 1000)
    assert score_of(opportunity(confidence=5, effort=1)) is None


def test_the_highest_is_first_and_what_has_no_score_is_last() -> None:
    small, large = (opportunity(cost_low=cost, confidence=3, effort=3) for cost in (10, 1000))
    unknown = opportunity(cost_low=10_000)
    found = ranked([("unknown", unknown), ("small", small), ("large", large), ("empty", Content())])
    assert [name for name, _ in found] == ["large", "small", "unknown", "empty"]


@given(COSTS, STEPS, STEPS)
def test_more_confidence_and_less_effort_never_lower_a_score(cost: tuple[float, float], confidence: int, effort: int) -> None:
    found = score(cost, confidence, effort)
    assert 0 <= found.low <= found.high <= max(cost)
    assert score(cost, min(5, confidence + 1), effort).mid >= found.mid
    assert score(cost, confidence, max(1, effort - 1)).mid >= found.mid
    slow = max(cost) * confidence * 0.2 * (1.2 - effort * 0.2)
    assert found.high == pytest.approx(slow, abs=1e-6)
