"""The truth about the planted problems equals what a slow look at the events finds."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tanteemma.ingest.sources.sample import PlantedProblem, ProblemKind, SampleCompany

Event = dict[str, Any]
Journeys = dict[str, list[Event]]
BERLIN = ZoneInfo("Europe/Berlin")


def by_key(events: Iterable[Event], key: str) -> Journeys:
    found: Journeys = defaultdict(list)
    for event in events:
        if key in event["keys"]:
            found[event["keys"][key]].append(event)
    return found


def said(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event["properties"])
    return found


def called_after_looking(events: list[Event], _planted: PlantedProblem) -> tuple[int, int]:
    looked = affected = 0
    for journey in by_key(events, "order").values():
        looks = [event for event in journey if event["name"] == "Sendungsverfolgung" and said(event)["delayed"]]
        calls = [event["occurred_at"] for event in journey if event["name"] == "Anruf"]
        looked += bool(looks)
        day = timedelta(hours=24)
        affected += any(timedelta() <= call - look["occurred_at"] <= day for look in looks for call in calls)
    return affected, looked


def waited_for_the_money(events: list[Event], planted: PlantedProblem) -> tuple[int, float]:
    slow, slow_wait, all_wait = 0, timedelta(), timedelta()
    for journey in by_key(events, "ticket").values():
        check = next((event for event in journey if event["name"] == "Reklamationsprüfung"), None)
        refund = next((event for event in journey if event["name"] == "Erstattung"), None)
        if check is None or refund is None:
            continue
        wait = refund["occurred_at"] - check["occurred_at"]
        all_wait += wait
        if wait > timedelta(days=10):
            assert said(check)["carrier"] == planted.where["carrier"]
            slow, slow_wait = slow + 1, slow_wait + wait
    return slow, slow_wait / all_wait


def went_round_the_address(events: list[Event], _planted: PlantedProblem) -> tuple[int, int]:
    names = [[event["name"] for event in journey] for journey in by_key(events, "cart").values()]
    reached = [journey for journey in names if "Adresseingabe" in journey]
    return sum(journey.count("Adressfehler") > 1 for journey in reached), len(reached)


def left_at_the_payment(events: list[Event], planted: PlantedProblem) -> tuple[int, int]:
    reached = lost = 0
    for journey in by_key(events, "cart").values():
        payments = [event for event in journey if event["name"] == "Zahlung"]
        for payment in payments:
            assert planted.since is not None
            if planted.where.items() <= said(payment).items() and payment["occurred_at"] >= planted.since:
                reached += 1
                lost += all(event["name"] != "Bestellung" for event in journey)
    return lost, reached


def told_two_stories(events: list[Event], planted: PlantedProblem) -> tuple[int, int]:
    told = exposed = 0
    for journey in by_key(events, "order").values():
        delivery = next((event for event in journey if event["name"] == "Zustellung"), None)
        order = journey[0] if journey[0]["name"] == "Bestellung" else journey[1]
        if delivery is None:
            continue
        calls = [event for event in journey if event["name"] == "Anruf" and event["occurred_at"] > delivery["occurred_at"]]
        told += any(said(call).get("status") == "unterwegs" for call in calls)
        assert planted.since is not None
        since = order["occurred_at"] >= planted.since
        exposed += since and said(delivery)["carrier"] == planted.where["carrier"]
    return told, exposed


def checked_by_hand(events: list[Event], _planted: PlantedProblem) -> tuple[int, int]:
    names = [{event["name"] for event in journey} for journey in by_key(events, "order").values()]
    return sum("Adressprüfung manuell" in journey for journey in names), len(names)


def replaced_the_same_day(events: list[Event], _planted: PlantedProblem) -> tuple[int, int]:
    quick = replaced = 0
    for journey in by_key(events, "ticket").values():
        ends = [event["occurred_at"] for event in journey if event["name"] == "Ersatzlieferung"]
        claim = next(event["occurred_at"] for event in journey if event["name"] == "Reklamation")
        replaced += bool(ends)
        quick += any(end.astimezone(BERLIN).date() == claim.astimezone(BERLIN).date() for end in ends)
    return quick, replaced


Counted = Callable[[list[Event], PlantedProblem], tuple[int, float]]


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (ProblemKind.CHANNEL_SWITCH, called_after_looking),
        (ProblemKind.LOOP, went_round_the_address),
        (ProblemKind.ABANDONMENT, left_at_the_payment),
        (ProblemKind.CONTRADICTION, told_two_stories),
        (ProblemKind.DETOUR, checked_by_hand),
        (ProblemKind.DELIGHT, replaced_the_same_day),
    ],
)
def test_the_truth_is_what_a_slow_look_at_the_events_finds(
    kind: ProblemKind, count: Counted, company: SampleCompany, events: list[Event]
) -> None:
    planted = company.truth.of(kind)
    affected, exposed = count(events, planted)
    assert planted.journeys == affected
    assert planted.share == pytest.approx(affected / exposed)
    assert affected > 10


def test_the_waiting_for_money_is_what_a_slow_look_finds(company: SampleCompany, events: list[Event]) -> None:
    planted = company.truth.of(ProblemKind.TIME_EATER)
    affected, share = waited_for_the_money(events, planted)
    assert planted.journeys == affected
    assert planted.share == pytest.approx(share)
    assert affected > 10


def test_there_are_five_problems_a_detour_and_a_delight_point_with_words_in_both_languages(company: SampleCompany) -> None:
    assert [problem.kind for problem in company.truth.planted] == list(ProblemKind)
    for problem in company.truth.planted:
        assert "…" not in problem.explanation_de + problem.explanation_en
        assert problem.explanation_de != problem.explanation_en
        if problem.kind is ProblemKind.DELIGHT:
            assert problem.cost is None
        else:
            assert problem.cost is not None
            assert 0 < problem.cost.low < problem.cost.mid < problem.cost.high


def test_no_effect_is_all_or_nothing(company: SampleCompany) -> None:
    for problem in company.truth.planted:
        assert 0.02 < problem.share < 0.8


def test_the_detour_has_the_same_end_and_takes_longer(events: list[Event]) -> None:
    straight: list[timedelta] = []
    round_about: list[timedelta] = []
    for journey in by_key(events, "order").values():
        times = {event["name"]: event["occurred_at"] for event in reversed(journey)}
        if "Zustellung" in times:
            spent = times["Zustellung"] - times["Bestellung"]
            (round_about if "Adressprüfung manuell" in times else straight).append(spent)
    assert sorted(round_about)[len(round_about) // 2] > sorted(straight)[len(straight) // 2] + timedelta(hours=20)


def test_the_waiting_stands_out_only_for_the_planted_carrier_and_period(company: SampleCompany, events: list[Event]) -> None:
    planted = company.truth.of(ProblemKind.TIME_EATER)
    assert planted.since is not None
    assert planted.until is not None
    for journey in by_key(events, "ticket").values():
        times = {event["name"]: event for event in journey}
        if "Erstattung" in times:
            check, claim = times["Reklamationsprüfung"], times["Reklamation"]
            inside = planted.since <= claim["occurred_at"] < planted.until
            if said(check)["carrier"] != planted.where["carrier"] or not inside:
                assert times["Erstattung"]["occurred_at"] - check["occurred_at"] < timedelta(days=10)


def test_scores_follow_the_experience(events: list[Event]) -> None:
    marks: dict[str, list[int]] = defaultdict(list)
    quick = set()
    for ticket, journey in by_key(events, "ticket").items():
        times = {event["name"]: event["occurred_at"] for event in journey}
        if "Ersatzlieferung" in times and times["Ersatzlieferung"].date() == times["Reklamation"].date():
            quick.add(ticket)
    for event in events:
        if event["name"] == "Umfrage NPS":
            ticket = event["keys"].get("ticket")
            group = "delivered" if ticket is None else ("quick" if ticket in quick else "claimed")
            marks[group].append(said(event)["$score"]["value"])
    means = {group: sum(values) / len(values) for group, values in marks.items()}
    assert means["claimed"] + 1.5 < means["quick"]
    assert means["claimed"] + 1.0 < means["delivered"]


def test_the_events_of_an_order_come_in_the_order_of_time(events: list[Event]) -> None:
    for journey in by_key(events, "order").values():
        for one, other in pairwise(journey):
            assert one["occurred_at"] <= other["occurred_at"]


def test_the_period_of_a_problem_lies_in_the_year(company: SampleCompany) -> None:
    for problem in company.truth.planted:
        if problem.since is not None and problem.until is not None:
            assert datetime(2025, 11, 21, tzinfo=UTC) < problem.since < problem.until <= company.until
