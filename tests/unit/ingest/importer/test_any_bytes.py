"""Whatever bytes a file has: a preview or a problem, every row counted, nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.importer import count_rows, dry_run, preview_file
from tanteemma.model.problems import Problem
from tests.unit.ingest.formats.test_event_logs import JSON_LOG, TRACE, XML_LOG
from tests.unit.ingest.formats.test_typed_formats import SCORES, workbook

SEEDS = {
    "a.csv": b'Kunde;Datum;Ereignis;Betrag\r\n1;1.1.2026;"Kauf; ""neu""";1.234,5\r\n2;2.1.2026;Anruf;\r\n',
    "a.xes": f'<?xml version="1.0" encoding="UTF-8"?><log>{TRACE}{TRACE}</log>'.encode(),
    "a.jsonl": b'{"user_id":1,"event":"a","timestamp":"2026-01-01T00:00:00Z","p":{"x":1.5}}\n{"user_id":2,"event":"b"}\n',
    "a.jsonocel": json.dumps(JSON_LOG).encode(),
    "a.xmlocel": XML_LOG.encode(),
}
PIECES = st.sampled_from(
    [b'"', b";", b"\r", b"\n", b"\0", b"<", b"&a;", b"<!DOCTYPE a>", b"{", b"[", b"\xff", b"\xe2\x82\xac", b"1e999"]
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(PIECES, st.binary(max_size=3))), max_size=5)


def changed(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, gone, piece in changes:
        place = int(where * len(content))
        content = content[:place] + piece + content[place + gone :]
    return content


def status_of(path: Path) -> int:
    """The status an import would answer with; rows are counted on the way."""
    try:
        found = preview_file(path, path.name)
        rows, bad = count_rows(path, found)
        report = dry_run(path, found.mapping)
    except Problem as problem:
        return problem.status
    assert report.received == rows + bad == report.accepted + report.quarantined
    assert report.quarantined >= bad
    return 202


def check(path: Path) -> None:
    status = status_of(path)
    assert status == 202 or 400 <= status < 500


@given(name=st.sampled_from(sorted(SEEDS)), changes=CHANGES, encoding=st.sampled_from(["", "utf-16"]))
def test_a_damaged_file_is_read_as_far_as_it_goes(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[float, int, bytes]], encoding: str
) -> None:
    path = tmp_path_factory.mktemp("x") / name
    content = changed(SEEDS[name], changes)
    path.write_bytes(content.decode("latin-1").encode(encoding) if encoding else content)
    check(path)


@given(where=st.floats(0, 1), piece=st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, where: float, piece: bytes) -> None:
    path = workbook(tmp_path_factory.mktemp("x") / "a.xlsx", {"x": SCORES})
    content = path.read_bytes()
    place = int(where * (len(content) - len(piece)))
    path.write_bytes(content[:place] + piece + content[place + len(piece) :])
    check(path)


@pytest.mark.parametrize(
    "line",
    [
        ';"x' * 80_000,
        "a@" + "." * 60_000 + " x",
        "1" * 60_000,
        "1." * 30_000,
        '"' * 200_001,
        ";" * 200_000,
        "'x;" * 60_000,
        "\n" * 200_000,
        ";\n" * 80_000,
        '1;"a\n' * 50_000,
        "31.12." * 10_000,
    ],
)
def test_the_worst_lines_are_read_to_their_end(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Kunde;Datum;Betrag\n" + line + ";x\n" + line, "utf-8")
    check(path)
    path.write_text(line, "utf-8")
    check(path)
