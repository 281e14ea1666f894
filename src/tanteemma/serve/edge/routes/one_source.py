"""The page of one source: who answers for it, how it is, its keys; and the forms that change them."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.previewing import say
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address
from tanteemma.serve.edge.routes.describing import describe, learning_of
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views import ConfirmView
from tanteemma.serve.pages.views_one_source import (
    ClientRow,
    DayRow,
    DriftRow,
    ErrorRow,
    HourRow,
    KeyLine,
    NewKey,
    SourceView,
)
from tanteemma.serve.pages.views_sources import Equation
from tanteemma.serve.source_report import KeyReport, SourceReport, key_report, one_source
from tanteemma.serve.terms import read_span, read_terms
from tanteemma.serve.worker.messages import Status
from tanteemma.store.operational.records import Counts, KeyKind

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_KEYS: Final = {"permission": Permission.KEYS_WRITE}
_LONGEST_NAME: Final = 80
_OPEN: Final = frozenset({"valid", "ending"})


class _Lag(msgspec.Struct):
    lag_s: float


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says beside the source: a new key, or why a form was not accepted."""

    new_key: NewKey | None = None
    problem: Problem | None = None


def address_of(source: str) -> str:
    """Where the page of a source is.

    >>> address_of("Webshop Nord")
    '/data/sources/Webshop%20Nord'
    """
    return f"{Address.SOURCES.value}/{quote(source)}"


@get(f"{Address.SOURCES.value}/{{name:path}}", opt=_READ)
async def source(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """How is this source; who answers for it; what opens its door?"""
    return await _page(request, name.removeprefix("/"), _Said())


@post(Address.SOURCES.value, opt=_CHANGE)
async def describe_source(request: AnyRequest) -> Response[str] | Redirect:
    """Keep who answers for it and what it is for; or that its changes are known."""
    form = await _form(request)
    name, noted = form.get("source", ""), form.get("action") == "note"
    try:
        said = {} if noted else {field: form.get(field, "") for field in ("department", "purpose")}
        await describe(request, name, said, noted=noted)
    except Problem as problem:
        if problem.code is ProblemCode.SOURCE_UNKNOWN:
            raise
        return await _page(request, name, _Said(problem=problem))
    return Redirect(f"{address_of(name)}?done={'source_noted' if noted else 'source_described'}", status_code=303)


@post(Address.KEYS.value, opt=_KEYS)
async def make_key(request: AnyRequest) -> Response[str]:
    """A new write key, shown this once."""
    form = await _form(request)
    name = form.get("source", "").strip()[:_LONGEST_NAME]
    if not name:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="source")
    try:
        terms = read_terms(form.get("origins", "").split(), form.get("events_per_s", ""))
    except Problem as problem:
        return await _page(request, name, _Said(problem=problem))
    issued = await edge_of(request).access.issue_key(KeyKind.WRITE, name, terms)
    return await _page(request, name, _Said(new_key=NewKey(key=issued.secret)))


@post("/data/keys/{number:int}", opt=_KEYS)
async def bind_key(request: AnyRequest, number: FromPath[int]) -> Response[str] | Redirect:
    """Bind a key to other web sites and another limit."""
    form = await _form(request)
    name = (await _key(request, number)).source or ""
    try:
        terms = read_terms(form.get("origins", "").split(), form.get("events_per_s", ""))
        ends = (await _key(request, number)).ends
        await edge_of(request).access.bind_key(number, msgspec.structs.replace(terms, ends=ends))
    except Problem as problem:
        return await _page(request, name, _Said(problem=problem))
    return Redirect(f"{address_of(name)}?done=key_bound", status_code=303)


@post("/data/keys/{number:int}/rotate", opt=_KEYS)
async def rotate_key(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """A new key beside this one, which ends after the overlap."""
    name = (await _key(request, number)).source or ""
    try:
        overlap = read_span((await _form(request)).get("overlap", ""))
        issued = await edge_of(request).access.rotate_key(number, overlap)
    except Problem as problem:
        return await _page(request, name, _Said(problem=problem))
    ends = (await _key(request, number)).ends
    return await _page(request, name, _Said(new_key=NewKey(key=issued.secret, old_ends=ends)))


@get("/data/keys/{number:int}/revoke", opt=_KEYS)
async def ask_revoke(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """Are you sure?"""
    name = (await _key(request, number)).source or ""
    back = address_of(name) if name else Address.DATA.value
    view = ConfirmView(kind="revoke_key", action=Address.KEY_REVOKE.of(number), back=back, subject=name)
    return await show(request, Page(template="pages/confirm.html", view=view, section="data"))


@post("/data/keys/{number:int}/revoke", opt=_KEYS)
async def revoke_key(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """End a key."""
    name = (await _key(request, number)).source
    await edge_of(request).access.revoke_key(number)
    return Redirect(f"{address_of(name) if name else Address.DATA.value}?done=key_revoked", status_code=303)


async def _form(request: AnyRequest) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


async def _key(request: AnyRequest, number: int) -> KeyReport:
    keys = await edge_of(request).access.every_key()
    found = next((key for key in keys if key.number == number), None)
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    return key_report(found, datetime.now(UTC))


async def _page(request: AnyRequest, name: str, said: _Said) -> Response[str]:
    edge = edge_of(request)
    language, learning = language_for(request), learning_of(request)
    report = await edge.access.read(lambda tx: one_source(tx, name, learning))
    view = source_view(report, language, own_address(request))
    view = msgspec.structs.replace(
        view,
        lag_s=await _lag_s(request),
        default_limit=edge.settings.key_events_per_s,
        new_key=said.new_key,
        problem=None if said.problem is None else said.problem.sentence(language),
    )
    status = 200 if said.problem is None else said.problem.status
    page = Page(template="pages/one_source.html", view=view, section="data", notice=notice_of(request), status=status)
    return await show(request, page)


async def _lag_s(request: AnyRequest) -> float | None:
    try:
        return (await asking.document(edge_of(request), Status(), _Lag)).lag_s
    except Problem:
        return None


def source_view(report: SourceReport, language: str, address: str) -> SourceView:
    """A source as its page shows it; closed keys stand after the open ones."""
    line = report.line
    keys = sorted(report.keys, key=lambda key: key.state not in _OPEN)
    return SourceView(
        name=line.name,
        address=address,
        department=line.department or "",
        purpose=line.purpose or "",
        sample=line.sample,
        last_seen=line.last_seen,
        last_hour=line.last_hour,
        total=_equation(line.counts),
        days=tuple(DayRow(day=one.day, result=_equation(one.counts)) for one in report.days),
        hours=tuple(HourRow(begin=one.begin, events=one.received) for one in report.hours),
        errors=tuple(
            ErrorRow(code=one.code, sentence=_sentence(one.code, language), count=one.count, field=one.field)
            for one in report.errors
        ),
        refusals=tuple(
            ErrorRow(code=one.code, sentence=_sentence(one.code, language), count=one.requests, last_seen=one.last_seen)
            for one in report.refusals
        ),
        keys=tuple(_key_line(key) for key in keys if key.kind == KeyKind.WRITE),
        clients=tuple(msgspec.convert(one, ClientRow, from_attributes=True) for one in report.clients),
        changes=tuple(msgspec.convert(one, DriftRow, from_attributes=True) for one in report.changes),
    )


def _key_line(key: KeyReport) -> KeyLine:
    return KeyLine(
        number=key.number,
        starts_with=key.starts_with,
        state=key.state,
        created=key.created,
        last_used=key.last_used,
        ends=key.ends,
        revoked=key.revoked,
        origins="\n".join(key.origins),
        events_per_s=key.events_per_s,
    )


def _equation(counts: Counts) -> Equation:
    return msgspec.convert(counts, Equation, from_attributes=True)


def _sentence(code: str, language: str) -> str:
    return say((f"problem.{code}",), code, language, row="–", field="–", count=1)


ROUTES = (source, describe_source, make_key, bind_key, rotate_key, ask_revoke, revoke_key)
