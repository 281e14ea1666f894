"""Every kind of document is whole: its texts stand in both languages, its sign is in the sprite, its board shows its parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tanteemma
from tanteemma.model.hooks import document_kinds
from tanteemma.model.texts import LANGUAGES, catalogue
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind, Layout

KINDS: dict[str, DocumentKind] = document_kinds.all()
SPRITE = (Path(tanteemma.__file__).parent / "serve/static/vendor/icons.svg").read_text()


def texts_of(kind: DocumentKind) -> Iterator[str]:
    yield f"document.kind.{kind.name}"
    yield f"document.kind.{kind.name}.about"
    yield from _of_fields(f"document.{kind.name}", kind.fields)
    yield from dict.fromkeys(f"document.{kind.name}.group.{group}" for group in groups_of(kind))
    for part in kind.parts:
        yield f"document.part.{part.name}"
        yield from _of_fields(f"document.{kind.name}.{part.name}", part.fields)
        for axis in part.axes:
            yield from (f"document.{kind.name}.{axis.name}.{area}" for area in axis.areas)


def groups_of(kind: DocumentKind) -> Iterator[str]:
    for fields in (kind.fields, *(part.fields for part in kind.parts)):
        yield from (field.group for field in fields if field.group)


def _of_fields(prefix: str, fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        yield f"{prefix}.{field.name}"
        yield from (f"{prefix}.{field.name}.{choice}" for choice in field.choices)
        if field.asks:
            yield f"{prefix}.{field.name}.ask"


@pytest.mark.parametrize("name", KINDS)
def test_every_word_of_a_kind_stands_in_both_languages(name: str) -> None:
    for language in LANGUAGES:
        missing = [key for key in texts_of(KINDS[name]) if key not in catalogue(language)]
        assert missing == [], language


def test_no_text_speaks_of_a_field_that_is_not_there() -> None:
    known = {key for kind in KINDS.values() for key in texts_of(kind)}
    assert [key for key in catalogue("de") if key.startswith("document.") and key not in known] == []


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_holds_together(name: str) -> None:
    kind = KINDS[name]
    assert kind.name == name
    assert f'id="{kind.icon}"' in SPRITE
    names = [part.name for part in kind.parts]
    assert len(set(names)) == len(names)
    for part in kind.parts:
        fields = [field.name for field in part.fields]
        assert len(set(fields)) == len(fields)
        for axis in part.axes:
            assert (axis.of in names) != bool(axis.areas)
            assert set(axis.holds.values()) <= set(names)
    for fields_there in (kind.fields, *(part.fields for part in kind.parts)):
        for field in fields_there:
            assert bool(field.choices) == (field.kind is FieldKind.CHOICE)
            if field.kind is FieldKind.SCALE:
                assert field.low is not None
                assert field.high is not None
            assert set(field.of) <= set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_board_lays_out_what_is_there(name: str) -> None:
    kind = KINDS[name]
    board = kind.board
    if board is None:
        return
    part = kind.part(board.part)
    assert part is not None
    wanted = {one for one in (board.columns, board.rows) if one}
    if board.layout is Layout.PLANE:
        numbers = {field.name for field in part.fields if field.kind in {FieldKind.SCALE, FieldKind.NUMBER}}
        assert wanted <= numbers
        assert len(wanted) == 2
    else:
        assert wanted <= {axis.name for axis in part.axes}
