"""A rule is written and read back, catches what it says, and a slip of the pen is named with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import (
    Rule,
    Seen,
    catches,
    event_names,
    only_counts,
    parse_binding,
    rule_for,
    series_of,
    written_binding,
)
from tests.unit.workshop.rules import RULES

_SCORES = "score, score.metric, score.low, score.high, score.best"


@given(RULES)
def test_what_is_written_is_read_back(rule: Rule) -> None:
    assert parse_binding(written_binding(rule)) == rule


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_refused(said: str) -> None:
    refused: Problem | None = None
    rule: Rule | None = None
    try:
        rule = parse_binding(said)
    except Problem as problem:
        refused = problem
    if refused is None:
        assert parse_binding(written_binding(rule)) == rule
    else:
        assert refused.code is ProblemCode.BINDING_INVALID
        assert {"place", "value", "allowed"} <= set(refused.params)


@pytest.mark.parametrize(
    ("rule", "event", "expected"),
    [
        ("'Anruf'", Seen("Anruf"), True),
        ("event = anruf", Seen("Anruf"), False),
        ("event in (Anruf, Mail) and channel = web", Seen("Mail", "web"), True),
        ("event not in (Anruf, Mail)", Seen("Mail", "web"), False),
        ("channel exists", Seen("Mail"), False),
        ("channel != web", Seen("Mail"), False),
        ("not channel = web", Seen("Mail"), True),
        ("property.Grund = 'Adresse'", Seen("Anruf", None, {"property.Grund": "Adresse"}), True),
        ("property.Grund exists or event = Mail", Seen("Anruf"), False),
        ("score <= 6", Seen("Umfrage", None, {"score": 6.0}), True),
        ("score < 6", Seen("Umfrage", None, {"score": 6.0}), False),
        ("value not in (1, 2)", Seen("Kauf", None, {"value": 3.0}), True),
        ("", Seen("Kauf"), False),
    ],
)
def test_it_catches_what_it_says(rule: str, event: Seen, *, expected: bool) -> None:
    assert catches(parse_binding(rule), event) is expected


@pytest.mark.parametrize(
    ("said", "place", "allowed"),
    [
        ("evnt = Anruf", 1, "event"),
        ("event Anruf", 7, "=, !=, in, not in"),
        (
            "event = Anruf or",
            17,
            f"event, channel, counts, not, value, currency, source, {_SCORES}, property.…",
        ),
        ("event = 'Anruf", 9, "'"),
        ("score > viel", 7, "=, !="),
        ("score in (1, zwei)", 14, "42"),
        ("(event = Anruf", 15, ")"),
        ("event = Anruf channel = web", 15, "and, or"),
        ("'" + "x" * 5_000 + "'", 4_000, "≤ 4000"),
        ("counts != Anzeige", 1, "=, in"),
        ("not counts = Anzeige", 5, "… or counts = '…'"),
        ("event = a and counts = Anzeige", 15, "… or counts = '…'"),
        ("(" * 30 + "event = a" + ")" * 30, 21, "≤ 20 ( )"),
    ],
)
def test_a_slip_of_the_pen_is_named_with_its_place(said: str, place: int, allowed: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_binding(said)
    assert (caught.value.params["place"], caught.value.params["allowed"]) == (place, allowed)
    assert caught.value.status == 422


def test_names_are_listed_and_made_into_rules() -> None:
    rule = rule_for(("Anruf", "Rückruf"), ("telefon",))
    assert written_binding(rule) == "event in ('Anruf', 'Rückruf') and channel = 'telefon'"
    assert event_names(rule) == ("Anruf", "Rückruf")
    assert rule_for(()) is None


def test_daily_counts_catch_no_event_and_stand_beside_those_that_do() -> None:
    rule = parse_binding("counts in ('Suche', Banner) or event = 'Klick'")
    assert series_of(rule) == ("Suche", "Banner")
    assert catches(rule, Seen("Klick"))
    assert not catches(rule, Seen("Suche"))
    assert parse_binding(written_binding(rule)) == rule
    assert not only_counts(rule)
    assert only_counts(parse_binding("counts = Suche or counts = Banner"))
