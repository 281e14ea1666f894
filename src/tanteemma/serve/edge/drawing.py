"""How a request says what somebody draws: who and in which window, one edit from a form, several from a program."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.cookies import name_cookie
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.store.operational import Transaction
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Change, Edit, Move, Remove
from tanteemma.workshop.keeping import Document, Editor, Keep
from tanteemma.workshop.schema import DocumentKind, Field, FieldKind

T = TypeVar("T")
_LONGEST_WINDOW: Final = 40
_FIELD: Final = "field."
_PLACE: Final = "place."
_KEPT: Final = ".kept"


class EditsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Edits of a program; ``window``: whose undo they belong to."""

    edits: tuple[Edit, ...] = ()
    window: str = ""


class UndoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Undo of a program: whose it is; ``keep``: ``mine`` or ``theirs`` where somebody else went on from there."""

    window: str = ""
    edits: tuple[Edit, ...] = ()
    keep: Keep = Keep.ASK


def editor_of(request: AnyRequest, window: str = "") -> Editor:
    """Who draws; without a window of its own, a visitor's forms are one."""
    who = name_cookie(request.scope["headers"]) or OWNER
    return Editor(who, window[:_LONGEST_WINDOW] or f"forms of {who}"[:_LONGEST_WINDOW], own=bool(window))


async def body_of(request: AnyRequest, shape: type[T]) -> T:
    """The body as this shape. Raises Problem INVALID_JSON, QUESTION_INVALID."""
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=shape)
    except msgspec.ValidationError as wrong:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, value=str(wrong)) from wrong
    except (msgspec.MsgspecError, RecursionError) as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422) from wrong


async def form_of(request: AnyRequest) -> dict[str, str]:
    """The fields of a form; of one that stands there twice (a box behind its empty value) the last counts.

    Those of which several can be chosen (``….kept`` stands beside them) come one a line.
    """
    pairs = [(name, str(value)) for name, value in (await request.form()).multi_items()]
    said = dict(pairs)
    for name in [name.removesuffix(_KEPT) for name in said if name.endswith(_KEPT)]:
        said[name] = "\n".join(value for other, value in pairs if other == name)
        del said[name + _KEPT]
    return said


async def changed(request: AnyRequest, change: Callable[[Transaction], Document]) -> Document:
    """Change a document, and tell every window that shows it."""
    edge = edge_of(request)
    document = await edge.access.write(change)
    await edge.drawn.tell(document.key, document.version)
    return document


def edits_of(kind: DocumentKind, content: Content, said: Mapping[str, str]) -> list[Edit]:
    """The edit that a form states: ``edit`` = change, add, move or remove. Raises Problem CHOICE_UNKNOWN."""
    at, seen = said.get("at", ""), _seen(said)
    place = {name.removeprefix(_PLACE): mark for name, mark in said.items() if name.startswith(_PLACE)}
    fields = {name.removeprefix(_FIELD): value for name, value in said.items() if name.startswith(_FIELD)}
    after = said.get("after")
    match said.get("edit"):
        case "change":
            edits: list[Edit] = [Change(at=at, field=name, value=value, seen=seen) for name, value in fields.items()]
            return edits + _moves(content, at, place, seen)
        case "add":
            declared = kind.part(said.get("kind", ""))
            known = () if declared is None else declared.fields
            return [Add(kind=said.get("kind", ""), place=place, after=after, fields=_typed(known, fields))]
        case "move":
            return [Move(id=at, place=place, after=after, seen=seen)]
        case "remove":
            return [Remove(id=at, seen=seen)]
    allowed = "change, add, move, remove"
    raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="edit", value=said.get("edit", "")[:80], allowed=allowed)


def _moves(content: Content, at: str, place: dict[str, str], seen: int) -> list[Edit]:
    """A form of a part also says where it lies: moved only if that is somewhere else."""
    part = content.part(at)
    wanted = {axis: mark for axis, mark in place.items() if mark}
    if part is None or not wanted or part.place | wanted == part.place:
        return []
    return [Move(id=at, place=wanted, seen=seen)]


def _typed(known: tuple[Field, ...], fields: Mapping[str, str]) -> dict[str, Any]:
    several = {field.name for field in known if field.kind is FieldKind.LINKS}
    return {name: tuple(value.split("\n")) if name in several else value for name, value in fields.items()}


def _seen(said: Mapping[str, str]) -> int:
    text = said.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0  # noqa: PLR2004 - no version has more digits
