"""Guesses beside measured values: how they spread, where belief and data part most; agendas with their times."""

from datetime import UTC, datetime, timedelta
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.agenda import HALF_DAY, StopName, agenda_of, dots_said, length, timed
from tanteemma.workshop.document import Content, Part, Value
from tanteemma.workshop.guessing import FEELINGS, MeasuredPart, guessable, most_divided, tally, votable, widest_gap

BEGIN = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def part(identity: str, kind: str = "touchpoint", phase: str = "", lane: str = "") -> Part:
    place = {"phase": phase, "lane": lane} if phase else {}
    return Part(id=identity, kind=kind, place=place, fields={"kind": Value("pains" if identity == "pains" else "points", 1)})


MAP = Content(
    parts=(
        part("buy", "phase"),
        part("get", "phase"),
        part("points", "lane"),
        part("pains", "lane"),
        part("call", phase="get", lane="points"),
        part("order", phase="get", lane="points"),
        part("wait", "card", "get", "pains"),
        part("note", "card", "get", "points"),
    )
)


def test_touchpoints_are_guessed_and_phases_that_have_none() -> None:
    assert [one.id for one in guessable(MAP)] == ["buy", "call", "order"]


def test_dots_lie_on_pains_and_on_touchpoints_with_weak_spots() -> None:
    assert [one.id for one in votable(MAP, {})] == ["wait"]
    assert [one.id for one in votable(MAP, {"call": MeasuredPart(spots=("Umweg",))})] == ["call", "wait"]


@given(st.lists(st.sampled_from(FEELINGS), min_size=1, max_size=200))
def test_a_tally_is_what_a_person_would_count(values: list[int]) -> None:
    found = tally(values)
    assert sum(found.counts) == found.n == len(values)
    assert found.mean == pytest.approx(fmean(values))
    assert found.spread == pytest.approx(pstdev(values))
    assert tally(reversed(values)) == found


def test_the_widest_gap_is_named_with_whether_it_is_clear() -> None:
    guessed = {"call": tally([2, 2]), "order": tally([1, -1]), "buy": tally([2])}
    measured = {
        "call": MeasuredPart(emotion=-1.0, low=-1.5, high=-0.5),
        "order": MeasuredPart(emotion=0.5, low=-0.5, high=1.5),
        "buy": MeasuredPart(journeys=12),
    }
    gap = widest_gap(guessable(MAP), guessed, measured)
    assert gap is not None
    assert (gap.part, gap.guessed, gap.measured, gap.n, gap.clear) == ("call", 2.0, -1.0, 2, True)
    near = widest_gap(guessable(MAP), {"order": tally([1, -1])}, measured)
    assert near is not None
    assert not near.clear
    assert widest_gap(guessable(MAP), {}, measured) is None
    assert widest_gap(guessable(MAP), guessed, {}) is None


def test_a_team_of_one_mind_is_not_called_divided() -> None:
    parts = guessable(MAP)
    assert most_divided(parts, {"call": tally([-2, 2]), "order": tally([0, 1])}) == "call"
    assert most_divided(parts, {"call": tally([1, 1])}) is None
    assert most_divided(parts, {}) is None


def test_times_follow_from_when_the_stop_began() -> None:
    stops = timed(HALF_DAY, 2, BEGIN)
    assert [one.state for one in stops] == ["done", "done", "now", "next", "next", "next", "next"]
    assert (stops[2].begins, stops[2].ends) == (BEGIN, BEGIN + timedelta(minutes=30))
    assert stops[0].begins == BEGIN - timedelta(minutes=35)
    assert stops[-1].ends - stops[0].begins == length(HALF_DAY) == timedelta(minutes=200)


def test_minutes_are_changed_and_stops_left_out() -> None:
    agenda = agenda_of({"welcome": "5", "persona": "0", "guess": ""})
    assert [(stop.name, stop.minutes) for stop in agenda[:2]] == [(StopName.WELCOME, 5), (StopName.GUESS, 30)]
    assert len(agenda) == 6


@pytest.mark.parametrize("said", ["-1", "1.5", "viel", "481", "9" * 300, "²", "<b>"])
def test_minutes_that_are_none_are_named(said: str) -> None:
    with pytest.raises(Problem) as caught:
        agenda_of({"vote": said})
    assert caught.value.code is ProblemCode.WORKSHOP_MINUTES


def test_an_agenda_without_stops_is_none() -> None:
    with pytest.raises(Problem) as caught:
        agenda_of(dict.fromkeys(StopName, "0"))
    assert caught.value.code is ProblemCode.WORKSHOP_MINUTES


@pytest.mark.parametrize("said", ["0", "11", "", "x", "-3"])
def test_dots_are_one_to_ten(said: str) -> None:
    with pytest.raises(Problem) as caught:
        dots_said(said)
    assert caught.value.code is ProblemCode.WORKSHOP_DOTS_NUMBER
    assert dots_said("10") == 10
