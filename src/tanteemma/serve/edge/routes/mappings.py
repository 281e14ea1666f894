"""The pages of webhooks: saved and ready mappings, one mapping with its example and what comes out of it."""

import asyncio
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.response import Redirect

from tanteemma.ingest.webhooks.mapping import HookMapping, Rule, mapping_in
from tanteemma.ingest.webhooks.ready import every_ready, ready_mapping
from tanteemma.ingest.webhooks.suggesting import places_in, suggested
from tanteemma.ingest.webhooks.trying import Tried, trial, tried
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve import hook_mappings
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for, own_address
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_webhooks import (
    FormRow,
    MappingEditView,
    MappingRow,
    MappingsView,
    PlaceRow,
    ReadyRow,
    TriedView,
)
from tanteemma.serve.pages.webhooks import mapping_lines, mapping_of, pretty
from tanteemma.serve.worker.messages import ReplayQuarantine
from tanteemma.store.operational import Transaction, door_definitions, quarantine, sources
from tanteemma.store.operational.door_records import DoorDefinition, DoorKind

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_LONGEST: Final = 512 * 1024
_EMPTY: Final = HookMapping(rules=(Rule(),))


@get(Address.MAPPINGS.value, opt=_READ)
async def every(request: AnyRequest) -> Response[str]:
    """Which webhooks and forms are understood, and which are ready to be taken over?"""
    language = language_for(request)
    saved, forms = await edge_of(request).access.read(
        lambda tx: (hook_mappings.every_mapping(tx), hook_mappings.every_form(tx))
    )
    rows = tuple(
        MappingRow(
            name=one.name,
            title=one.mapping.title,
            source=one.mapping.source,
            version=one.version,
            changed_at=one.changed,
            rules=len(one.mapping.rules),
            signed=one.secret,
        )
        for one in saved
    )
    ready = tuple(
        ReadyRow(
            name=name,
            system=one.system,
            about=one.about[language],
            hook=one.mapping is not None,
            columns=",".join(f"{role}={column}" for role, column in one.file.columns.items()) if one.file else "",
        )
        for name, one in every_ready().items()
    )
    listed = tuple(
        FormRow(name=one.name, title=one.form.title, source=one.form.source, version=one.version, changed_at=one.changed)
        for one in forms
    )
    view = MappingsView(rows=rows, ready=ready, forms=listed)
    return await show(request, Page(template="pages/mappings.html", view=view, section="data", notice=notice_of(request)))


@get(Address.MAPPING.value, opt=_READ)
async def edit(request: AnyRequest) -> Response[str]:
    """The form for a new mapping, a saved one, a version of it, or a ready one to be taken over."""
    said = request.query_params
    name, ready = said.get("name", ""), said.get("ready", "")
    example = headers = ""
    mapping: HookMapping = _EMPTY
    if ready:
        found = ready_mapping(ready, language_for(request))
        if found is None:
            raise Problem(ProblemCode.NOT_FOUND, status=404)
        mapping, name = found, name or ready
        first = every_ready()[ready].examples[0]
        example = pretty(first.body)
        headers = "\n".join(f"{key}: {value}" for key, value in first.headers.items())
    elif name:
        mapping = await edge_of(request).access.read(lambda tx: _asked_for(tx, name, said.get("version", "")))
        example, headers = await edge_of(request).access.read(lambda tx: _received(tx, name))
    return await _page(request, name, mapping, {"example": example, "headers": headers})


def _asked_for(tx: Transaction, name: str, version: str) -> HookMapping:
    """The mapping of this name as it is or was; an empty one for a name that only a sender uses so far."""
    for one in door_definitions.versions(tx, DoorKind.MAPPING, name):
        if str(one.version) == version or (not version and not one.removed):
            return mapping_in(one.document.encode())
        if not version:
            break
    return _EMPTY


def _received(tx: Transaction, name: str) -> tuple[str, str]:
    """The newest message that could not be read by this mapping, with its headers."""
    row = quarantine.newest_with(tx, "mapping", name)
    if row is None:
        return "", ""
    headers = msgspec.json.decode(row.params.get("headers", "{}"), type=dict[str, str])
    return row.raw[:_LONGEST].decode("utf-8", "replace"), "\n".join(f"{key}: {value}" for key, value in headers.items())


@post(Address.MAPPING.value, opt=_CHANGE)
async def change(request: AnyRequest) -> Response[str] | Redirect:
    """Suggest from the example, show what comes out, or save."""
    said = await _said(request)
    name, mapping = said.get("name", "").strip(), mapping_of(said)
    try:
        if said.get("action") == "suggest":
            first = suggested(hook_mappings.example_payload(said.get("example", "")))
            mapping = msgspec.structs.replace(mapping, rules=first.rules)
        if said.get("action") == "save":
            secret = said.get("secret", "").strip()
            kept = None if not secret and "secret_remove" not in said else secret
            await edge_of(request).access.write(lambda tx: hook_mappings.keep_mapping(tx, name, mapping, OWNER, secret=kept))
            return Redirect(f"{Address.MAPPINGS.value}?done=mapping_saved", status_code=303)
    except Problem as problem:
        return await _page(request, name, mapping, said, (problem,))
    except Problems as several:
        return await _page(request, name, mapping, said, several.problems)
    return await _page(request, name, mapping, said)


@post(Address.MAPPING_TRY.value, opt=_CHANGE, status_code=200)
async def attempt(request: AnyRequest) -> Response[str]:
    """What comes out of the example now? The part of the page that follows the typing."""
    said = await _said(request)
    edge, language = edge_of(request), language_for(request)
    view = TriedView(tried=_tried(request, mapping_of(said), said))
    shell = Shell(path=request.url.path, csrf_token="", time_zone=edge.settings.time_zone)
    content = await asyncio.get_running_loop().run_in_executor(
        edge.threads, renderer(language).render, "partials/tried.html", view, shell
    )
    return Response(content, media_type=MediaType.HTML)


@post(Address.MAPPING_REMOVE.value, opt=_CHANGE)
async def remove(request: AnyRequest) -> Redirect:
    """Remove a mapping; what comes for it from now on is kept in quarantine."""
    name = (await _said(request)).get("name", "")
    await edge_of(request).access.write(lambda tx: hook_mappings.remove(tx, DoorKind.MAPPING, name, OWNER))
    return Redirect(f"{Address.MAPPINGS.value}?done=mapping_removed", status_code=303)


@post(Address.MAPPING_REPLAY.value, opt=_CHANGE)
async def replay(request: AnyRequest) -> Redirect:
    """Read what waits in quarantine once more, by the mappings as they are now."""
    await asking.ask(edge_of(request), ReplayQuarantine(origin="live"))
    return Redirect(f"{Address.MAPPINGS.value}?done=mapping_replayed", status_code=303)


async def _said(request: AnyRequest) -> dict[str, str]:
    return {name: str(value)[:_LONGEST] for name, value in (await request.form()).items()}


def _tried(request: AnyRequest, mapping: HookMapping, said: dict[str, str]) -> Tried | None:
    if not said.get("example", "").strip():
        return None
    hook = hook_mappings.example_hook(said.get("name", ""), said["example"], said.get("headers", ""))
    return tried(mapping, hook, trial(edge_of(request).settings.time_zone), language_for(request))


async def _page(
    request: AnyRequest, name: str, mapping: HookMapping, said: dict[str, str], wrong: tuple[Problem, ...] = ()
) -> Response[str]:
    edge, language = edge_of(request), language_for(request)

    def look(tx: Transaction) -> tuple[list[DoorDefinition], bool, bool, tuple[str, ...]]:
        return (
            door_definitions.versions(tx, DoorKind.MAPPING, name),
            door_definitions.has_secret(tx, name),
            quarantine.newest_with(tx, "mapping", name) is not None if name else False,
            tuple(one.name for one in sources.every(tx) if not one.sample),
        )

    versions, has_secret, waiting, names = await edge.access.read(look)
    places: tuple[PlaceRow, ...] = ()
    try:
        if said.get("example", "").strip():
            payload = hook_mappings.example_payload(said["example"])
            places = tuple(PlaceRow(one.written, one.shown) for one in places_in(payload))
    except Problem as problem:
        wrong = (*wrong, problem) if problem.code not in {one.code for one in wrong} else wrong
    view = MappingEditView(
        name=name,
        old=bool(versions) and not versions[0].removed,
        mapping=mapping,
        lines=mapping_lines(mapping),
        address=f"{own_address(request)}/v1/hooks/{name or 'NAME'}",
        sources=names,
        example=said.get("example", ""),
        headers=said.get("headers", ""),
        places=places,
        tried=_tried(request, mapping, said) if mapping is not _EMPTY else None,
        has_secret=has_secret,
        waiting=waiting,
        sentences=tuple(one.sentence(language) for one in wrong),
        versions=tuple((one.version, one.changed) for one in versions),
    )
    status = 422 if wrong else 200
    return await show(request, Page(template="pages/mapping_edit.html", view=view, section="data", status=status))


ROUTES = (every, edit, change, attempt, remove, replay)
