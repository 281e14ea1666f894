"""Scores of events as metrics: counted exactly, by group, whatever buckets they lie in."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask_scores import ask_against, ask_every_metric, ask_metric, ask_scores
from tanteemma.journeys.dimensions import UNSAID, read_dimension
from tanteemma.journeys.kernels.scores import ScoresQuestion, scale_of
from tanteemma.journeys.where.wish import Passing
from tanteemma.metrics.measure import MetricAnswer, Wanted
from tanteemma.model.problems import Problem
from tests.unit.journeys.told import DAY, Event, Log, any_log, scored, told

DIMENSIONS = ("touchpoint", "channel", "property:team", "day", "month")
MARK = (1, 6, 1)
EASY = (1, 7, 7)
EFFORT = (1, 5, 1)


def _metric(log: Log, name: str, by: str | None = None, **wanted: object) -> MetricAnswer:
    dimension = read_dimension(by, "Europe/Berlin")
    asked = Wanted(name, by, dimension.periods, **wanted)  # type: ignore[arg-type]  # tests say it by name
    return ask_metric(log, None, asked, dimension)


def _answers(*values: float, metric: str = "nps", scale: tuple[int, int, int] = (0, 10, 10)) -> list[list[Event]]:
    return [told("Kauf", scored("Umfrage", value, metric, scale)) for value in values]


def test_a_score_is_a_metric_with_number_interval_and_definition() -> None:
    found = _metric(Log(_answers(10, 9, 9, 8, 3), buckets=2), "nps", language="de")
    assert (found.value, found.n, found.few) == (40.0, 5, True)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 40 < found.high
    assert found.counts == (0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 1)
    assert found.definition.startswith("100 ×")
    assert (found.first_at, found.version) == (datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC), 1)


def test_the_same_score_is_a_metric_under_several_names() -> None:
    log = Log(_answers(10, 9, 8, 1))
    assert [_metric(log, name).value for name in ("nps", "wrs_top", "wrs_mean", "wrs")] == [25.0, 0.5, 7.0, 0.5]


def test_an_answer_that_is_no_point_of_the_scale_is_left_out_and_counted() -> None:
    found = _metric(Log(_answers(9, 8.5)), "nps")
    assert (found.n, found.left_out) == (1, 1)


def test_two_versions_of_effort_are_never_averaged() -> None:
    both = Log(_answers(2, metric="ces", scale=EFFORT) + _answers(6, metric="ces", scale=EASY))
    with pytest.raises(Problem) as refused:
        _metric(both, "ces")
    assert (refused.value.code, refused.value.params["allowed"]) == ("scales_mixed", "ces1, ces2")
    assert (_metric(both, "ces1").value, _metric(both, "ces2").value) == (2.0, 6.0)
    assert [(str(other.scale), other.n) for other in _metric(both, "ces1").other_scales] == [("1–7 (7)", 1)]
    assert _metric(Log(_answers(2, metric="ces", scale=EFFORT)), "ces").name == "ces1"


def test_satisfaction_on_two_scales_has_no_figure_of_all() -> None:
    both = Log(_answers(1, 2, metric="csat", scale=MARK) + _answers(5, metric="csat", scale=(1, 5, 5)))
    with pytest.raises(Problem) as refused:
        _metric(both, "csat")
    assert refused.value.code == "scales_mixed"
    every = ask_every_metric(both, None, "en")
    assert (every.metrics, every.mixed) == ((), ("csat", "csat_mean"))


def test_without_answers_there_is_no_figure_and_an_unknown_metric_is_refused() -> None:
    found = _metric(Log([told("Kauf")]), "nps")
    assert (found.n, found.value, found.low, found.first_at, found.by) == (0, None, None, None, ())
    with pytest.raises(Problem) as refused:
        _metric(Log([]), "nsp")
    assert (refused.value.code, refused.value.status, refused.value.params["hint"]) == ("unknown_metric", 404, "nps")


def test_a_metric_is_broken_down_by_touchpoint_channel_period_source_and_property() -> None:
    first = Event("Umfrage", 40 * DAY, "web", scored("", 10).says | {"property.team": "nord", "source": "a.csv"})
    second = Event("Bewertung", DAY, "app", scored("", 0).says | {"source": "b.csv"})
    log = Log([[first], [second]], buckets=2)
    groups = {
        by: [part.name for part in _metric(log, "nps", by).by] for by in ("touchpoint", "channel", "month", "source", "week")
    }
    assert groups == {
        "touchpoint": ["Bewertung", "Umfrage"],
        "channel": ["app", "web"],
        "month": ["1970-01", "1970-02"],
        "source": ["a.csv", "b.csv"],
        "week": ["1970-W01", "1970-W07"],
    }
    assert [(part.name, part.value) for part in _metric(log, "nps", "property:team").by] == [("nord", 100.0), (UNSAID, -100.0)]


def test_a_period_is_held_against_the_one_before_and_a_group_against_all_others() -> None:
    early = [[scored("Umfrage", 10 if place % 10 else 0, at=DAY)] for place in range(100)]
    late = [[scored("Umfrage", 0 if place % 2 else 10, at=40 * DAY)] for place in range(100)]
    by_month = _metric(Log(early + late), "nps", "month").by
    assert by_month[0].difference is None
    assert by_month[1].difference is not None
    assert by_month[1].difference.value == pytest.approx(-80)
    assert by_month[1].difference.clear
    few = _metric(Log(early + late[:20]), "nps", "month").by
    assert (few[1].few, few[1].difference) == (True, None)


def test_few_employees_are_not_shown_and_cannot_be_found_by_subtraction() -> None:
    def said(team: str, count: int) -> list[list[Event]]:
        return [[Event("Befragung", 1, None, scored("", 9, "enps").says | {"property.team": team})] for _ in range(count)]

    found = _metric(Log(said("a", 3) + said("b", 6) + said("c", 40)), "enps", "property:team")
    assert [(part.name, part.hidden, part.n) for part in found.by] == [("c", False, 40), ("a", True, 0), ("b", True, 0)]
    assert found.by[0].difference is None
    assert _metric(Log(said("a", 3)), "enps").value is None


def test_two_selections_are_compared_unless_they_share_answers() -> None:
    late = [told("Verspätung", scored("Umfrage", 3 if place % 4 else 9)) for place in range(60)]
    fine = [told("Lieferung", scored("Umfrage", 10 if place % 4 else 7)) for place in range(60)]
    log, wanted = Log(late + fine, buckets=3), Wanted("nps")
    one, other = Passing(where=("passes Verspätung",)), Passing(where=("passes Lieferung",))
    found = ask_against(log, None, wanted, one, other)
    assert (found.one.value, found.other.value, found.overlap) == (-50.0, 75.0, 0)
    assert found.difference is not None
    assert found.difference.value == pytest.approx(-125)
    assert found.difference.clear
    same = ask_against(log, None, wanted, one, Passing(where=("events >= 1",)))
    assert (same.overlap, same.difference) == (60, None)


def test_scores_that_no_metric_is_made_of_are_named() -> None:
    log = Log([*_answers(70, metric="mood", scale=(0, 100, 100)), [Event("x", 1, None, {"score": 3.0})], *_answers(9)])
    found = ask_every_metric(log, None, "en")
    assert [(one.asked, one.scale.high, one.n) for one in found.unread] == [("mood", 100, 1)]
    assert (found.without_scale, [one.name for one in found.metrics]) == (1, ["nps", "wrs_mean", "wrs_top"])


def test_more_invited_people_than_answers_and_no_fewer() -> None:
    log = Log(_answers(*[9] * 40))
    assert _metric(log, "nps", invited=40).low == 100.0
    with pytest.raises(Problem) as refused:
        _metric(log, "nps", invited=39)
    assert (refused.value.params["field"], refused.value.params["allowed"]) == ("--invited", "≥ 40")


def test_a_dimension_that_is_none_is_refused_with_those_there_are() -> None:
    for wrong in ("phase", "property:"):
        with pytest.raises(Problem) as refused:
            read_dimension(wrong, "UTC")
        assert "touchpoint" in str(refused.value.params["allowed"])


def test_a_scale_of_halves_or_without_ends_is_none() -> None:
    assert scale_of(0.5, 10.0, 10.0) is None
    assert scale_of(None, 10.0, 10.0) is None
    assert scale_of(0.0, 10.0, 5.0) is None
    assert scale_of(0.0, 10.0, None) == scale_of(0.0, 10.0, 10.0)


@given(any_log(), st.sampled_from(DIMENSIONS))
def test_every_answer_is_counted_once_in_its_group(log: Log, by: str) -> None:
    found = ask_scores(log, None, ScoresQuestion(read_dimension(by, "UTC")))
    counted: Counter[tuple[str, int, int]] = Counter()
    for one in found.counted:
        for place, count in enumerate(one.tally.counts):
            counted[one.asked, one.tally.scale.high, one.tally.scale.low + place] += count
    expected = Counter(
        (str(event.says["score.metric"]), int(event.says["score.high"]), int(event.says["score"]))
        for journey in log.plain()
        for event in journey
        if "score" in event.says
    )
    assert +counted == expected
    groups = Counter(one.group for one in found.counted for _ in range(one.tally.n))
    assert groups == _slow_groups(log, by)


def _slow_groups(log: Log, by: str) -> Counter[str]:
    def group(event: Event) -> str:
        if by == "touchpoint":
            return event.name
        if by == "channel":
            return event.channel or UNSAID
        if by == "property:team":
            return str(event.says.get("property.team", UNSAID))
        return datetime.fromtimestamp(event.at / 1e6, UTC).strftime("%Y-%m-%d" if by == "day" else "%Y-%m")

    return Counter(group(event) for journey in log.plain() for event in journey if "score" in event.says)


@given(any_log(), st.sampled_from(DIMENSIONS))
def test_the_groups_of_a_metric_add_up_to_the_whole(log: Log, by: str) -> None:
    for name in ("nps", "csat", "ces2"):
        found = _metric(log, name, by)
        assert sum(part.n for part in found.by) == found.n == sum(found.counts)
