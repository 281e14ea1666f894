"""The leader's pages of a workshop on a map: begin it, lead it, its minutes, forget it."""

import asyncio
import secrets
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.drawing import editor_of, form_of
from tanteemma.serve.edge.loopback import is_loopback
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address
from tanteemma.serve.edge.routes.pages import Page, notice_of, show, status_with
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.edge.workshop_live import happened, pulse_stream, ring
from tanteemma.serve.edge.workshop_measuring import measure
from tanteemma.serve.edge.workshop_reading import begin_view, workshop_view
from tanteemma.serve.exporting.order import ExportFormat, Order, file_name, media_type
from tanteemma.serve.exporting.starting import made
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views_workshop import WorkshopView
from tanteemma.serve.pages.workshop_minutes import minutes_of
from tanteemma.store.operational import Transaction, workshops
from tanteemma.store.vault import Vault
from tanteemma.workshop import gathering
from tanteemma.workshop.agenda import StopName, agenda_of, dots_said
from tanteemma.workshop.document import Content
from tanteemma.workshop.gathering import Beginning, Workshop

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_HOME: Final = "/map/{key:str}/workshop"
_ONE: Final = f"{_HOME}/{{number:int}}"
_SEE_OTHER: Final = 303
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
#: 14 of 32 letters: 70 bits, and short enough to be typed from a wall
_LENGTH: Final = 14
_UNCOVERS: Final = frozenset({StopName.REVEAL, StopName.VOTE})
#: how many squares around a code must stay light for a telephone to find it
_QUIET: Final = 4
_A_MOMENT_S: Final = 1.0
#: those that are being uncovered: a task that nobody holds may be forgotten half done
_UNCOVERING: Final[set[asyncio.Future[None]]] = set()


@get(_HOME, opt=_READ)
async def home(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    """The workshop that is held on this map now, or the form that begins one."""
    edge = edge_of(request)

    def look(tx: Transaction) -> tuple[Workshop, WorkshopView] | None:
        workshop = gathering.running_on(tx, key)
        return None if workshop is None else (workshop, workshop_view(tx, workshop))

    found = await edge.access.read(look)
    if found is None:
        return await _form(request, key)
    workshop, view = found
    view = linked(request, workshop, view)
    return await show(request, Page(template="pages/workshop.html", view=view, section="map", notice=notice_of(request)))


def linked(request: AnyRequest, workshop: Workshop, view: WorkshopView) -> WorkshopView:
    """With the link to join by, and its QR code; ``away``: no other device reaches the name we are shown under."""
    import segno  # noqa: PLC0415 - only the page of a leader draws a code

    token = Vault(edge_of(request).folder.secrets).find(workshop.stored.secret)
    if token is None:
        return view
    address = f"{own_address(request)}/w/{token}"
    rows = segno.make(address, error="m").matrix
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows, _QUIET) for x, module in enumerate(row, _QUIET) if module)
    host = own_address(request).partition("://")[2].rpartition(":")[0] or own_address(request).partition("://")[2]
    return msgspec.structs.replace(view, address=address, qr=dark, qr_side=len(rows) + 2 * _QUIET, away=is_loopback(host))


async def _form(
    request: AnyRequest, key: str, said: dict[str, str] | None = None, problem: Problem | None = None
) -> Response[str]:
    view = await edge_of(request).access.read(lambda tx: begin_view(tx, key))
    if said is not None and problem is not None:
        sentence = problem.sentence(language_for(request))
        title = said.get("title", "")
        view = msgspec.structs.replace(view, title=title, minutes=said, dots=said.get("dots", ""), problem=sentence)
    status = status_with(problem)
    page = Page(template="pages/workshop_begin.html", view=view, section="map", status=status, notice=notice_of(request))
    return await show(request, page)


@post(_HOME, opt=_CHANGE)
async def begin(request: AnyRequest, key: FromPath[str]) -> Response[str] | Redirect:
    """A workshop begins; while one is held on the map already, it is that one."""
    said = await form_of(request)
    vault = Vault(edge_of(request).folder.secrets)
    token = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    secret = vault.keep(token, "workshop")
    try:
        agenda, dots = agenda_of(said), dots_said(said.get("dots", "").strip() or "3")
        title = said.get("title", "").strip()
        wanted = Beginning(document=key, title=title, agenda=agenda, dots=dots, token=token, secret=secret)
        begun = await edge_of(request).access.write(lambda tx: _begun(tx, wanted, editor_of(request).who))
    except Problem as problem:
        vault.drop(secret)
        return await _form(request, key, said, problem)
    if not begun:
        vault.drop(secret)
    return Redirect(f"/map/{key}/workshop", status_code=_SEE_OTHER)


def _begun(tx: Transaction, wanted: Beginning, who: str) -> bool:
    if gathering.running_on(tx, wanted.document) is not None:
        return False
    gathering.begin(tx, wanted, who)
    return True


@post(f"{_ONE}/lead", opt=_CHANGE)
async def lead(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> Redirect:
    """To the next stop or back, more minutes, or the end (``to``)."""
    edge, to = edge_of(request), (await form_of(request)).get("to", "")

    def apply(tx: Transaction) -> Workshop:
        gathering.lead(tx, gathering.opened(tx, number, key), to)
        return gathering.opened(tx, number, key)

    workshop = await happened(edge, number, apply)
    if to == "close":
        _forget_link(request, workshop)
        return Redirect(f"/map/{key}/workshop/{number}/minutes?done=workshop_closed", status_code=_SEE_OTHER)
    if workshop.stop in _UNCOVERS and not workshop.measured:
        await _uncover_soon(edge, workshop, language_for(request))
    return Redirect(f"/map/{key}/workshop", status_code=_SEE_OTHER)


def _forget_link(request: AnyRequest, workshop: Workshop) -> None:
    Vault(edge_of(request).folder.secrets).drop(workshop.stored.secret)


async def _uncover_soon(edge: Edge, workshop: Workshop, language: str) -> None:
    """Uncover at once if the answer comes in a moment; else the guesses are shown already, and the values follow."""
    task = asyncio.ensure_future(_uncover(edge, workshop, language))
    _UNCOVERING.add(task)
    task.add_done_callback(_UNCOVERING.discard)
    await asyncio.wait({task}, timeout=_A_MOMENT_S)


async def _uncover(edge: Edge, workshop: Workshop, language: str) -> None:
    """Keep what is measured now. Without a worker, or with a rule that cannot be read, the guesses stand alone."""
    try:
        measured = await measure(edge, workshop.stored.document, language)
    except Problem:
        return
    await happened(edge, workshop.number, lambda tx: gathering.keep_measured(tx, workshop, measured))


@post(f"{_ONE}/measured", opt=_CHANGE)
async def measured_again(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> Redirect:
    """Ask for the measured values once more."""
    edge = edge_of(request)
    workshop = await edge.access.read(lambda tx: gathering.opened(tx, number, key))
    measured = await measure(edge, key, language_for(request))
    await happened(edge, number, lambda tx: gathering.keep_measured(tx, workshop, measured))
    return Redirect(f"/map/{key}/workshop", status_code=_SEE_OTHER)


@post(f"{_ONE}/dismiss", opt=_CHANGE)
async def dismiss(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> Redirect:
    """Forget one participant, with all guesses and dots."""
    said = (await form_of(request)).get("participant", "")
    person = int(said) if said.isascii() and said.isdigit() and len(said) < 12 else 0  # noqa: PLR2004 - digits

    def apply(tx: Transaction) -> None:
        workshops.dismiss(tx, gathering.opened(tx, number, key).number, person)

    await happened(edge_of(request), number, apply)
    return Redirect(f"/map/{key}/workshop", status_code=_SEE_OTHER)


@get(f"{_ONE}/minutes", opt=_READ)
async def minutes(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> Response[str]:
    """What was guessed, measured, voted and promised; made to be printed."""

    def look(tx: Transaction) -> WorkshopView:
        workshop = gathering.opened(tx, number, key)
        return workshop_view(tx, workshop)

    view = await edge_of(request).access.read(look)
    page = Page(template="pages/workshop_minutes.html", view=view, section="map", notice=notice_of(request))
    return await show(request, page)


@get(f"{_ONE}/minutes.pdf", opt=_READ)
async def minutes_file(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The minutes as PDF. Raises Problem EXPORT_LIBRARY where it is not installed."""
    view = await edge_of(request).access.read(lambda tx: workshop_view(tx, gathering.opened(tx, number, key)))
    language = language_for(request)
    said = minutes_of(view, renderer(language))
    wanted = ExportFormat.MINUTES
    order = Order(format=wanted, kind="map", name=view.title, content=Content(), language=language, day=said.day, minutes=said)
    headers = {
        "content-disposition": f'attachment; filename="{file_name(view.title, wanted)}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }
    return Response(await made(order), media_type=media_type(wanted), headers=headers)


@post(f"{_ONE}/remove", opt=_CHANGE)
async def remove(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> Redirect:
    """Forget the workshop with its names, guesses and dots. Its measures stay on the map."""
    edge = edge_of(request)

    def apply(tx: Transaction) -> Workshop:
        workshop = gathering.opened(tx, number, key)
        workshops.remove(tx, workshop.number)
        return workshop

    workshop = await edge.access.write(apply)
    _forget_link(request, workshop)
    await ring(edge, number, workshop.stored.version + 1)
    return Redirect(f"/map/{key}/workshop?done=workshop_removed", status_code=_SEE_OTHER)


@get(f"{_ONE}/stream", opt=_READ)
async def stream(request: AnyRequest, key: FromPath[str], number: FromPath[int]) -> ServerSentEvent:
    """Says ``pulse`` with each change."""
    edge = edge_of(request)
    return pulse_stream(edge, await edge.access.read(lambda tx: gathering.opened(tx, number, key)))


ROUTES = (home, begin, lead, measured_again, dismiss, minutes, minutes_file, remove, stream)
