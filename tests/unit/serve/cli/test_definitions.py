"""What one journey is, from the command line: stated, tried out first, changed, listed with its past, removed."""

from pathlib import Path

import pytest

from tests.unit.serve.cli.conftest import Run

LOG = """case;person;time;event
1;K-1;2026-01-05T10:00:00Z;Anfrage
1;K-1;2026-01-05T10:10:00Z;Angebot
1;K-1;2026-01-06T10:10:00Z;Kauf
2;K-2;2026-01-05T11:00:00Z;Anfrage
2;K-2;2026-01-05T11:30:00Z;Angebot
3;K-2;2026-01-07T09:00:00Z;Anfrage
3;K-2;2026-01-08T09:00:00Z;Kauf
"""
COLUMNS = "journey=case,person=person,time=time,touchpoint=event"


@pytest.fixture
def filled(emma: Run, tmp_path: Path) -> Path:
    """A data folder with the small log in it."""
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    assert emma("import", file, "--columns", COLUMNS, "--data", tmp_path / "data", "--json").code == 0
    return tmp_path / "data"


def test_a_definition_is_tried_out_before_it_is_stated(emma: Run, filled: Path) -> None:
    words = ("journeys", "define", "besuch", "--by", "visit", "--gap", "6h", "--data", filled, "--json")
    tried = emma(*words, "--dry-run").document
    assert (tried["journeys"], tried["max_s"]) == (5, 1800.0)
    assert "besuch" not in [one["name"] for one in emma("journeys", "list", "--data", filled, "--json").document["journeys"]]
    assert emma(*words).code == 0
    assert emma("journeys", "durations", "--journey", "besuch", "--data", filled, "--json").document == tried


def test_a_change_is_a_new_version_and_answers_follow_it(emma: Run, filled: Path) -> None:
    for gap, journeys in (("6h", 5), ("30h", 3), ("5m", 7)):
        emma("journeys", "define", "besuch", "--by", "visit", "--gap", gap, "--data", filled)
        counted = emma("journeys", "durations", "--journey", "besuch", "--data", filled, "--json").document
        assert counted["journeys"] == journeys
    told = emma("journeys", "history", "besuch", "--data", filled, "--json").document["history"]
    assert [(one["version"], one["gap_s"]) for one in told] == [(3, 300.0), (2, 108_000.0), (1, 21_600.0)]
    assert emma("journeys", "history", "--data", filled).out.count("besuch") == 3


def test_another_definition_becomes_the_usual_one(emma: Run, filled: Path) -> None:
    def journeys() -> int:
        return int(emma("journeys", "durations", "--data", filled, "--json").document["journeys"])

    assert journeys() == 3
    assert emma("journeys", "default", "person", "--data", filled, "--json").document["journeys"][0]["name"] == "person"
    assert journeys() == 2
    assert emma("journeys", "remove", "person", "--data", filled).code == 0
    assert journeys() == 3


def test_what_cannot_be_removed_or_is_not_there_is_said(emma: Run, filled: Path) -> None:
    stays = emma("journeys", "remove", "person", "--data", filled)
    assert (stays.code, "always there" in stays.err) == (1, True)
    for word in ("remove", "default"):
        unknown = emma("journeys", word, "Bestellung", "--data", filled)
        assert (unknown.code, "case" in unknown.err) == (1, True)
    far = emma("journeys", "define", "b", "--by", "visit", "--gap", "99999999w", "--data", filled)
    assert (far.code, "gap" in far.err) == (1, True)


def test_journeys_between_milestones_can_be_tried_out_too(emma: Run, filled: Path) -> None:
    words = ("journeys", "define", "frist", "--by", "person", "--from", "Anfrage", "--to", "Kauf", "--data", filled, "--json")
    assert emma(*words, "--dry-run").document["journeys"] == 2
    wrong = emma("journeys", "define", "frist", "--from", "Anfage", "--data", filled)
    assert (wrong.code, "Anfrage" in wrong.err) == (1, True)


def test_a_case_without_a_key_takes_the_name_only_where_events_have_such_a_key(emma: Run, filled: Path) -> None:
    ran = emma("journeys", "define", "Entscheidung", "--by", "case", "--from", "Angebot", "--to", "Kauf", "--data", filled)
    assert ran.code == 1
    assert "case" in ran.err
    words = ("--by", "case", "--key", "case", "--from", "Angebot", "--to", "Kauf", "--data", filled)
    assert emma("journeys", "define", "Entscheidung", *words).code == 0
    assert emma("journeys", "define", "case", "--by", "case", "--data", filled).code == 0
    counted = emma("journeys", "durations", "--journey", "Entscheidung", "--data", filled, "--json").document
    assert counted["journeys"] == 2
