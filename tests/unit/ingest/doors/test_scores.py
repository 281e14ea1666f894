"""A score at the door: with its whole scale, inside it, said once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ingest.doors.knocking import Shop, order


def kept(**event: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Shop().accepted(order(**event)).properties)
    return found


def refused(**event: Any) -> tuple[str | None, str | None]:
    answer = Shop().send({"batch": [order(**event)]})
    assert (answer.status, answer.quarantined) == (422, 1)
    return answer.results[0].code, answer.results[0].field


def test_a_known_question_brings_its_scale() -> None:
    assert kept(score={"value": 9, "metric": "nps"}, properties={"Land": "DE"}) == {
        "$score": {"low": 0, "high": 10, "best": 10, "value": 9, "metric": "nps"},
        "Land": "DE",
    }
    assert kept(score={"value": 2, "metric": "ces1"}, properties=None)["$score"]["best"] == 1
    assert kept(score={"value": 2, "metric": "ces1"}, properties={})["$score"]["high"] == 5


def test_any_other_scale_is_said() -> None:
    mark = {"value": 2, "metric": "csat", "low": 1, "high": 6, "best": 1}
    assert kept(score=mark)["$score"] == mark
    assert kept(score={"value": 4.5, "low": 1, "high": 5})["$score"]["best"] == 5
    assert kept(properties={"$score": mark})["$score"] == mark


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        (9, ("field_type", "score")),
        ({"value": 9}, ("field_missing", "score.low")),
        ({"metric": "nps"}, ("field_missing", "score.value")),
        ({"value": "9", "metric": "nps"}, ("field_type", "score.value")),
        ({"value": True, "metric": "nps"}, ("field_type", "score.value")),
        ({"value": 11, "metric": "nps"}, ("score_out_of_scale", "score.value")),
        ({"value": -1, "metric": "nps"}, ("score_out_of_scale", "score.value")),
        ({"value": 3, "low": 1, "high": 5, "best": 3}, ("score_out_of_scale", "score.value")),
        ({"value": 3, "low": 3, "high": 3}, ("score_out_of_scale", "score.value")),
        ({"value": 3, "metric": 7, "low": 1, "high": 5}, ("field_type", "score.metric")),
        ({"value": 3, "metric": "", "low": 1, "high": 5}, ("field_type", "score.metric")),
        ({"value": 3, "metric": "nps", "weight": 2}, ("field_type", "score")),
    ],
)
def test_a_score_that_is_none_goes_to_quarantine(score: object, reason: tuple[str, str]) -> None:
    assert refused(score=score) == reason


def test_a_score_in_the_properties_is_checked_too_and_none_is_said_twice() -> None:
    assert refused(properties={"$score": {"value": 11, "low": 0, "high": 10}}) == (
        "score_out_of_scale",
        "properties.$score.value",
    )
    assert refused(properties={"$score": {"value": 9, "metric": "nps"}}) == ("field_missing", "properties.$score.low")
    twice = {"value": 9, "metric": "nps"}
    assert refused(score=twice, properties={"$score": twice | {"low": 0, "high": 10}}) == ("duplicate_key", "score")


@given(st.integers(-5, 15), st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), max_size=2))
def test_what_is_inside_the_scale_is_kept_and_nothing_else(value: int, properties: dict[str, int]) -> None:
    if 0 <= value <= 10:
        found = kept(score={"value": value, "metric": "nps"}, properties=properties)
        assert found.pop("$score")["value"] == value
        assert found == properties
    else:
        assert refused(score={"value": value, "metric": "nps"}, properties=properties)[0] == "score_out_of_scale"
