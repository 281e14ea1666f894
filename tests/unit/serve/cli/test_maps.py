"""``emma map``: from a template to every file, by name or key, JSON for programs."""

import json
from pathlib import Path

import pytest

from tests.unit.serve.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path, emma: Run) -> Path:
    where = tmp_path / "data"
    assert emma("init", "--data", where).code == 0
    assert emma("map", "create", "Unser Weg", "--template", "seven", "--with", "use", "--data", where).code == 0
    return where


def test_a_map_is_made_listed_shown_and_removed(emma: Run, folder: Path) -> None:
    (one,) = emma("map", "list", "--data", folder, "--json").document["documents"]
    assert (one["name"], one["version"], one["changed_by"]) == ("Unser Weg", 1, "owner")
    shown = emma("map", "show", "unser weg", "--data", folder).document
    assert shown["format"] == "tante-emma/document"
    assert "use" in [part["id"] for part in shown["parts"] if part["kind"] == "phase"]
    (version,) = emma("map", "versions", one["key"], "--data", folder, "--json").document["versions"]
    assert version["version"] == 1
    assert emma("map", "remove", "Unser Weg", "--data", folder, "--json").document == {"removed": one["key"]}
    assert emma("map", "list", "--data", folder, "--json").document == {"documents": []}


@pytest.mark.parametrize(("name", "begins"), [("m.json", b"{"), ("m.svg", b"<svg"), ("m.pdf", b"%PDF"), ("m.xlsx", b"PK")])
def test_the_name_of_the_file_says_the_format(emma: Run, folder: Path, tmp_path: Path, name: str, begins: bytes) -> None:
    said = emma("map", "export", "Unser Weg", "--output", tmp_path / name, "--data", folder, "--json").document
    raw = (tmp_path / name).read_bytes()
    assert raw.startswith(begins)
    assert said["bytes"] == len(raw)


def test_json_and_excel_come_back(emma: Run, folder: Path, tmp_path: Path) -> None:
    for name in ("m.json", "m.xlsx"):
        assert emma("map", "export", "Unser Weg", "--output", tmp_path / name, "--data", folder).code == 0
        made = emma("map", "import", tmp_path / name, "--name", name, "--data", folder, "--json").document["documents"][0]
        assert made["name"] == name
    first, second = (emma("map", "show", name, "--data", folder).document for name in ("Unser Weg", "m.json"))
    assert first["parts"] == second["parts"]


def test_a_board_deck_and_a_blank_poster(emma: Run, folder: Path, tmp_path: Path) -> None:
    where = ("--data", folder)
    assert emma("map", "export", "Unser Weg", "--format", "deck", "--output", tmp_path / "d.pptx", *where).code == 0
    assert emma("map", "export", "Unser Weg", "--blank", "--paper", "A0", "--output", tmp_path / "b.pdf", *where).code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "gibt es nicht"), "document_unknown"),
        (("create", "x", "--template", "zwölf"), "template_unknown"),
        (("create", "x", "--template", "aida", "--with", "use"), "question_invalid"),
        (("create", " "), "field_missing"),
        (("create", "x" * 301), "text_too_long"),
        (("import", "/nicht/da.json"), "unreadable_file"),
        (("export", "Unser Weg", "--format", "docx", "--output", "-"), "question_invalid"),
        (("export", "Unser Weg", "--format", "pdf", "--paper", "a9", "--output", "-"), "question_invalid"),
        (("export", "Unser Weg", "--version", "9", "--format", "svg", "--output", "-"), "document_version"),
        (("export", "Unser Weg", "--format", "deck", "--master", "/nicht/da.pptx", "--output", "-"), "unreadable_file"),
    ],
)
def test_what_is_wrong_is_said(emma: Run, folder: Path, words: tuple[str, ...], code: str) -> None:
    ran = emma("map", *words, "--data", folder, "--json")
    assert ran.code in {1, 2}
    assert json.loads(ran.out or ran.err)["error"]["code"] == code


def test_two_maps_of_one_name_are_told_apart_by_their_keys(emma: Run, folder: Path) -> None:
    emma("map", "create", "Unser Weg", "--data", folder)
    ran = emma("map", "show", "Unser Weg", "--data", folder, "--json")
    assert ran.code != 0
    keys = [one["key"] for one in emma("map", "list", "--data", folder, "--json").document["documents"]]
    assert len(keys) == 2
    assert emma("map", "show", keys[0], "--data", folder).code == 0
