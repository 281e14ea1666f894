"""Every tool's page from a real document: hostile texts stay texts, one sheet leads to the next, everything is gathered."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.edge.document_making import draft_of, new_view, on_map, tools_view
from tanteemma.serve.edge.document_reading import document_view, part_view
from tanteemma.serve.edge.document_saving import said_edits
from tanteemma.serve.edge.initiatives import initiatives_view
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell, View
from tanteemma.store.operational import Operational, Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Scalar
from tanteemma.workshop.edits import Add, Change, Edit, Move
from tanteemma.workshop.following import ABOUT, FINDING, NEXT, carried_words
from tanteemma.workshop.keeping import Document, Draft, Editor
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind
from tests.unit.serve.pages.test_map_pages import elements
from tests.unit.store.operational.conftest import clock, operational

__all__ = ["clock", "operational"]

ANNA: Final = Editor("Anna", "w1")
KINDS: Final[dict[str, DocumentKind]] = {name: kind for name, kind in document_kinds.all().items() if name != "map"}
HOSTILE: Final = "<script>alert(1)</script> \"' onload=x {{ 7 * 7 }} {need} </textarea>"
#: as harmless as it is, it names as many people where names are told apart: one
PLAIN: Final = "Wort"


def value_of(field: Field, words: str) -> Scalar:
    said: dict[FieldKind, Scalar] = {
        FieldKind.DATE: "2026-03-01",
        FieldKind.SWITCH: True,
        FieldKind.LINKS: ("document:gone", "finding:abc"),
        FieldKind.CHOICE: field.choices[-1] if field.choices else None,
        FieldKind.REFERENCE: None,
        FieldKind.PICTURE: "abc",
        FieldKind.RULE: "event = 'Anruf'",
    }
    if field.kind in {FieldKind.SCALE, FieldKind.NUMBER}:
        return int(field.low or 0) + 1
    return said.get(field.kind, words)


def filled(kind: DocumentKind, words: str) -> Draft:
    edits: list[Edit] = []
    for part in kind.parts:
        for at in range(3):
            place = {axis.name: axis.areas[at] for axis in part.axes if axis.areas}
            place |= {axis.name: f"p{at - 1}" for axis in part.axes if axis.of and at}
            fields = {field.name: value_of(field, words) for field in part.fields}
            edits.append(Add(kind=part.name, id=f"p{at}", place=place, fields=fields))
    return Draft(kind=kind.name, name=words, fields={field.name: value_of(field, words) for field in kind.fields}, edits=edits)


def written(operational: Operational, change: Callable[[Transaction], Any]) -> Any:
    with operational.begin() as tx:
        return change(tx)


def made(operational: Operational, draft: Draft) -> Document:
    document: Document = written(operational, lambda tx: keeping.make(tx, draft, ANNA))
    return document


def drawn(language: str, template: str, view: View) -> str:
    return renderer(language).render(template, view, Shell(path="/documents/k", csrf_token="t"))  # noqa: S106 - made up


@pytest.mark.parametrize("name", KINDS)
def test_markup_in_every_field_of_a_tool_stays_text(name: str, operational: Operational) -> None:
    plain, hostile = (made(operational, filled(KINDS[name], words)) for words in (PLAIN, HOSTILE))
    for language in LANGUAGES:
        pages = []
        for document in (plain, hostile):
            with operational.read() as tx:
                view = document_view(tx, document.key, language, "w1")
                shown = [drawn(language, "pages/document.html", view)]
                for part in document.content.parts[:1]:
                    page = part_view(tx, document, part, language, "w1")
                    shown.append(drawn(language, "pages/document_part.html", page))
            pages.append(shown)
        for one, other in zip(*pages, strict=True):
            assert elements(one) == elements(other)
            assert "<script>alert" not in other


@pytest.mark.parametrize("name", KINDS)
def test_an_empty_tool_has_its_page_and_its_form(name: str, operational: Operational) -> None:
    key = made(operational, Draft(kind=name, name="Leer")).key
    for language in LANGUAGES:
        with operational.read() as tx:
            assert "Leer" in drawn(language, "pages/document.html", document_view(tx, key, language, ""))
            assert "<form" in drawn(language, "pages/document_new.html", new_view(tx, {"kind": name}, language))
            assert "Leer" in drawn(language, "pages/tools.html", tools_view(tx))
            assert drawn(language, "pages/initiatives.html", initiatives_view(tx, language))


def test_everything_that_may_follow_exists_and_takes_the_words_along() -> None:
    known = set(document_kinds.all())
    assert set(NEXT) == known | {FINDING}
    for kinds in NEXT.values():
        for kind in kinds:
            assert kind in known
    for kind, field in ABOUT.items():
        assert document_kinds.named(kind).field(field) is not None, kind
    assert carried_words(FINDING, "Medienbruch", "five_whys") == {"trouble": "Medienbruch"}


def test_a_weak_spot_leads_to_its_cause_a_hypothesis_an_opportunity_and_onto_the_map(operational: Operational) -> None:
    with operational.read() as tx:
        form = new_view(tx, {"kind": "five_whys", "from": "finding:abc", "text": "Kunden rufen an"}, "de")
    assert form.name == "Kunden rufen an"
    said = {"kind": "five_whys", "name": form.name, "from": form.source, "field.trouble": "Kunden rufen an"}
    whys = made(operational, draft_of(said))
    assert whys.content.said("links") == ("finding:abc",)
    why = Add(kind="why", id="w", fields={"text": "Der Stand ist alt", "level": "measured"})
    written(operational, lambda tx: keeping.edit(tx, whys.key, [why], ANNA))
    with operational.read() as tx:
        form = new_view(tx, {"kind": "hypothesis", "from": f"document:{whys.key}/w"}, "de")
    assert {one.field.name: one.value for one in form.inputs}["need"] == "Der Stand ist alt"
    hypothesis = made(operational, draft_of({"kind": "hypothesis", "name": "H", "from": form.source, "field.solution": "SMS"}))
    with operational.read() as tx:
        assert [row.name for row in document_view(tx, whys.key, "de", "").pointing] == ["H"]
        view = document_view(tx, hypothesis.key, "de", "")
        assert view.points_to[0].name.endswith("Der Stand ist alt")
        assert view.points_to[0].href == f"/documents/{whys.key}#part-w"
        form = new_view(tx, {"kind": "opportunity", "from": f"document:{hypothesis.key}"}, "de")
    assert {one.field.name: one.value for one in form.inputs}["idea"] == "SMS"
    edits = [Add(kind="phase", id="p", fields={"name": "Kauf"}), Add(kind="lane", id="l", fields={"kind": "opportunities"})]
    drawn_map = made(operational, Draft(kind="map", name="Karte", edits=edits))
    with operational.read() as tx:
        cells = document_view(tx, hypothesis.key, "de", "").cells
    assert cells == ((f"{drawn_map.key}/p/l", "Karte → Kauf"),)
    found: Document = written(operational, lambda tx: on_map(tx, hypothesis.key, cells[0][0], ANNA))
    (card,) = found.content.of_kind("card")
    assert (card.text("text"), card.said("links")) == ("SMS", (f"document:{hypothesis.key}",))


@pytest.mark.parametrize("cell", ["", "a/b", "nowhere/p/l", "x/y/z/w"])
def test_a_cell_that_is_not_there_is_refused(cell: str, operational: Operational) -> None:
    key = made(operational, Draft(kind="insight", name="I")).key
    with pytest.raises(Problem) as refused:
        written(operational, lambda tx: on_map(tx, key, cell, ANNA))
    assert refused.value.code in {ProblemCode.CHOICE_UNKNOWN, ProblemCode.DOCUMENT_UNKNOWN}


def test_what_is_to_be_done_is_gathered_and_narrowed(operational: Operational) -> None:
    late = {"owner": "Ada", "due": "2026-03-01", "state": "doing"}
    made(operational, Draft(kind="initiative", name="Spät", fields=late))
    made(operational, Draft(kind="initiative", name="Fertig", fields=late | {"state": "done"}))
    decided = Add(kind="remark", place={"area": "decided"}, fields={"text": "Beschluss", "owner": "Bo"})
    made(operational, Draft(kind="strategy_review", name="März", edits=[decided]))
    costs = {"cost_low": 100, "cost_high": 300, "confidence": 5, "effort": 1}
    made(operational, Draft(kind="opportunity", name="Klein", fields=costs))
    made(operational, Draft(kind="opportunity", name="Groß", fields=costs | {"cost_high": 3000}))
    made(operational, Draft(kind="opportunity", name="Offen"))
    with operational.read() as tx:
        view = initiatives_view(tx, "de")
        assert [(row.text, row.late) for row in view.work] == [("Spät", True), ("Beschluss", False)]
        assert [row.text for row in view.over] == ["Fertig"]
        assert [row.text for row in initiatives_view(tx, "de", "", "done").work] == ["Fertig"]
        assert (view.open, view.late, view.owners) == (2, 1, ("Ada", "Bo"))
        assert [(row.name, row.place) for row in view.opportunities] == [("Groß", 1), ("Klein", 2), ("Offen", None)]
        assert [row.text for row in initiatives_view(tx, "de", "Bo").work] == ["Beschluss"]
        assert [row.text for row in initiatives_view(tx, "de", "", "late").work] == ["Spät"]


def test_a_form_changes_only_what_somebody_changed_in_it() -> None:
    said = {"field.a": "x", "was.a": "x", "field.b": "neu\r\nzwei", "was.b": "alt", "at": "p", "seen": "7"}
    assert said_edits(said) == [Change(field="b", value="neu\r\nzwei", at="p", seen=7)]
    assert said_edits({"field.c": "", "was.c": "", "seen": "not a number"}) == []


def test_a_note_moved_to_another_area_is_moved_back_by_undo(operational: Operational) -> None:
    add = Add(kind="impression", id="n", place={"area": "thinks"}, fields={"text": "Hm"})
    key = made(operational, Draft(kind="empathy_map", name="E", edits=[add])).key
    written(operational, lambda tx: keeping.edit(tx, key, [Move(id="n", place={"area": "says"}, seen=1)], ANNA))
    back: Document = written(operational, lambda tx: keeping.undo(tx, key, ANNA))
    assert [part.place for part in back.content.parts] == [{"area": "thinks"}]
