"""Every broken or unusual file gets the answer the catalogue states."""

import gzip
from pathlib import Path

import msgspec
import pytest

from tanteemma.ingest.formats.find import count_rows, preview_file
from tanteemma.model.problems import Problem


class Expected(msgspec.Struct):
    """What the catalogue states about one case."""

    status: int | None
    code: str | None = None
    rows: int | None = None
    quarantined: int | None = None


class Case(msgspec.Struct):
    """One case of the catalogue."""

    id: str
    group: str
    file: str | None
    expect: Expected
    stored: str | None = None


def _cases(folder: Path) -> list[Case]:
    lines = (folder / "catalogue.jsonl").read_text("utf-8").splitlines()
    return [case for line in lines if (case := msgspec.json.decode(line, type=Case)).group in {"csv", "xes"}]


def _as_sent(folder: Path, case: Case, tmp_path: Path) -> Path:
    stored = folder / str(case.file)
    if case.stored != "gzip":
        return stored
    sent = tmp_path / stored.name.removesuffix(".gz")
    sent.write_bytes(gzip.decompress(stored.read_bytes()))
    return sent


def _answer(path: Path) -> Expected:
    try:
        rows, quarantined = count_rows(path, preview_file(path, path.name))
    except Problem as problem:
        return Expected(problem.status, problem.code.value)
    return Expected(202, None, rows, quarantined)


def test_every_file_of_the_corpus_gets_its_answer(bad_inputs: Path, tmp_path: Path) -> None:
    cases = _cases(bad_inputs)
    assert len(cases) == 24
    for case in cases:
        found, expected = _answer(_as_sent(bad_inputs, case, tmp_path)), case.expect
        assert found.status == expected.status, case.id
        assert expected.code in {None, found.code}, case.id
        assert expected.rows in {None, found.rows}, case.id
        assert expected.quarantined in {None, found.quarantined}, case.id


def test_no_answer_repeats_what_an_entity_wanted_to_read(bad_inputs: Path) -> None:
    path = bad_inputs / "xes" / "m04_xxe_file.xes"
    with pytest.raises(Problem) as caught:
        preview_file(path, path.name)
    assert caught.value.params == {}
