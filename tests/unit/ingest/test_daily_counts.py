"""Daily counts from CSV: as German companies and as advertisers export them; bad rows are named and left out."""

import contextlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.daily_counts import LARGEST, Counted, Wanted, read_counts
from tanteemma.model.daily_counts import DayCount
from tanteemma.model.problems import Problem

TODAY = date(2026, 11, 27)


def read(said: str, encoding: str = "utf-8", **more: Any) -> Counted:
    return read_counts(said.encode(encoding), Wanted(today=TODAY, **more))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_export(encoding: str) -> None:
    found = read('Reihe;Tag;Klicks;"Kosten (EUR)"\nWörter;01.03.2026;1.200;1.080,50\n', encoding)
    assert found.days == (DayCount("Wörter", date(2026, 3, 1), 1200, 1_080_500_000, "EUR"),)
    assert (found.delimiter, found.decimal, found.bad) == (";", ",", 0)


def test_an_english_export() -> None:
    found = read('date,campaign,impressions,cost,currency\n2026-03-01,A,"1,200","1,080.50",usd\n2026-03-02,A,7,$3.25,\n')
    assert [(one.contacts, one.spend, one.currency) for one in found.days] == [
        (1200, 1_080_500_000, "USD"),
        (7, 3_250_000, "USD"),
    ]
    assert found.columns["contacts"] == "impressions"


def test_semicolons_with_points_are_read_as_points() -> None:
    found = read("day;count;spend\n2026-03-01;1200;80.5\n2026-03-02;1200;1000\n", series="Ad")
    assert [one.spend for one in found.days] == [80_500_000, 1_000_000_000]


def test_rows_of_one_day_are_added_up() -> None:
    found = read("ad;day;count;cost\nA;2026-03-01;5;1,5\nA;2026-03-01;7;\nA;2026-03-02;1;\n")
    assert [(one.contacts, one.spend) for one in found.days] == [(12, 1_500_000), (1, None)]


@pytest.mark.parametrize(
    ("row", "code", "field", "value"),
    [
        ("A;32.03.2026;1;1", "time_invalid", "Tag", "32.03.2026"),
        ("A;03/04/2026;1;1", "time_invalid", "Tag", "03/04/2026"),
        ("A;01.03.2027;1;1", "time_in_future", "Tag", "01.03.2027"),
        ("A;01.03.1901;1;1", "time_out_of_range", "Tag", "01.03.1901"),
        ("A;;1;1", "field_missing", "Tag", ""),
        (";01.03.2026;1;1", "field_missing", "Reihe", ""),
        ("A;01.03.2026;;1", "field_missing", "Anzahl", ""),
        ("A;01.03.2026;viele;1", "number_invalid", "Anzahl", "viele"),
        ("A;01.03.2026;-3;1", "number_invalid", "Anzahl", "-3"),
        ("A;01.03.2026;1,5;1", "counts_not_whole", "Anzahl", "1,5"),
        ("A;01.03.2026;1;1.2.3", "number_invalid", "Kosten", "1.2.3"),
        ("A;01.03.2026;1", "", "", ""),
        (f"{'x' * 201};01.03.2026;1;1", "id_too_long", "Reihe", "x" * 80),
    ],
)
def test_a_bad_row_is_named_and_the_others_count(row: str, code: str, field: str, value: str) -> None:
    found = read(f"Reihe;Tag;Anzahl;Kosten\nA;28.02.2026;3;0,5\n{row}\n")
    if not code:
        assert not found.problems
        return
    (problem,) = found.problems
    assert (problem.code, problem.params["row"], problem.params["field"]) == (code, 3, field)
    assert problem.params["value"] == value
    assert len(found.days) == 1
    assert len(problem.sentence("de")) > 30


def test_one_series_has_one_currency() -> None:
    found = read("ad,day,count,cost,currency\nA,2026-03-01,1,1,EUR\nA,2026-03-02,1,1,USD\nB,2026-03-02,1,1,USD\n")
    assert [problem.code.value for problem in found.problems] == ["counts_currency"]
    assert len(found.days) == 2


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ("", "empty_body", None),
        ("a;b\n1;2", "counts_column_missing", "series"),
        ("ad;b;count\n1;2;3", "counts_column_missing", "day"),
        ("ad;day\n1;2", "counts_column_missing", "contacts"),
        ("ad;day;count\nA;x;3", "counts_no_rows", "day"),
        ("ad;day;count\n", "counts_no_rows", None),
    ],
)
def test_a_file_that_says_nothing_is_refused(said: str, code: str, field: str | None) -> None:
    with pytest.raises(Problem) as caught:
        read(said)
    assert (caught.value.code, caught.value.params.get("field")) == (code, field)


def test_columns_may_be_named() -> None:
    found = read("Wann;Wieviel\n2026-03-01;3\n", series="Ad", columns={"day": "wann", "contacts": "Wieviel"})
    assert found.days == (DayCount("Ad", date(2026, 3, 1), 3),)
    with pytest.raises(Problem, match="counts_column_missing"):
        read("day;count\n2026-03-01;3\n", series="Ad", columns={"day": "Wann"})
    with pytest.raises(Problem, match="question_invalid"):
        read("day;count\n2026-03-01;3\n", series="Ad", columns={"when": "day"})


def test_a_file_that_is_far_too_large_is_refused() -> None:
    with pytest.raises(Problem, match="too_large"):
        read_counts(b"x" * (LARGEST + 1), Wanted(today=TODAY))


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(raw: bytes) -> None:
    for start in (b"", b"ad;day;count;cost\n"):
        with contextlib.suppress(Problem):
            assert read_counts(start + raw, Wanted(today=TODAY, series="A")).days
