"""Documents as JSON: listed, made, read, edited, undone, removed; the documents are those of ``emma map`` and of the files."""

from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.enums import MediaType
from litestar.params import FromPath

from tanteemma.serve.edge.drawing import EditsBody, UndoBody, body_of, changed, editor_of
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.routes.documents import number_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.store.operational import Transaction, documents
from tanteemma.store.operational.documents import StoredDocument
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Scalar
from tanteemma.workshop.edits import Change
from tanteemma.workshop.exchange import from_file
from tanteemma.workshop.keeping import Document, Edited

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_MAIN: Final = "/api/documents"
_ONE: Final = f"{_MAIN}/{{key:str}}"


class Listed(msgspec.Struct, frozen=True):
    """A document in a list."""

    key: str
    kind: str
    name: str
    version: int
    changed: datetime
    changed_by: str


class PartTold(msgspec.Struct, frozen=True):
    """A part as programs read it."""

    id: str
    kind: str
    place: dict[str, str]
    fields: dict[str, Scalar]
    version: int


class Told(msgspec.Struct, frozen=True):
    """A document as programs read it; ``made``: ids of the parts that the last edit made."""

    key: str
    kind: str
    name: str
    version: int
    fields: dict[str, Scalar]
    parts: tuple[PartTold, ...]
    made: tuple[str, ...] = ()


class Renamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is changed about a document: its name, fields of its own."""

    name: str | None = None
    fields: dict[str, Scalar] = {}
    seen: int = 0
    window: str = ""


def told(document: Document, made: tuple[str, ...] = ()) -> Told:
    """A document as programs read it."""
    content = document.content
    return Told(
        key=document.key,
        kind=document.kind.name,
        name=document.name,
        version=document.version,
        fields={name: value.value for name, value in content.fields.items() if value.value is not None},
        parts=tuple(
            PartTold(
                part.id,
                part.kind,
                part.place,
                {name: value.value for name, value in part.fields.items() if value.value is not None},
                part.version,
            )
            for part in content.parts
        ),
        made=made,
    )


@get(_MAIN, opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """Every document, the one changed last first; ``kind`` narrows it, ``removed=1`` lists the bin."""
    kinds = request.query_params.getall("kind", [])
    removed = request.query_params.get("removed") == "1"
    found = await edge_of(request).access.read(lambda tx: documents.every(tx, kinds, removed=removed))
    return _shown({"documents": [_listed(one) for one in found]})


def _listed(one: StoredDocument) -> Listed:
    return Listed(one.key, one.kind, one.name, one.version, one.changed, one.changed_by)


@post(_MAIN, opt=_CHANGE, status_code=201)
async def make(request: AnyRequest) -> Response[bytes]:
    """A new document from the exchange format."""
    draft = from_file(await request.body())
    editor = editor_of(request)
    return _shown(told(await changed(request, lambda tx: keeping.make(tx, draft, editor))), 201)


@get(_ONE, opt=_READ)
async def one(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """One document; ``version``: as it was then."""
    version = number_of(request.query_params.get("version", ""))
    return _shown(told(await edge_of(request).access.read(lambda tx: keeping.open_document(tx, key, version))))


@patch(_ONE, opt=_CHANGE)
async def rename(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Another name, other fields of the document itself."""
    body = await body_of(request, Renamed)
    editor = editor_of(request, body.window)
    edits = [Change(field=field, value=value, seen=body.seen) for field, value in body.fields.items()]

    def apply(tx: Transaction) -> Document:
        document = keeping.edit(tx, key, edits, editor).document
        return document if body.name is None else keeping.rename(tx, key, body.name, editor)

    return _shown(told(await changed(request, apply)))


@delete(_ONE, opt=_CHANGE, status_code=200)
async def remove(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Into the bin; ``even_if_used=1`` although others show it."""
    even = request.query_params.get("even_if_used") == "1"
    editor = editor_of(request)
    await edge_of(request).access.write(lambda tx: keeping.remove(tx, key, editor, even_if_used=even))
    return _shown({"removed": key})


@post(f"{_ONE}/restore", opt=_CHANGE, status_code=200)
async def restore(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Out of the bin again."""
    editor = editor_of(request)
    return _shown(told(await changed(request, lambda tx: keeping.bring_back(tx, key, editor))))


@post(f"{_ONE}/edits", opt=_CHANGE, status_code=200)
async def edit(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Apply edits together or not at all; 409 says both values where somebody else was quicker."""
    body = await body_of(request, EditsBody)
    editor = editor_of(request, body.window)
    found: list[Edited] = []

    def change(tx: Transaction) -> Document:
        found.append(keeping.edit(tx, key, body.edits, editor))
        return found[-1].document

    document = await changed(request, change)
    brief = request.query_params.get("brief") == "1"
    answer = {"key": key, "version": document.version, "made": found[-1].made}
    return _shown(answer if brief else told(document, found[-1].made))


@post([f"{_ONE}/undo", f"{_ONE}/redo"], opt=_CHANGE, status_code=200)
async def undo(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Take back what this window did last, or do it again; ``keep``: what stands where others went on from there."""
    body = await body_of(request, UndoBody)
    editor, redo = editor_of(request, body.window), request.url.path.endswith("/redo")
    document = await changed(request, lambda tx: keeping.undo(tx, key, editor, redo=redo, keep=body.keep))
    return _shown({"key": key, "version": document.version})


def _shown(document: object, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON, status_code=status)


ROUTES = (every, make, one, rename, remove, restore, edit, undo)
