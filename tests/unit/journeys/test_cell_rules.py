"""Overlaps, what no rule catches, the newest examples, and names that fit cards, against the slow version."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given

from tanteemma.journeys.ask_cells import ask_kinds
from tanteemma.journeys.cells.overlaps import caught_kinds, rules_answer
from tanteemma.journeys.cells.question import Wanted
from tanteemma.workshop.naming import suggestions
from tests.unit.journeys import oracle_cells
from tests.unit.journeys.test_cells import logs, questions
from tests.unit.journeys.told import Log

EVENTS = ("Sendungsverfolgung", "Anruf", "Bestellung", "Rücksendung", "Zustellung", "Umfrage NPS", "order_confirmed")


@given(logs(), questions())
def test_overlaps_and_what_is_left_over_are_those_of_the_slow_version(log: Log, wanted: Wanted) -> None:
    asked, found = ask_kinds(log, None, wanted, 3)
    answer = rules_answer(wanted.rules, found, log.touchpoints(), 100)
    events = [event for journey in log.plain() for event in journey if oracle_cells.inside(event, asked)]
    caught = [[one.id for one in wanted.rules if oracle_cells.caught(one.rule, event)] for event in events]
    pairs = Counter(pair for own in caught for pair in combinations(own, 2))
    free = Counter((event.name, event.channel) for event, own in zip(events, caught, strict=True) if not own)
    assert answer.events == len(events)
    assert {(one.one, one.other): one.events for one in answer.overlaps} == +pairs
    assert {(one.name, one.channel): one.events for one in answer.unbound} == +free
    assert answer.unbound_events == free.total()
    counted = caught_kinds(wanted.rules, found, log.touchpoints())
    assert counted == Counter((event.name, event.channel) for event, own in zip(events, caught, strict=True) if own)
    times = sorted((-event.at for event, own in zip(events, caught, strict=True) if own))[:3]
    assert [one.before_us for one in found.newest] == times


@pytest.mark.parametrize(
    ("card", "event"),
    [
        ("Paket verfolgen", "Sendungsverfolgung"),
        ("Track parcel", "Sendungsverfolgung"),
        ("Telefonat mit der Hotline", "Anruf"),
        ("Return a parcel", "Rücksendung"),
        ("Lieferung", "Zustellung"),
        ("Bestellbestätigung", "order_confirmed"),
        ("NPS survey", "Umfrage NPS"),
    ],
)
def test_a_card_finds_its_event_in_either_language(card: str, event: str) -> None:
    assert suggestions([card], EVENTS)[0][0] == event


@pytest.mark.parametrize("card", ["", "Kundenclub", "xyz", "🎉"])
def test_a_card_that_fits_nothing_gets_no_suggestion(card: str) -> None:
    assert suggestions([card], EVENTS) == []
