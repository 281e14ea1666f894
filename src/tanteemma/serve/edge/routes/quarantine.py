"""The page of what could not be read, and both lists as files for a spreadsheet."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from litestar import Response, get
from litestar.response import Stream

from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.previewing import say
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.uploads import PREFIX, forget_upload
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_sources import QuarantineGroup, QuarantineImport, QuarantineRow, QuarantineView
from tanteemma.serve.worker.documents import ImportState
from tanteemma.serve.worker.import_reading import one_state
from tanteemma.serve.worker.messages import ExportEvents, ExportQuarantine, ListQuarantine, Message

_READ: Final = {"permission": Permission.DATA_READ}
_ROWS: Final = 50
_MOST_PAGES: Final = 100_000
_BLOCK: Final = 256 * 1024
_FILE: Final = "file:"


class BadRowDocument(msgspec.Struct):
    """One row as the worker lists it."""

    number: int
    source: str
    origin: str
    row: int
    code: str
    field: str | None
    params: dict[str, str]
    received_at: datetime
    raw: str


class ReasonDocument(msgspec.Struct):
    """How often one reason occurs in one origin."""

    origin: str
    code: str
    count: int


class QuarantineDocument(msgspec.Struct):
    """The worker's list."""

    total: int
    reasons: tuple[ReasonDocument, ...]
    rows: tuple[BadRowDocument, ...]


@get(Address.QUARANTINE.value, opt=_READ)
async def quarantine(request: AnyRequest) -> Response[str]:
    """What could not be read, and why?"""
    edge = edge_of(request)
    language = language_for(request)
    code = request.query_params.get("code")
    source = request.query_params.get("source")
    said = request.query_params.get("page", "1")
    page = min(int(said), _MOST_PAGES) if said.isascii() and said.isdigit() and int(said) else 1
    message = ListQuarantine(code=code, source=source, skip=(page - 1) * _ROWS, limit=_ROWS)
    found = await asking.document(edge, message, QuarantineDocument)
    view = QuarantineView(
        total=found.total,
        rows=tuple(_row(row, language) for row in found.rows),
        groups=_groups(found, language),
        imports=await _imports(request, found),
        code=code,
        source=source,
        page=page,
        pages=max(1, -(-found.total // _ROWS)),
    )
    return await show(request, Page(template="pages/quarantine.html", view=view, section="data", notice=notice_of(request)))


def _row(row: BadRowDocument, language: str) -> QuarantineRow:
    from_file = row.origin.startswith(_FILE)
    return QuarantineRow(
        number=row.number,
        source=row.source,
        code=row.code,
        sentence=say((f"problem.{row.code}",), row.code, language, **{**row.params, "row": row.row, "field": row.field or "–"}),
        seen_at=row.received_at,
        row=row.row if from_file else None,
        field=row.field,
        value=row.params.get("value"),
        raw=row.raw,
    )


def _groups(found: QuarantineDocument, language: str) -> tuple[QuarantineGroup, ...]:
    counts: dict[str, int] = {}
    for reason in found.reasons:
        counts[reason.code] = counts.get(reason.code, 0) + reason.count
    return tuple(
        QuarantineGroup(
            code=code, count=count, sentence=say((f"reason.{code}", f"problem.{code}"), code, language, count=count)
        )
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


async def _imports(request: AnyRequest, found: QuarantineDocument) -> tuple[QuarantineImport, ...]:
    counts: dict[int, int] = {}
    for reason in found.reasons:
        if reason.origin.startswith(_FILE):
            number = int(reason.origin.removeprefix(_FILE))
            counts[number] = counts.get(number, 0) + reason.count
    states = await asyncio.gather(*(_state(request, number) for number in counts))
    return tuple(
        QuarantineImport(number=state.number, file_name=state.name, count=counts[state.number])
        for state in states
        if state is not None
    )


async def _state(request: AnyRequest, number: int) -> ImportState | None:
    try:
        return await edge_of(request).access.read(partial(one_state, number=number))
    except Problem:
        return None


@get(Address.QUARANTINE_EXPORT.value, opt=_READ)
async def export_quarantine(request: AnyRequest) -> Stream:
    """Every bad row as CSV that a spreadsheet opens and never calculates."""
    return await _file(
        request, "quarantine.csv", lambda path: ExportQuarantine(path=path, code=request.query_params.get("code"))
    )


@get(Address.EVENTS_EXPORT.value, opt=_READ)
async def export_events(request: AnyRequest) -> Stream:
    """Every event as CSV that a spreadsheet opens and never calculates."""
    return await _file(request, "events.csv", lambda path: ExportEvents(path=path))


async def _file(request: AnyRequest, name: str, message_for: Callable[[str], Message]) -> Stream:
    edge = edge_of(request)
    path = edge.folder.files / f"{PREFIX}{secrets.token_hex(16)}"
    try:
        await asking.ask(edge, message_for(str(path)))
    except BaseException:
        forget_upload(path)
        raise
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-length": str(path.stat().st_size)}
    return Stream(_pieces(path), media_type="text/csv", headers=headers)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    """The file piece by piece; it is gone afterwards, whether the reader stayed or left."""
    try:
        with path.open("rb") as stream:
            forget_upload(path)
            while block := await asyncio.to_thread(stream.read, _BLOCK):
                yield block
    finally:
        forget_upload(path)


ROUTES = (quarantine, export_quarantine, export_events)
