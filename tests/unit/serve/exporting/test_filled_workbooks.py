"""A map leaves as a workbook, somebody fills it in, it comes back: only what was changed changes, and nothing goes unasked."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting.making import written as file_of
from tanteemma.serve.exporting.order import ExportFormat
from tanteemma.serve.exporting.ordering import order_of
from tanteemma.serve.exporting.reading import draft_of
from tanteemma.serve.filling import fill, filling_of
from tanteemma.store.operational import Operational, Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.differences import Changed, differences
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Change
from tanteemma.workshop.exchange import as_file, from_file
from tanteemma.workshop.keeping import Draft, Editor
from tests.unit.store.operational.conftest import clock, operational
from tests.unit.workshop.made_maps import NAME, nasty, whole

__all__ = ["clock", "operational"]

pytest.importorskip("xlsxwriter")
ANNA = Editor("Anna", "a")
PERSONA = Draft(kind="persona", name="Sabine")


def written(operational: Operational, change: Callable[[Transaction], Any]) -> Any:
    with operational.begin() as tx:
        return change(tx)


@pytest.fixture(params=["de", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def key(operational: Operational) -> str:
    """A map with something of everything, and a lane of one persona's emotions."""
    kind = document_kinds.all()["map"]
    made = written(operational, lambda tx: keeping.make(tx, from_file(as_file(kind, NAME, whole())), ANNA))
    persona = written(operational, lambda tx: keeping.make(tx, PERSONA, ANNA)).key
    lane = Add(kind="lane", id="hers", fields={"kind": "emotion", "persona": persona})
    felt = Add(kind="feeling", id="f", place={"phase": "decision", "lane": "hers"}, fields={"feeling": -1})
    written(operational, lambda tx: keeping.edit(tx, made.key, [lane, felt], ANNA))
    return str(made.key)


def workbook(operational: Operational, key: str, language: str) -> openpyxl.Workbook:
    with operational.read() as tx:
        order = order_of(tx, keeping.open_document(tx, key), ExportFormat.XLSX, language, date(2026, 11, 27))
    return openpyxl.load_workbook(io.BytesIO(file_of(order)))


def cell_with(book: openpyxl.Workbook, words: str) -> Any:
    return next(cell for row in book.worksheets[0].iter_rows() for cell in row if words in str(cell.value or "").split("\n"))


def back(book: openpyxl.Workbook, language: str) -> Draft:
    out = io.BytesIO()
    book.save(out)
    return draft_of(out.getvalue(), language)


def content(operational: Operational, key: str) -> Content:
    with operational.read() as tx:
        return keeping.open_document(tx, key).content


def test_a_workbook_nobody_touched_changes_nothing(operational: Operational, key: str, language: str) -> None:
    draft = back(workbook(operational, key, language), language)
    found = written(operational, lambda tx: filling_of(tx, key, draft, remove_missing=True))
    assert differences(found.document.content, found.after) == []
    assert found.missing == ()


def test_what_was_changed_changes_as_one_step_that_can_be_undone(operational: Operational, key: str, language: str) -> None:
    book = workbook(operational, key, language)
    need, pains = cell_with(book, "Passt sie in die Nische?"), cell_with(book, "Drei Anrufe, bis jemand zuständig ist")
    need.value += "\nKommt sie durch das Treppenhaus?"
    book.worksheets[0].cell(pains.row, pains.column - 1).value, pains.value = pains.value, None
    details = next(row for row in book.worksheets[1].iter_rows(min_row=2) if row[2].value == "Rückruf einführen")
    details[4].value, details[6].value = "Frau Öztürk", "done"
    new = book.worksheets[0]
    new.cell(4, new.max_column + 1).value = "Abschied"
    draft = back(book, language)
    before = content(operational, key)
    written(operational, lambda tx: fill(tx, key, draft, ANNA))
    after = content(operational, key)
    found = differences(before, after)
    assert sorted(one.what.value for one in found) == ["added", "added", "moved", "said", "said"]
    added = {part.text("text") or part.text("name") for one in found if one.what is Changed.ADDED and (part := one.part)}
    assert added == {"Kommt sie durch das Treppenhaus?", "Abschied"}
    said = {one.field: one.new for one in found if one.what is Changed.SAID}
    assert said == {"owner": "Frau Öztürk", "state": "done"}
    assert after.of_kind("phase")[-1].text("name") == "Abschied"
    written(operational, lambda tx: keeping.undo(tx, key, ANNA))
    assert differences(before, content(operational, key)) == []


def test_what_is_not_in_the_workbook_goes_only_if_that_is_wanted(operational: Operational, key: str) -> None:
    book = workbook(operational, key, "de")
    cell_with(book, "Rückruf mit Termin").value = ""
    draft = back(book, "de")
    found = written(operational, lambda tx: filling_of(tx, key, draft))
    assert [part.text("text") for part in found.missing] == ["Rückruf mit Termin"]
    assert differences(found.document.content, found.after) == []
    written(operational, lambda tx: fill(tx, key, draft, ANNA, remove_missing=True))
    assert "Rückruf mit Termin" not in [part.text("text") for part in content(operational, key).parts]


def test_two_cards_of_one_name_stay_two(operational: Operational, key: str) -> None:
    place = {"phase": "decision", "lane": "lane-needs"}
    twins = [Add(kind="card", id=f"t{at}", place=place, fields={"text": "Zwilling"}) for at in range(2)]
    written(operational, lambda tx: keeping.edit(tx, key, twins, ANNA))
    draft = back(workbook(operational, key, "de"), "de")
    found = written(operational, lambda tx: filling_of(tx, key, draft, remove_missing=True))
    assert differences(found.document.content, found.after) == []


def test_hostile_words_come_back_as_they_are(operational: Operational) -> None:
    kind = document_kinds.all()["map"]
    made = written(operational, lambda tx: keeping.make(tx, from_file(as_file(kind, NAME, nasty())), ANNA))
    draft = back(workbook(operational, made.key, "de"), "de")
    found = written(operational, lambda tx: filling_of(tx, made.key, draft))
    assert not [one for one in differences(found.document.content, found.after) if one.what is not Changed.SAID]


def test_somebody_who_was_quicker_is_not_overwritten(operational: Operational, key: str) -> None:
    book = workbook(operational, key, "de")
    next(row for row in book.worksheets[1].iter_rows(min_row=2) if row[2].value == "Beratung")[4].value = "Filiale"
    draft = back(book, "de")
    quicker = Change(at="x1", field="text", value="Beratung am Telefon", seen=9)
    written(operational, lambda tx: keeping.edit(tx, key, [quicker], Editor("Ben", "b")))
    found = written(operational, lambda tx: filling_of(tx, key, draft))
    assert [part.text("text") for part in found.missing] == ["Beratung am Telefon"]


@pytest.mark.parametrize("kind", ["persona", "map"])
def test_a_file_that_does_not_fit_is_refused(operational: Operational, key: str, kind: str) -> None:
    draft = Draft(kind=kind, name="x")
    if kind == "map":
        written(operational, lambda tx: keeping.remove(tx, key, ANNA, even_if_used=True))
    with pytest.raises(Problem) as caught:
        written(operational, lambda tx: fill(tx, key, draft, ANNA))
    assert caught.value.code in {ProblemCode.DOCUMENT_UNKNOWN, ProblemCode.DOCUMENT_IN_BIN}
