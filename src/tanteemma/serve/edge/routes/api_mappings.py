"""Mappings and forms as JSON: listed, saved, tried, removed; the documents are those of the command line."""

from typing import Any, Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.enums import MediaType

from tanteemma.ingest.webhooks.door import Hook
from tanteemma.ingest.webhooks.forms import FormDefinition
from tanteemma.ingest.webhooks.mapping import HookMapping
from tanteemma.ingest.webhooks.ready import every_ready, ready_mapping
from tanteemma.ingest.webhooks.trying import trial, tried
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve import hook_mappings
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.visitor import Permission
from tanteemma.store.operational.door_records import DoorKind

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_MAIN: Final = "/api/mappings"
_FORMS: Final = "/api/forms"


class MappingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping to be kept; ``secret``: None leaves it as it is, empty ends it."""

    name: str
    mapping: HookMapping
    secret: str | None = None


class FormBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form to be kept."""

    name: str
    form: FormDefinition


class TryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping, or the name of a saved one, and an example with its headers."""

    payload: msgspec.Raw
    mapping: HookMapping | None = None
    name: str = ""
    headers: dict[str, str] = {}


@get(_MAIN, opt=_READ)
async def every(request: AnyRequest) -> Response[bytes]:
    """The mappings in force; ``name`` names one."""
    name = request.query_params.get("name")
    if name is not None:
        return _shown(await edge_of(request).access.read(lambda tx: hook_mappings.one_mapping(tx, name)))
    return _shown({"mappings": await edge_of(request).access.read(hook_mappings.every_mapping)})


@get(f"{_MAIN}/ready", opt=_READ)
async def ready(request: AnyRequest) -> Response[bytes]:
    """The ready mappings of well-known systems in one language; ``name`` gives one as it would be saved."""
    language = language_for(request)
    name = request.query_params.get("name")
    if name is not None:
        found = ready_mapping(name, language)
        if found is None:
            raise Problem(ProblemCode.DEFINITION_UNKNOWN, status=404, value=name[:80])
        return _shown(found)
    listed = [
        {"name": key, "system": one.system, "about": one.about[language], "taken_from": one.taken_from, "file": one.file}
        for key, one in every_ready().items()
    ]
    return _shown({"ready": listed})


@put(_MAIN, opt=_CHANGE)
async def keep(request: AnyRequest) -> Response[bytes]:
    """Save a mapping; the old version stays."""
    body = await _body(request, MappingBody)
    kept = await edge_of(request).access.write(
        lambda tx: hook_mappings.keep_mapping(tx, body.name, body.mapping, OWNER, secret=body.secret)
    )
    return _shown(kept)


@post(f"{_MAIN}/try", opt=_CHANGE, status_code=200)
async def attempt(request: AnyRequest) -> Response[bytes]:
    """What would come out of an example? Nothing is kept."""
    body = await _body(request, TryBody)
    mapping = body.mapping
    if mapping is None:
        mapping = (await edge_of(request).access.read(lambda tx: hook_mappings.one_mapping(tx, body.name))).mapping
    headers = {name.lower(): value for name, value in body.headers.items()}
    hook = Hook(body.name or "example", bytes(body.payload), headers)
    return _shown(tried(mapping, hook, trial(edge_of(request).settings.time_zone), language_for(request)))


@delete(_MAIN, opt=_CHANGE, status_code=200)
async def drop(request: AnyRequest) -> Response[bytes]:
    """Remove the mapping ``name`` of the address; what comes for it is kept in quarantine."""
    return await _dropped(request, DoorKind.MAPPING)


@get(_FORMS, opt=_READ)
async def every_form(request: AnyRequest) -> Response[bytes]:
    """The forms in force."""
    return _shown({"forms": await edge_of(request).access.read(hook_mappings.every_form)})


@put(_FORMS, opt=_CHANGE)
async def keep_form(request: AnyRequest) -> Response[bytes]:
    """Save a form; the old version stays."""
    body = await _body(request, FormBody)
    return _shown(await edge_of(request).access.write(lambda tx: hook_mappings.keep_form(tx, body.name, body.form, OWNER)))


@delete(_FORMS, opt=_CHANGE, status_code=200)
async def drop_form(request: AnyRequest) -> Response[bytes]:
    """Remove the form ``name`` of the address; it takes nothing from now on."""
    return await _dropped(request, DoorKind.FORM)


async def _dropped(request: AnyRequest, kind: DoorKind) -> Response[bytes]:
    name = request.query_params.get("name", "")
    await edge_of(request).access.write(lambda tx: hook_mappings.remove(tx, kind, name, OWNER))
    return _shown({"removed": name})


async def _body(request: AnyRequest, kind: type[Any]) -> Any:  # noqa: ANN401 - the struct that was asked for
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.ValidationError as wrong:
        raise Problem(ProblemCode.MAPPING_INVALID, status=422, hint=str(wrong)) from wrong
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise Problem(ProblemCode.INVALID_JSON, status=422) from wrong


def _shown(value: object) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=MediaType.JSON, headers={"cache-control": "no-store"})


ROUTES = (every, ready, keep, attempt, drop, every_form, keep_form, drop_form)
