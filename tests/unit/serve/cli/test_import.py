"""Importing by command: one document, questions where somebody sits at the terminal, clear words where nobody does."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.messages import Answered, CountRows, Message, PreviewFile, Progress, StartImport
from tanteemma.store.folder import DataFolder
from tests.unit.serve.cli.conftest import Run, server_that_says

pytestmark = pytest.mark.unix_socket

STATE = {"number": 1, "name": "a.csv", "format": "csv", "source": "a", "state": "done"}
COUNTS = {"received": 5, "accepted": 3, "duplicate": 1, "quarantined": 1, "rejected": 0}
BAD = {"code": "number_invalid", "row": 4, "field": "Betrag", "value": "zwölf", "count": 1}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("Kunde;Zeit;Ereignis\n1;2026-01-01;Kauf\n", encoding="utf-8")
    return path


def done(message: Message, asked: Asked) -> Answered:
    assert isinstance(message, StartImport)
    asked.say(Progress(done_bytes=10, total_bytes=40, rows=1))
    return Answered(body=msgspec.json.encode(STATE | COUNTS | {"problems": [BAD]}))


def test_the_document_has_the_promised_shape(emma: Run, folder: DataFolder, file: Path) -> None:
    with server_that_says(folder, done):
        ran = emma("import", file, "--data", folder.path, "--json")
    assert (ran.code, ran.err) == (0, "")
    document = ran.document
    assert list(document) == [*COUNTS, "problems", "seconds"]
    assert {name: document[name] for name in COUNTS} == COUNTS
    assert document["problems"] == [BAD]
    assert isinstance(document["seconds"], float)


def test_several_files_are_counted_together(emma: Run, folder: DataFolder, file: Path) -> None:
    with server_that_says(folder, done):
        ran = emma("import", file, file, "--data", folder.path, "--json")
    assert {name: ran.document[name] for name in COUNTS} == {name: 2 * value for name, value in COUNTS.items()}


def test_people_read_where_every_row_went(emma: Run, folder: DataFolder, file: Path) -> None:
    with server_that_says(folder, done):
        ran = emma("import", file, "--data", folder.path)
    assert 'Row 4, field "Betrag", value "zwölf": This is not a number.' in ran.out
    assert "80.0%" in ran.out
    assert "emma quarantine list" in ran.out


def test_a_trial_run_counts_and_stores_nothing(emma: Run, folder: DataFolder, file: Path) -> None:
    def count(message: Message, _asked: Asked) -> Answered:
        assert isinstance(message, CountRows)
        return Answered(
            body=msgspec.json.encode({"rows": 3, "quarantined": 1, "problems": [{"code": "row_ragged", "count": 1}]})
        )

    with server_that_says(folder, count):
        ran = emma("import", file, "--dry-run", "--data", folder.path, "--json")
    assert ran.code == 0
    counts = {"received": 4, "accepted": 3, "duplicate": 0, "quarantined": 1, "rejected": 0}
    assert {name: ran.document[name] for name in counts} == counts
    assert ran.document["problems"] == [{"code": "row_ragged", "row": None, "field": None, "value": None, "count": 1}]


def test_what_was_said_about_the_file_is_passed_on(emma: Run, folder: DataFolder, file: Path) -> None:
    heard: list[Message] = []

    def listen(message: Message, asked: Asked) -> Answered:
        heard.append(message)
        return done(message, asked)

    with server_that_says(folder, listen):
        emma(
            "import", file, "--format", "csv", "--columns", "person=Kunde,time=Zeit", "--source", "shop", "--data", folder.path
        )
    ticketless = [msgspec.structs.replace(message, ticket="") for message in heard if isinstance(message, StartImport)]
    assert ticketless == [
        StartImport(path=str(file), name="a.csv", source="shop", format="csv", columns={"person": "Kunde", "time": "Zeit"})
    ]


def test_an_unsettled_question_without_a_terminal_names_the_option(emma: Run, folder: DataFolder, file: Path) -> None:
    def ask_back(_message: Message, _asked: Asked) -> Answered:
        raise Problem(ProblemCode.MAPPING_NEEDED, status=422, field="role_time", allowed="Zeit, Datum")

    with server_that_says(folder, ask_back):
        ran = emma("import", file, "--data", folder.path, "--json")
    assert ran.code == 1
    assert ran.document["error"]["params"]["file"] == "a.csv"
    assert "--columns" in ran.err
    assert "Zeit, Datum" in ran.err


def test_a_failed_import_ends_with_one(emma: Run, folder: DataFolder, file: Path) -> None:
    def fail(_message: Message, _asked: Asked) -> Answered:
        return Answered(body=msgspec.json.encode(STATE | {"state": "failed", "problems": [{"code": "unreadable_file"}]}))

    with server_that_says(folder, fail):
        ran = emma("import", file, "--data", folder.path, "--json")
    assert ran.code == 1
    assert ran.document["problems"][0]["code"] == "unreadable_file"


def test_a_file_that_is_not_there_is_named(emma: Run, folder: DataFolder) -> None:
    ran = emma("import", "nowhere.csv", "--data", folder.path)
    assert ran.code == 1
    assert "nowhere.csv" in ran.err


class Terminal(io.StringIO):
    """A keyboard that has been typed on already."""

    def isatty(self) -> bool:
        return True


def preview(questions: list[dict[str, Any]], mapping: dict[str, Any]) -> bytes:
    return msgspec.json.encode(
        {
            "format": "csv",
            "fingerprint": "f",
            "columns": ["Kunde", "Zeit", "Ereignis", "Note"],
            "rows": [["1", "01.02.2026", "Kauf", "2"], ["2", "03.02.2026", None, "5"]],
            "mapping": {"format": "csv", "columns": {"person": "Kunde"}} | mapping,
            "questions": questions,
            "warnings": [{"code": "number_invalid", "column": "Note", "row": 3}],
        }
    )


QUESTIONS: list[dict[str, Any]] = [
    {"code": "role_time", "column": None, "choices": ["Zeit", "Note"]},
    {"code": "role_touchpoint", "column": None, "choices": ["Ereignis"]},
    {"code": "date_order", "column": "Zeit", "choices": ["dmy", "mdy"], "example": "01.02.2026"},
    {"code": "scale", "column": "Note", "choices": ["1-6:6", "1-6:1"], "example": "1 … 6"},
]


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def prepare(keys: str) -> None:
        monkeypatch.setattr("sys.stdin", Terminal(keys))
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    return prepare


def test_at_a_terminal_the_questions_are_asked_and_the_answers_become_the_mapping(
    emma: Run, folder: DataFolder, file: Path, type_in: Callable[[str], None]
) -> None:
    heard: list[Message] = []

    def answer(message: Message, asked: Asked) -> Answered:
        heard.append(message)
        if not isinstance(message, PreviewFile):
            return done(message, asked)
        settled = message.mapping is not None
        mapping = msgspec.json.decode(message.mapping) if message.mapping else {}
        return Answered(body=preview([] if settled else QUESTIONS, mapping))

    type_in("1\n9\n1\n1\n2\nj\n")
    with server_that_says(folder, answer):
        ran = emma("import", file, "--data", folder.path)
    assert ran.code == 0, ran.err
    assert "Kauf" in ran.out
    start = heard[-1]
    assert isinstance(start, StartImport)
    mapping = msgspec.json.decode(start.mapping or b"")
    assert mapping["columns"] == {"person": "Kunde", "time": "Zeit", "touchpoint": "Ereignis"}
    assert mapping["dialect"]["date_order"] == "dmy"
    assert mapping["scale"] == {"low": 1.0, "high": 6.0, "best": 1.0, "metric": None}


def test_at_a_terminal_nothing_is_read_in_without_a_yes(
    emma: Run, folder: DataFolder, file: Path, type_in: Callable[[str], None]
) -> None:
    def answer(message: Message, _asked: Asked) -> Answered:
        assert isinstance(message, PreviewFile)
        return Answered(body=preview([], {}))

    for keys in ("n\n", "maybe\nnein\n"):
        type_in(keys)
        with server_that_says(folder, answer):
            assert emma("import", file, "--data", folder.path).code == 1
