"""A map or another document as a file, and the presentation that walks along the journey."""

import asyncio
from datetime import UTC, datetime
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.measured_export import measured_export
from tanteemma.serve.edge.multipart_form import receive_form_file
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, visitor_of
from tanteemma.serve.edge.routes.documents import number_of
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.uploads import forget_upload
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.exporting.order import ExportFormat, Order, file_name, format_named, media_type, paper_named
from tanteemma.serve.exporting.ordering import order_of
from tanteemma.serve.exporting.starting import made
from tanteemma.serve.pages.map_told import phases_told
from tanteemma.serve.pages.views_export import PresentView
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.drawing.picture import MapPicture
from tanteemma.workshop.drawing.placing import fitted_sheet
from tanteemma.workshop.drawing.showing import picture_of
from tanteemma.workshop.drawing.svg import as_svg

#: a large screen, less what stands above and below the drawing
_SCREEN: Final = 2.0
_READ: Final = {"permission": Permission.DATA_READ}
_UPLOAD: Final = {"permission": Permission.DATA_WRITE, "checks_form_itself": True}
_LARGEST_MASTER: Final = 30 * 1024 * 1024


@get(["/map/{key:str}/export", "/documents/{key:str}/export"], opt=_READ)
async def export(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """The document as a file: ``format``, ``paper`` (a0 … a3), ``blank=1``, ``version``."""
    order = await _order(request, key)
    return await _answered(order)


@post("/map/{key:str}/deck", opt=_UPLOAD, request_max_body_size=None)
async def deck(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """The four slides in the master that comes along."""
    edge = edge_of(request)
    with BodyReader(request.receive, largest=_LARGEST_MASTER, timeout_s=edge.settings.body_timeout_s) as reader:
        reader.check_length(request.headers.get("content-length"))
        token = visitor_of(request.scope).csrf_token
        file = await receive_form_file(edge, reader.pieces(), request.headers.get("content-type", ""), token)
    try:
        master = await asyncio.to_thread(file.path.read_bytes)
    finally:
        forget_upload(file.path)
    order = await _order(request, key, ExportFormat.DECK)
    return await _answered(msgspec.structs.replace(order, master=master))


async def _order(request: AnyRequest, key: str, form: ExportFormat | None = None) -> Order:
    said, language = request.query_params, language_for(request)
    version = number_of(said.get("version", ""))
    paper = paper_named(said.get("paper", "a3"))

    def look(tx: Transaction) -> Order:
        document = keeping.open_document(tx, key, version)
        wanted = form or format_named(said.get("format", "pdf"), document.kind.name)
        return order_of(tx, document, wanted, language, datetime.now(UTC).date())

    order = await edge_of(request).access.read(look)
    blank = said.get("blank") == "1" and order.kind == "map"
    if order.kind == "map" and not blank and version is None:
        order = msgspec.structs.replace(order, measured=await measured_export(request, key))
    return msgspec.structs.replace(order, paper=paper, blank=blank)


async def _answered(order: Order) -> Response[bytes]:
    raw = await made(order)
    headers = {
        "content-disposition": f'attachment; filename="{file_name(order.name, order.format)}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }
    return Response(raw, media_type=media_type(order.format), headers=headers)


@get("/map/{key:str}/present", opt=_READ)
async def present(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """The map on a large screen: first all of it, then phase by phase; ``phase``: which one."""
    language = language_for(request)
    place = number_of(request.query_params.get("phase", "")) or 0

    def look(tx: Transaction) -> Order:
        document = keeping.open_document(tx, key)
        keeping.check_kind(document, "map")
        return order_of(tx, document, ExportFormat.SVG, language, datetime.now(UTC).date())

    order = await edge_of(request).access.read(look)
    order = msgspec.structs.replace(order, measured=await measured_export(request, key))
    picture = picture_of(order.shown(), language)
    phases = phases_told(picture)
    place = min(place, len(phases))
    view = PresentView(
        key=key,
        name=picture.name,
        place=place,
        count=len(phases),
        drawing="" if place else as_svg(fitted_sheet(_from_afar(order), _SCREEN)),
        scope=picture.scope,
        phase=phases[place - 1] if place else None,
        phases=tuple(one.name for one in phases),
    )
    return await show(request, Page(template="pages/map_present.html", view=view, section="map"))


def _from_afar(order: Order) -> MapPicture:
    """The whole map for a large screen; what a figure rests on says the page of its phase."""
    return picture_of(msgspec.structs.replace(order, measured=order.measured.in_brief()).shown(), order.language)


ROUTES = (export, deck, present)
