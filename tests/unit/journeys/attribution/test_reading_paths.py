"""Ways out of a file: recognised by their columns, refused row by row."""

from pathlib import Path

import pytest

from tanteemma.ingest.formats.table import read_table
from tanteemma.journeys.attribution.answers import attribute
from tanteemma.journeys.attribution.paths import Paths
from tanteemma.journeys.attribution.reading import PathsQuestion, paths_in
from tanteemma.model.problems import Problem, Problems


def _read(folder: Path, text: str, question: PathsQuestion | None = None) -> Paths:
    path = folder / "paths.csv"
    path.write_text(text, encoding="utf-8")
    return paths_in(read_table(path), question or PathsQuestion())


def _refused(folder: Path, text: str, question: PathsQuestion | None = None) -> list[Problem]:
    with pytest.raises((Problem, Problems)) as refused:
        _read(folder, text, question)
    error = refused.value
    if isinstance(error, Problems):
        return list(error.problems)
    assert isinstance(error, Problem)
    return [error]


def _ways(paths: Paths) -> list[tuple[str, int, int]]:
    names = [paths.channels[step] for step in paths.steps.tolist()]
    return [
        (" ".join(names[start:end]), conversions, nulls)
        for start, end, conversions, nulls in zip(
            paths.offsets[:-1].tolist(),
            paths.offsets[1:].tolist(),
            paths.conversions.tolist(),
            paths.nulls.tolist(),
            strict=True,
        )
    ]


def test_the_file_of_ten_thousand_paths_is_read(real_logs: Path) -> None:
    paths = paths_in(read_table(real_logs / "attribution" / "PathData.csv.gz"), PathsQuestion())
    assert (len(paths.conversions), paths.converted, int(paths.nulls.sum()), len(paths.channels)) == (
        10_000,
        19_785,
        68_602,
        12,
    )
    assert round(attribute(paths).channels[0].markov1 or 0, 1) == 5344.9


def test_german_columns_and_other_separators_are_understood(tmp_path: Path) -> None:
    text = "Weg;Konversionen;ohne Konversion\nAnzeige | E-Mail;2;3\nE-Mail;;1\n"
    assert _ways(_read(tmp_path, text)) == [("Anzeige E-Mail", 2, 3), ("E-Mail", 0, 1)]
    assert _ways(_read(tmp_path, "path,conversions\na → b,1\n")) == [("a b", 1, 0)]


def test_a_row_for_each_way_with_yes_or_no_counts_no_as_one(tmp_path: Path) -> None:
    assert _ways(_read(tmp_path, "path,converted\na > b,1\na,0\n")) == [("a b", 1, 0), ("a", 0, 1)]


def test_columns_and_separator_can_be_said(tmp_path: Path) -> None:
    said = PathsQuestion(path="Kette", conversions="n", nulls="m", separator="-")
    assert _ways(_read(tmp_path, "Kette;n;m\na > b-c;4;5\n", said)) == [("a > b c", 4, 5)]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = _refused(tmp_path, "way,conversions\na,1\n")
    assert (problem.code, problem.params["field"]) == ("column_unknown", "--path")
    (problem,) = _refused(tmp_path, "path,conversions\na,1\n", PathsQuestion(conversions="conversion"))
    assert problem.params["hint"] == "conversions"


def test_rows_without_a_way_or_with_a_hole_in_it_are_named(tmp_path: Path) -> None:
    problems = _refused(tmp_path, "path,conversions\na > b,1\n,1\na > > b,1\n")
    assert [(problem.code, problem.params["row"]) for problem in problems] == [("path_empty", 2), ("path_empty", 3)]


def test_counts_are_whole_numbers_from_nothing_on(tmp_path: Path) -> None:
    problems = _refused(tmp_path, "path,conversions\na,1\nb,-1\nc,1.5\n")
    assert [(problem.code, problem.params["row"], problem.params["field"]) for problem in problems] == [
        ("count_invalid", 2, "conversions"),
        ("count_invalid", 3, "conversions"),
    ]
    (problem,) = _refused(tmp_path, "path,conversions\na,1\nb,viele\nc,2\nd,3\n")
    assert (problem.code, problem.params["value"]) == ("number_invalid", "viele")
