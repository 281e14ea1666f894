"""Drivers and attribution of a file, on the command line: documents, words, refusals; no data folder is needed."""

from pathlib import Path

import pytest

from tests.unit.serve.cli.conftest import Run

SURVEY = ("--drivers", "image=IMAG*,expectation=CUEX*,quality=PERQ*,value=PERV*,CUSCO")


@pytest.fixture
def paths_file(tmp_path: Path) -> Path:
    path = tmp_path / "paths.csv"
    path.write_text("path,conversions,nulls\na > b,1,1\na,0,1\nb,1,0\n", encoding="utf-8")
    return path


def test_the_drivers_of_a_survey_are_one_document(emma: Run, real_logs: Path) -> None:
    table = real_logs / "drivers" / "ecsi_mobi.csv"
    ran = emma("journeys", "drivers", "--table", table, "--outcome", "satisfaction=CUSA*", *SURVEY, "--no-shapes", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.document["n"], round(ran.document["r2"], 4)) == (250, 0.6817)
    assert {one["name"]: round(one["lmg"], 4) for one in ran.document["drivers"]} == {
        "quality": 0.2587,
        "image": 0.1440,
        "value": 0.1193,
        "CUSCO": 0.0889,
        "expectation": 0.0708,
    }
    assert sum(one["share"] for one in ran.document["drivers"]) == pytest.approx(1)


def test_the_drivers_of_a_survey_are_said_in_words(emma: Run, real_logs: Path) -> None:
    table = real_logs / "drivers" / "ecsi_mobi.csv"
    ran = emma("journeys", "drivers", "--table", table, "--outcome", "CUSA1", "--drivers", "PERQ1,IMAG1", "--no-shapes")
    assert ran.code == 0
    assert "250 rows" in ran.out
    assert "PERQ1" in ran.out
    assert "odds ratio" in ran.out
    assert "that they cause it is not shown" in ran.out


def test_a_cliff_is_said_as_a_cliff(emma: Run, real_logs: Path) -> None:
    table = real_logs / "drivers" / "olist_delay_vs_review_aggregate.csv"
    words = ("journeys", "drivers", "--table", table, "--outcome", "avg_review", "--drivers", "avg_delay", "--weight", "orders")
    german = emma(*words, "--language", "de")
    assert "Klippe bei avg_delay: bis 1,08 liegt avg_review im Mittel bei 4,29, ab 7,41 bei 1,79" in german.out
    assert "Basisfaktor" in german.out
    assert "1 Zeile bleibt außen vor" in german.out
    shape = emma(*words, "--json").document["drivers"][0]["shape"]
    assert (shape["form"], shape["cliff"]["must_be"]) == ("cliff", True)


def test_suspects_are_named_in_words(emma: Run, real_logs: Path) -> None:
    table = real_logs / "churn" / "ibm_v11_leak_trap" / "Telco_customer_churn_status.xlsx"
    ran = emma("journeys", "drivers", "--table", table, "--outcome", "Churn Value", "--no-shapes")
    assert "! Churn Reason is filled in almost only when the outcome has happened" in ran.out
    assert "No driver: Quarter (says the same everywhere)." in ran.out


def test_credit_by_every_model_is_one_document(emma: Run, paths_file: Path) -> None:
    ran = emma("journeys", "attribution", "--paths", paths_file, "--json")
    assert (ran.code, ran.document["conversions"], ran.document["ways"]) == (0, 2, 4)
    (b, a) = ran.document["channels"]
    assert (a["name"], a["first"], a["last"], a["linear"], a["shapley"]) == ("a", 1.0, 0.0, 0.5, 0.5)
    assert b["markov1"] > a["markov1"]
    assert {"time_decay", "position", "markov2", "markov3", "spread"} <= a.keys()
    assert "hold-out" in ran.document["note"]


def test_credit_by_every_model_is_said_in_words(emma: Run, paths_file: Path) -> None:
    ran = emma("journeys", "attribution", "--paths", paths_file, "--language", "de")
    assert "2 Abschlüsse auf 4 Wegen (50,0 %)" in ran.out
    assert "Zurechnung ist keine Ursache" in ran.out


def test_rows_that_are_none_are_mentioned(emma: Run, tmp_path: Path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("path,conversions\na,1\nb,1,x,y\n", encoding="utf-8")
    ran = emma("journeys", "attribution", "--paths", path, "--json")
    assert ran.document["conversions"] == 1
    assert "1 row of the file cannot be read" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("drivers",), 2, "--outcome"),
        (("drivers", "--outcome", "nps", "--goal", "Kauf"), 2, "--goal"),
        (("drivers", "--table", "none.csv"), 2, "--outcome"),
        (("attribution",), 2, "--paths"),
        (("attribution", "--paths", "none.csv", "--goal", "Kauf"), 2, "--goal"),
        (("drivers", "--table", "none.csv", "--outcome", "a"), 1, "none.csv"),
        (("attribution", "--paths", "."), 1, "folder"),
    ],
)
def test_what_is_missing_is_named(emma: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ran = emma("journeys", *words)
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""
