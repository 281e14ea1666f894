"""Rows of journeys: what happened before the outcome and nothing after it, against a slow version."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask_drivers import DriversWish, ask_drivers
from tanteemma.journeys.drivers.outcomes import read_outcome
from tanteemma.journeys.kernels.driver_rows import NUMBERS, OutcomesKernel, RowsKernel, RowsPartial, RowsQuestion
from tanteemma.model.problems import Problem, Problems
from tests.unit.journeys.told import DAY, HIDDEN, SECOND, Event, Log, any_log, scored, told


def _rows(log: Log, outcome: str, **more: object) -> RowsPartial:
    question = RowsQuestion(read_outcome(outcome), **more)  # type: ignore[arg-type]  # tests say it by name
    return log.ask(RowsKernel(), question, journey=None)


def _passed(log: Log, rows: RowsPartial, row: int) -> set[str]:
    return {log.names[touchpoint] for which, touchpoint in rows.passed.tolist() if which == row}


def test_only_what_happened_before_the_last_answer_is_a_fact() -> None:
    journey = told("Kauf", "Anruf", scored("Umfrage", 3), "Anruf", scored("Umfrage", 9), "Storno", step=DAY)
    log = Log([journey])
    rows = _rows(log, "nps")
    assert rows.outcome.tolist() == [9.0]
    assert _passed(log, rows, 0) == {"Kauf", "Anruf"}
    assert dict(zip(NUMBERS, rows.numbers[0].tolist(), strict=True)) == {
        "longest_wait_d": 2.0,
        "duration_d": 3.0,
        "channel_switches": 0.0,
        "repeats": 1.0,
        "contacts": 3.0,
    }
    assert {log.names[place]: count for place, count in enumerate(rows.only_after.tolist()) if count} == {"Storno": 1}


def test_a_goal_is_reached_or_not_and_what_comes_after_it_is_no_fact() -> None:
    log = Log([told("Suche", "Kauf", "Anruf", "Kauf"), told("Suche", "Anruf"), told("Kauf"), told(HIDDEN)], buckets=2)
    rows = _rows(log, "goal:Kauf")
    assert sorted(rows.outcome.tolist()) == [0.0, 1.0]
    assert (rows.journeys, rows.nothing_before) == (3, 1)
    assert [_passed(log, rows, row) for row in np.argsort(rows.outcome)] == [{"Suche", "Anruf"}, {"Suche"}]


def test_money_is_the_sum_and_its_own_events_are_no_facts() -> None:
    journey = told("Suche", Event("Kauf", says={"value": 40.0, "currency": "EUR"}), Event("Storno", says={"value": -15.0}))
    rows = _rows(Log([journey, told("Suche")]), "value")
    assert rows.outcome.tolist() == [25.0, 0.0]
    assert rows.currencies == frozenset({"EUR"})
    assert rows.numbers[:, NUMBERS.index("contacts")].tolist() == [1.0, 1.0]


def test_the_last_word_and_the_days_after_a_promise_count() -> None:
    journey = told(
        Event("Bestellung", 3 * DAY, says={"property.carrier": "A", "property.due": "1970-01-06"}),
        Event("Zustellung", 10 * DAY, says={"property.carrier": "B", "property.due": "1970-01-06"}),
        scored("Umfrage", 2, at=11 * DAY),
        Event("Nachtrag", 12 * DAY, says={"property.carrier": "C"}),
    )
    rows = _rows(Log([journey]), "nps", properties=("carrier",), delays=("due",))
    assert [rows.words[0][code] for code in rows.said[0].tolist()] == ["B"]
    assert rows.late[0].tolist() == [4.0]  # the promised day, the 6th, ended 6 days after the beginning; delivered after 10


@given(any_log(), st.sampled_from(["nps", "csat", "goal:kauf", "value"]))
def test_the_rows_are_those_of_going_through_every_journey(log: Log, outcome: str) -> None:
    if outcome.startswith("goal:") and "kauf" not in log.names:
        return
    rows = _rows(log, outcome, properties=("team",), delays=("due",))
    found = sorted(
        (
            rows.outcome[row],
            *rows.numbers[row].round(6).tolist(),
            *sorted(_passed(log, rows, row)),
            _word(rows, row),
            _days(rows, row),
        )
        for row in range(len(rows.outcome))
    )
    slow, with_outcome = _slow(log, outcome)
    assert found == slow
    assert (rows.journeys, rows.journeys - rows.nothing_before) == (with_outcome, len(slow))
    question = RowsQuestion(read_outcome(outcome))
    assert log.ask(OutcomesKernel(), question, journey=None) == with_outcome


def _word(rows: RowsPartial, row: int) -> str:
    code = int(rows.said[0][row])
    return rows.words[0][code] if code >= 0 else "–"


def _days(rows: RowsPartial, row: int) -> str:
    return f"{rows.late[0][row]:.6f}"


def _decided(events: Sequence[Event], outcome: str) -> tuple[float, list[Event]] | None:
    """The outcome and the events before it, None if there is no outcome."""
    if outcome == "value":
        valued = [event for event in events if "value" in event.says]
        before = [event for event in events if "value" not in event.says]
        return (sum(float(event.says["value"]) for event in valued), before) if events else None
    if outcome.startswith("goal:"):
        reached = [place for place, event in enumerate(events) if event.name == "kauf"]
        before = list(events[: reached[0]] if reached else events)
        return (float(bool(reached)), before) if events else None
    answers = [place for place, event in enumerate(events) if event.says.get("score.metric") == outcome]
    if not answers:
        return None
    before = [event for event in events[: answers[-1]] if "score" not in event.says]
    return float(events[answers[-1]].says["score"]), before


def _slow(log: Log, outcome: str) -> tuple[list[tuple[object, ...]], int]:
    rows: list[tuple[object, ...]] = []
    with_outcome = 0
    for journey in log.plain():
        decided = _decided(journey, outcome)
        if decided is None:
            continue
        with_outcome += 1
        value, before = decided
        if not before:
            continue
        gaps = [(later.at - earlier.at) / DAY for earlier, later in pairwise(before)]
        pairs = [(a.channel, b.channel) for a, b in pairwise(before)]
        names = {event.name for event in before}
        words = [str(event.says["property.team"]) for event in before if "property.team" in event.says]
        dues = [event for event in before if str(event.says.get("property.due", "bald")) != "bald"]
        late = "nan"
        if dues:
            end = (int(str(dues[-1].says["property.due"])[-2:]) - 1) * DAY + DAY
            late = f"{(dues[-1].at - end) / DAY:.6f}"
        numbers = (max(gaps, default=0.0), sum(gaps), sum(1 for a, b in pairs if a and b and a != b))
        counted = (len(before) - len(names), len(before))
        rows.append(
            (value, *(round(float(one), 6) for one in (*numbers, *counted)), *sorted(names), words[-1] if words else "–", late)
        )
    return sorted(rows), with_outcome


@given(any_log(), st.integers(2, 5))
def test_a_part_of_the_journeys_is_the_same_part_in_any_buckets(log: Log, one_of: int) -> None:
    def taken(buckets: int) -> list[list[float]]:
        rows = _rows(Log(log.journeys, log.chosen, buckets), "value", one_of=one_of)
        return sorted(np.column_stack([rows.outcome, rows.numbers]).tolist())

    assert taken(1) == taken(3)


def _late_deliveries(rows: int = 400) -> Log:
    chance = np.random.default_rng(6)
    journeys = []
    for late in chance.integers(0, 6, rows).tolist():
        call = [Event("Anruf", (2 + late) * DAY + SECOND, "telefon")] if chance.random() < 0.3 else []
        mark = int(np.clip(9 - 2.2 * max(0, late - 1) + chance.normal(), 0, 10))
        start = int(chance.integers(0, 30)) * DAY
        events = [
            Event("Bestellung", start + DAY, "web", {"property.carrier": chance.choice(["A", "B"])}),
            Event("Zustellung", start + (2 + late) * DAY, "paket"),
            *[Event(event.name, start + event.at, event.channel) for event in call],
            scored("Umfrage", mark, at=start + 30 * DAY),
        ]
        journeys.append(events)
    return Log(journeys, buckets=3)


def test_what_weighs_on_a_score_comes_first() -> None:
    wish = DriversWish(read_outcome("nps"), properties=("carrier",), adjusted=False)
    found = ask_drivers(_late_deliveries(), None, wish)
    assert (found.outcome, found.n, found.journeys, found.nothing_before) == ("nps", 400, 400, 0)
    assert found.drivers[0].name in {"longest_wait_d", "duration_d"}
    assert {driver.name for driver in found.drivers} >= {"touchpoint:Anruf", "property:carrier"}
    assert sum(driver.share or 0 for driver in found.drivers) == pytest.approx(1)


def test_drivers_are_chosen_by_their_names_or_those_of_touchpoints_and_properties() -> None:
    wish = DriversWish(read_outcome("nps"), ("Anruf", "carrier", "longest_wait_d"), ("carrier",), adjusted=False)
    found = ask_drivers(_late_deliveries(), None, wish)
    assert {driver.name for driver in found.drivers} == {"touchpoint:Anruf", "property:carrier", "longest_wait_d"}
    assert found.method == "lmg"
    with pytest.raises(Problem) as refused:
        ask_drivers(_late_deliveries(), None, DriversWish(read_outcome("nps"), ("Anrruf",)))
    assert (refused.value.code, refused.value.params["field"]) == ("question_invalid", "--drivers")


def test_an_outcome_that_is_none_on_two_scales_or_without_rows_is_refused() -> None:
    with pytest.raises(Problem) as unknown:
        read_outcome("npss")
    assert unknown.value.code == "unknown_metric"
    with pytest.raises(Problem) as nowhere:
        ask_drivers(_late_deliveries(10), None, DriversWish(read_outcome("goal:Nirgends")))
    assert nowhere.value.code == "unknown_touchpoint"
    with pytest.raises((Problem, Problems)) as empty:
        ask_drivers(Log([told("Kauf")]), None, DriversWish(read_outcome("nps")))
    assert isinstance(empty.value, Problem)
    assert empty.value.code == "too_few_rows"
    marks = [told("Kauf", scored("Umfrage", 2, "csat", scale)) for scale in ((1, 6, 1), (1, 5, 5)) for _ in range(20)]
    with pytest.raises(Problem) as mixed:
        ask_drivers(Log(marks), None, DriversWish(read_outcome("csat")))
    assert mixed.value.code == "scales_mixed"


def test_low_marks_are_good_where_the_scale_says_so() -> None:
    chance = np.random.default_rng(2)
    waits = chance.integers(1, 30, 300).tolist()
    journeys = [
        told(
            Event("Frage", SECOND),
            Event("Hilfe", wait * DAY),
            scored("Note", 5 if wait > 24 else 1, "csat", (1, 6, 1), 60 * DAY),
        )
        for wait in waits
    ]
    wish = DriversWish(read_outcome("csat"), ("longest_wait_d",), adjusted=False)
    shape = ask_drivers(Log(journeys), None, wish).drivers[0].shape
    assert shape is not None
    assert shape.cliff is not None
    assert shape.cliff.must_be
    assert shape.cliff.share_worse < 0.3
