"""Documents as files: what goes out comes in again; what is damaged, newer or no document at all says so."""

import json
from typing import Any

import pytest

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.model.texts import LANGUAGES
from tanteemma.store.operational import Operational, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.differences import Changed, differences
from tanteemma.workshop.edits import Add, Change, Edit, Move, Remove
from tanteemma.workshop.exchange import FORMAT, as_file, from_file
from tanteemma.workshop.keeping import Draft, Editor
from tanteemma.workshop.templates import TEMPLATES, map_from, template_named

ANNA = Editor("Anna")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_makes_a_map_that_goes_out_and_comes_in_again(
    operational: Operational, name: str, language: str
) -> None:
    template = template_named(name)
    draft = map_from(template, "Karte", language, template.optional)
    with operational.begin() as tx:
        document = keeping.make(tx, draft, ANNA)
        raw = as_file(document.kind, document.name, document.content)
        again = keeping.make(tx, from_file(raw), ANNA)
    assert len(document.content.of_kind("phase")) == len(template.phases)
    assert differences(document.content, again.content) == []
    assert as_file(again.kind, again.name, again.content) == raw


def test_optional_phases_are_there_only_if_wanted() -> None:
    edits = map_from(template_named("seven"), "K", "de").edits
    names = [edit.id for edit in edits if isinstance(edit, Add) and edit.kind == "phase"]
    assert "use" not in names
    assert len(names) == 7


def written(**fields: Any) -> bytes:
    return json.dumps({"format": FORMAT, "format_version": 1, "kind": "map", "name": "K"} | fields).encode()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", ProblemCode.INVALID_JSON),
        (b"\xff\xfe{", ProblemCode.INVALID_JSON),
        (b'{"name":' + b"[" * 100_000, ProblemCode.INVALID_JSON),
        (b"[]", ProblemCode.DOCUMENT_INVALID),
        (b"{}", ProblemCode.DOCUMENT_INVALID),
        (written(format_version=2), ProblemCode.DOCUMENT_NEWER),
        (written(kind="horoscope"), ProblemCode.DOCUMENT_KIND_UNKNOWN),
        (written(parts=[{"id": 1}]), ProblemCode.DOCUMENT_INVALID),
        (written(parts=[{"id": str(at), "kind": "phase"} for at in range(2001)]), ProblemCode.TOO_MANY_PARTS),
        (b" " * (10 * 1024 * 1024 + 1), ProblemCode.TOO_LARGE),
    ],
)
def test_what_is_no_document_is_said(raw: bytes, code: ProblemCode) -> None:
    with pytest.raises(Problem) as caught:
        from_file(raw)
    assert caught.value.code is code


@pytest.mark.parametrize(
    "parts",
    [
        [{"id": "p", "kind": "phase", "fields": {"name": "x" * 301}}],
        [{"id": "p", "kind": "phase", "fields": {"name": {"a": 1}}}],
        [{"id": "p", "kind": "phase", "fields": {}}],
        [{"id": "c", "kind": "card", "place": {"phase": "p"}, "fields": {"text": "x"}}],
        [{"id": "p", "kind": "phase", "fields": {"name": "x"}}, {"id": "p", "kind": "phase", "fields": {"name": "y"}}],
    ],
)
def test_what_is_wrong_in_a_file_makes_no_document(operational: Operational, parts: list[Any]) -> None:
    with pytest.raises((Problem, Problems)), operational.begin() as tx:
        keeping.make(tx, from_file(written(parts=parts)), ANNA)
    with operational.read() as tx:
        assert documents.every(tx) == []


def test_differences_name_what_was_added_said_moved_and_removed(operational: Operational) -> None:
    with operational.begin() as tx:
        key = keeping.make(tx, map_from(template_named("aida"), "K", "de"), ANNA).key
        before = keeping.open_document(tx, key).content
        card = Add(kind="card", id="c", place={"phase": "interest", "lane": "lane-pains"}, fields={"text": "neu"})
        first = keeping.edit(tx, key, [card], ANNA).document
        edits: list[Edit] = [
            Move(id="c", place={"phase": "desire"}, seen=9),
            Change(at="c", field="text", value="anders", seen=9),
            Remove(id="action", seen=9),
            Change(field="scope", value="alles"),
        ]
        after = keeping.edit(tx, key, edits, ANNA).document.content
    assert [one.what for one in differences(before, first.content)] == [Changed.ADDED]
    found = [(one.what, one.field) for one in differences(first.content, after)]
    assert found == [(Changed.SAID, "scope"), (Changed.MOVED, ""), (Changed.SAID, "text"), (Changed.REMOVED, "")]


def test_a_draft_of_nothing_is_a_document() -> None:
    assert Draft(kind="map", name="K").edits == ()
