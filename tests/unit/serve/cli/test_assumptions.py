"""``emma assumptions``: figures in, figures out, everything wrong said at once, every change taken back."""

import json
from pathlib import Path

import pytest

from tanteemma.model.assumptions import AssumptionKind
from tests.unit.serve.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path, emma: Run) -> Path:
    where = tmp_path / "data"
    assert emma("init", "--data", where).code == 0
    return where


def _set(emma: Run, folder: Path, *words: str) -> int:
    return emma("assumptions", "set", *words, "--source", "Bericht", "--data", folder).code


def test_a_figure_is_stated_changed_taken_back_and_removed(emma: Run, folder: Path) -> None:
    figure = ("contact_cost", "--about", "phone", "--low", "4,50", "--mid", "6.50", "--high", "9")
    assert _set(emma, folder, *figure, "--as-of", "1.3.2026", "--approved-by", "Controlling") == 0
    found = emma("assumptions", "list", "--data", folder, "--json")
    (one,) = found.document["assumptions"]
    assert (one["low"], one["mid"], one["high"], one["currency"], one["unit"]) == (4.5, 6.5, 9, "EUR", "money")
    assert (one["as_of"], one["approved_by"], one["source"]) == ("2026-03-01", "Controlling", "Bericht")
    assert '"low":4.50' in found.out
    assert _set(emma, folder, "contact_cost", "--about", "PHONE", "--mid", "7") == 0
    where = ("contact_cost", "--about", "phone", "--data", folder, "--json")
    assert [one["mid"] for one in emma("assumptions", "history", *where).document["assumptions"]] == [7, 6.5]
    assert emma("assumptions", "undo", *where).document["assumptions"][0]["mid"] == 6.5
    assert emma("assumptions", "restore", *where, "--version", "2").document["assumptions"][0]["mid"] == 7
    assert emma("assumptions", "remove", *where).document["assumptions"][0]["removed"]
    assert emma("assumptions", "list", "--data", folder, "--json").document == {"assumptions": []}
    assert len(emma("assumptions", "history", "--data", folder, "--json").document["assumptions"]) == 5


def test_people_read_it_in_their_language(emma: Run, folder: Path) -> None:
    assert emma("assumptions", "list", "--data", folder, "--language", "de").out == "Noch keine Annahmen.\n"
    assert _set(emma, folder, "margin", "--low", "24%", "--mid", "0,3", "--high", "36 %") == 0
    shown = emma("assumptions", "list", "--data", folder, "--language", "de").out
    assert "Marge" in shown
    assert "nicht freigegeben" in shown
    assert " 24 " in shown
    kinds = emma("assumptions", "kinds", "--language", "de").out
    assert all(kind in kinds for kind in AssumptionKind)
    listed = emma("assumptions", "kinds", "--json").document["kinds"]
    assert {one["kind"] for one in listed} == set(AssumptionKind)


def test_everything_wrong_is_said_at_once(emma: Run, folder: Path) -> None:
    wrong = ("step_cost", "--low", "zwölf", "--mid", "3", "--high", "-1", "--currency", "EURO", "--as-of", "31.2.2026")
    ran = emma("assumptions", "set", *wrong, "--source", "", "--data", folder)
    assert ran.code == 1
    fields = [line.split('"')[1] for line in ran.err.splitlines()]
    assert fields == ["low", "as_of", "high", "about", "currency", "source"]
    assert json.loads(emma("assumptions", "history", "--data", folder, "--json").out) == {"assumptions": []}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "profit", "--mid", "1", "--source", "x"), "assumption_kind_unknown"),
        (("remove", "margin"), "assumption_unknown"),
        (("undo", "margin"), "assumption_unknown"),
        (("restore", "margin", "--version", "3"), "assumption_unknown"),
        (("history", "profit"), "assumption_kind_unknown"),
    ],
)
def test_what_is_not_there_is_named(emma: Run, folder: Path, words: tuple[str, ...], code: str) -> None:
    ran = emma("assumptions", *words, "--data", folder, "--json")
    assert (ran.code, ran.document["error"]["code"]) == (1, code)
