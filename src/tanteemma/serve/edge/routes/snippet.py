"""The visitor snippet: the scripts for web sites, and the page that gives out the lines to put into theirs."""

import contextlib
from collections.abc import Mapping
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Kind, Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.views_snippet import SHARES, SnippetView
from tanteemma.serve.snippet.code import CORE, MORE, PARTS, Consent, Wanted, code_for, names_in, scripts
from tanteemma.store.operational.records import KeyKind

_READ: Final = {"permission": Permission.DATA_READ}
_KEYS: Final = {"permission": Permission.KEYS_WRITE}
_PUBLIC: Final = {"permission": Permission.PUBLIC}
_LONGEST_NAME: Final = 80
_LONGEST_KEY: Final = 200


@get("/v1/snippet/{name:str}", opt=_PUBLIC)
async def script(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """One of the two scripts, for pages of any web site: it holds nothing of anybody's."""
    found = scripts().get(name)
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404)
    tag = f'"{found.integrity[7:39]}"'
    headers = {
        "cache-control": "public, max-age=3600",
        "access-control-allow-origin": "*",
        "vary": "Accept-Encoding",
        "etag": tag,
    }
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.compressed, media_type="text/javascript", headers={**headers, "content-encoding": "gzip"})
    return Response(found.content, media_type="text/javascript", headers=headers)


@get(Address.SNIPPET.value, opt=_READ)
async def snippet_page(request: AnyRequest) -> Response[str]:
    """Which lines do I put into my pages, and do they work?"""
    return await _page(request, request.query_params)


@post(Address.SNIPPET.value, opt=_KEYS, status_code=200)
async def with_key(request: AnyRequest) -> Response[str]:
    """The same lines with a key in them: one that is known already, or a new one."""
    edge = edge_of(request)
    form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
    form["left_out"] = ",".join(value for name, value in (await request.form()).multi_items() if name == "left_out")
    source, key = form.get("source", "").strip()[:_LONGEST_NAME], form.get("key", "").strip()[:_LONGEST_KEY]
    try:
        if form.get("action") == "show":
            return await _page(request, form)
        if key:
            owner = await edge.access.visitor_by_key(key)
            if owner is None or owner.kind is not Kind.WRITE_KEY:
                raise Problem(ProblemCode.WRONG_KEY, status=422)
            return await _page(request, {**form, "source": owner.source or ""}, key=key)
        if not source:
            raise Problem(ProblemCode.FIELD_MISSING, status=422, field="source")
        issued = await edge.access.issue_key(KeyKind.WRITE, source)
        return await _page(request, form, key=issued.secret, new=True)
    except Problem as problem:
        return await _page(request, form, problem=problem)


async def _page(
    request: AnyRequest, said: Mapping[str, str], *, key: str = "", new: bool = False, problem: Problem | None = None
) -> Response[str]:
    edge = edge_of(request)
    wanted = wanted_of(said, own_address(request))
    view = SnippetView(
        address=wanted.host,
        code=code_for(msgspec.structs.replace(wanted, key=key) if key else wanted),
        source=said.get("source", "")[:_LONGEST_NAME],
        key="" if problem is None else said.get("key", "")[:_LONGEST_KEY],
        consent=wanted.consent.value,
        share=round(wanted.sample * 100),
        left_out=wanted.left_out,
        params=", ".join(wanted.params),
        titles=wanted.titles,
        fixed=wanted.fixed,
        has_key=bool(key),
        new_key=new,
        origins=edge.settings.allowed_origins,
        sizes=(len(scripts()[CORE].compressed), len(scripts()[MORE].compressed)),
        problem="" if problem is None else problem.sentence(language_for(request)),
    )
    view = await _with_what_came(request, view)
    status = 200 if problem is None else problem.status
    return await show(request, Page(template="pages/snippet.html", view=view, section="data", status=status))


async def _with_what_came(request: AnyRequest, view: SnippetView) -> SnippetView:
    """What is known of the sources; a worker that is away must not keep the code from anybody."""
    edge = edge_of(request)
    keys = await edge.access.every_key()
    names = {key.source for key in keys if key.kind is KeyKind.WRITE and key.revoked is None and key.source}
    view = msgspec.structs.replace(view, sources=tuple(sorted(names)))
    with contextlib.suppress(Problem):
        seen = await asking.overview(edge)
        rows = seen.imported.sources if seen.imported is not None else ()
        found = next((row for row in rows if row.name == view.source), None)
        if found is not None:
            return msgspec.structs.replace(view, events=found.events, heard_at=found.newest_received_at)
    return view


def wanted_of(said: Mapping[str, str], host: str) -> Wanted:
    """What was chosen in a form; what makes no sense is the careful choice."""
    consent = said.get("consent", "")
    share = said.get("share", "")
    percent = int(share) if share.isascii() and share.isdigit() and int(share[:4]) in SHARES else 100
    left_out = said.get("left_out", "").split(",")
    return Wanted(
        host=host,
        consent=Consent(consent) if consent in set(Consent) else Consent.REQUIRED,
        sample=percent / 100,
        left_out=tuple(part for part in PARTS if part in left_out),
        params=names_in(said.get("params", "")[:500]),
        titles=said.get("names") == "title",
        fixed=said.get("fixed") == "1",
    )


ROUTES = (script, snippet_page, with_key)
