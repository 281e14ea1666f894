"""The compiled loops recognise exactly the journeys that the slow version does, with the same moment and amount."""

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.findings.marking import marks_of, numbered
from tanteemma.journeys.findings.spot import BreakKind, Condition, Place, Segment, Spot
from tanteemma.journeys.loops.cycles import LONGEST
from tanteemma.journeys.loops.excursions import MOST_BETWEEN
from tanteemma.model.arrays import Fact, Selection
from tests.unit.journeys.breaks import oracle
from tests.unit.journeys.breaks.made import SECOND, Event, Made

NAMES = ("a@web", "b@web", "b@phone", "c@phone", "d@mail")
NOW_S = 200.0
EVENTS = st.builds(
    Event,
    st.sampled_from(NAMES),
    st.integers(0, 150).map(float),
    st.one_of(st.just({}), st.fixed_dictionaries({"state": st.sampled_from(("open", "done", "lost"))})),
)
LOGS = st.lists(st.lists(EVENTS, min_size=1, max_size=14), min_size=1, max_size=8).map(Made.of)


def agree(log: Made, spot: Spot, slow: Callable[[tuple[Event, ...]], oracle.Mark]) -> None:
    arrays = log.arrays(0, (Fact("property.state"),))
    marks = marks_of(numbered(arrays, Selection(), log.touchpoints()), spot)
    for number, journey in enumerate(log.journeys):
        came, hit, place, amount = slow(journey)
        assert (bool(marks.came[number]), bool(marks.hit[number])) == (came, hit), journey
        if came:
            at = int(marks.at[number] - arrays.offsets[number])
            assert (journey[at].us, int(marks.amount[number])) == (journey[place].us, amount), journey


def place(kind: BreakKind, *steps: str, **more: object) -> Spot:
    return Spot(Place(kind=kind, steps=steps, at="", **more))  # type: ignore[arg-type]  # fields of a place


@given(LOGS, st.integers(0, 60))
def test_a_wait_is_the_longest_between_neighbours(log: Made, longer: int) -> None:
    spot = place(BreakKind.TIME_EATER, "a", "b", limit_us=longer * SECOND)
    agree(log, spot, lambda journey: oracle.waited(journey, "a", "b", longer * SECOND))


@given(LOGS, st.integers(0, 60))
def test_what_is_looked_through_is_as_if_it_never_was(log: Made, longer: int) -> None:
    spot = place(BreakKind.TIME_EATER, "a", "b", limit_us=longer * SECOND, skips=("c",))
    without = Made(tuple(tuple(event for event in journey if event.touchpoint != "c") for journey in log.journeys))
    marks = marks_of(numbered(log.arrays(0), Selection(), log.touchpoints()), spot)
    for number, journey in enumerate(without.journeys):
        assert (bool(marks.came[number]), bool(marks.hit[number])) == oracle.waited(journey, "a", "b", longer * SECOND)[:2]


@given(LOGS, st.integers(0, 60), st.booleans())
def test_a_contact_follows_the_latest_look_in_time(log: Made, within: int, through: bool) -> None:
    skips = ("c",) if through else ()
    spot = place(BreakKind.CHANNEL_SWITCH, "a", "d", limit_us=within * SECOND, skips=skips)
    agree(log, spot, lambda journey: _without(oracle.followed, journey, skips, "a", "d", within * SECOND))


def _without(
    slow: Callable[..., oracle.Mark], journey: tuple[Event, ...], skips: tuple[str, ...], *rest: object
) -> oracle.Mark:
    kept = [number for number, event in enumerate(journey) if event.touchpoint not in skips]
    came, hit, at, amount = slow([journey[number] for number in kept], *rest)
    return came, hit, kept[at] if came else 0, amount


@given(LOGS, st.integers(1, 3), st.sampled_from(("b", "a", "c")))
def test_a_loop_counts_how_often_it_was_left_the_same_way(log: Made, rounds: int, away: str) -> None:
    spot = place(BreakKind.LOOP, "a", away, rounds=rounds)
    agree(log, spot, lambda journey: oracle.came_back(journey, "a", away, LONGEST, rounds))


@given(LOGS, st.integers(0, 120))
def test_silence_after_the_last_step_before_a_goal_is_an_abandonment(log: Made, silence: int) -> None:
    now_us = round(NOW_S * SECOND)
    spot = place(BreakKind.ABANDONMENT, "b", goals=("c",), refusals=("d",), limit_us=silence * SECOND, now_us=now_us)
    agree(log, spot, lambda journey: oracle.fell_silent(journey, "b", {"c"}, {"d"}, silence * SECOND, now_us))


@given(LOGS, st.integers(0, 60))
def test_a_word_that_denies_the_last_one_on_another_channel_is_a_contradiction(log: Made, within: int) -> None:
    said = ("done", "open")
    spot = place(BreakKind.CONTRADICTION, "a", "b", limit_us=within * SECOND, fact="property.state", said=said)
    agree(log, spot, lambda journey: oracle.contradicted(journey, ("a", "b"), said, "state", within * SECOND))


@given(LOGS)
def test_a_way_round_begins_with_its_first_step_and_gets_there(log: Made) -> None:
    spot = place(BreakKind.DETOUR, "a", "b", "c")
    agree(log, spot, lambda journey: oracle.went_round(journey, "a", "b", "c", MOST_BETWEEN))


@given(LOGS, st.integers(0, 60))
def test_a_quick_step_is_one_directly_after_the_other(log: Made, within: int) -> None:
    spot = place(BreakKind.DELIGHT, "a", "b", limit_us=within * SECOND)
    agree(log, spot, lambda journey: oracle.passed_quickly(journey, "a", "b", within * SECOND))


@given(LOGS, st.sampled_from(("open", "done", "lost")), st.one_of(st.none(), st.integers(0, 60)))
def test_a_circumstance_is_what_was_last_said_at_the_moment_or_before(log: Made, value: str, fresh: int | None) -> None:
    fact = Fact("property.state")
    segment = Segment((Condition(fact.name, value),), fresh_us=None if fresh is None else fresh * SECOND)
    plain = place(BreakKind.TIME_EATER, "a", "b")
    arrays = log.arrays(0, (fact,))
    seen = numbered(arrays, Selection(), log.touchpoints())
    marks, inside = marks_of(seen, plain), marks_of(seen, Spot(plain.place, segment))
    for number, journey in enumerate(log.journeys):
        at = int(marks.at[number] - arrays.offsets[number])
        said = [
            event.says["state"]
            for event in journey[: at + 1]
            if "state" in event.says and (fresh is None or journey[at].us - event.us <= fresh * SECOND)
        ]
        assert bool(inside.came[number]) == (bool(marks.came[number]) and said[-1:] == [value])


@given(LOGS, st.integers(0, 150), st.integers(0, 150))
def test_a_time_is_that_of_coming_to_the_place(log: Made, since: int, until: int) -> None:
    plain = place(BreakKind.TIME_EATER, "a", "b")
    arrays = log.arrays(0)
    seen = numbered(arrays, Selection(), log.touchpoints())
    marks = marks_of(seen, plain)
    segment = Segment(since_us=since * SECOND, until_us=until * SECOND)
    inside = marks_of(seen, Spot(plain.place, segment))
    when = arrays.times[marks.at] if arrays.events else np.zeros(arrays.journeys)
    expected = marks.came & (when >= since * SECOND) & (when < until * SECOND)
    assert (inside.came == expected).all()
    assert (inside.hit == (marks.hit & expected)).all()


def test_everybody_who_came_is_hit_where_that_is_said() -> None:
    log = Made.of([[Event("a", 0), Event("b", 5)], [Event("a", 0)]])
    spot = place(BreakKind.TIME_EATER, "a", "b", limit_us=10 * SECOND)
    marks = marks_of(numbered(log.arrays(0), Selection(), log.touchpoints()), Spot(spot.place, all_who_came=True))
    assert marks.hit.tolist() == [True, False]
