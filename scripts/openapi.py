"""The interface as an OpenAPI document, from the routes themselves; ``make reference`` writes it."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final, get_args, get_type_hints

import msgspec
from litestar.handlers import HTTPRouteHandler

from tanteemma import __version__
from tanteemma.serve.edge.every_route import every_route
from tanteemma.serve.edge.visitor import Permission

_OURS: Final = ("/api/", "/healthz", "/readyz", "/metrics", "/v1/")
_PARAMETER: Final = re.compile(r"\{(\w+):(\w+)\}")
_READ_AS: Final = re.compile(r"(?:_body\(request, |type=)(\w+)")
_KINDS: Final = {"int": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}}
_ERROR: Final = "#/components/schemas/Refusal"
#: streams without an end, and what needs more than a request to mean anything
_LEFT_OUT: Final = ("/live",)
_REFUSAL: Final = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "params": {"type": "object"}},
        },
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_EVENT: Final = {
    "type": "object",
    "properties": {
        "message_id": {"type": "string"},
        "type": {"enum": ["track", "identify", "page", "screen", "group", "alias"]},
        "event": {"type": "string"},
        "user_id": {"type": ["string", "integer"]},
        "timestamp": {"type": "string"},
        "properties": {"type": "object"},
    },
}
_DOORS: Final = {
    "/v1/events": ("One event, a list, or a batch.", {"anyOf": [_EVENT, {"type": "array", "items": _EVENT}]}),
    "/v1/cloudevents": ("CloudEvents 1.0, structured.", {"type": "object"}),
    "/v1/hooks/{name}": ("A webhook of any system, by a mapping.", {}),
}


def document() -> str:
    """The whole document as JSON text."""
    bodies: dict[str, type] = {}
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler in _routes():
        paths.setdefault(_PARAMETER.sub(r"{\1}", path), {})[method] = _operation(path, method, handler, bodies)
    for path, (summary, schema) in _DOORS.items():
        named = [_parameter("name", "str")] if "{" in path else []
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        paths[path] = {
            "post": _said(summary, path, "post") | {"parameters": named, "requestBody": body, "responses": _answers(202)}
        }
    _, components = msgspec.json.schema_components(tuple(bodies.values()), ref_template="#/components/schemas/{name}")
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Tante Emma", "version": __version__, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(sorted({**components, "Refusal": _REFUSAL}.items())),
        },
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _routes() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for handler in every_route():
        for path in sorted(handler.paths):
            if path.startswith(_OURS) and not path.endswith(_LEFT_OUT):
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield path, method.lower(), handler


def _operation(path: str, method: str, handler: HTTPRouteHandler, bodies: dict[str, type]) -> dict[str, Any]:
    function = inspect.unwrap(handler.fn)
    found = _said((function.__doc__ or path).strip().splitlines()[0], path, method)
    found["parameters"] = [_parameter(name, kind) for name, kind in _PARAMETER.findall(path)]
    if handler.opt.get("permission") is Permission.PUBLIC:
        found["security"] = []
    body = _body_of(function)
    if body is not None:
        bodies[body.__name__] = body
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    found["responses"] = _answers(handler.status_code)
    return found


def _said(summary: str, path: str, method: str) -> dict[str, Any]:
    plain = _PARAMETER.sub(r"\1", path)
    return {"summary": summary, "operationId": re.sub(r"\W+", "_", f"{method}{plain}").strip("_")}


def _parameter(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _KINDS.get(kind, {"type": "string", "minLength": 1})}


def _answers(status: int) -> dict[str, Any]:
    refused = {"description": "Refused, and why.", "content": {"application/json": {"schema": {"$ref": _ERROR}}}}
    return {str(status): {"description": "Done."}, "4XX": refused, "503": refused}


def _body_of(function: Any) -> type | None:  # noqa: ANN401 - a function of any shape
    """The struct a route reads its body as: named as ``data``, or read by hand."""
    hinted = get_type_hints(function).get("data")
    for one in (hinted, *get_args(hinted)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one
    read = _READ_AS.search(inspect.getsource(function))
    named = function.__globals__.get(read[1]) if read else None
    return named if isinstance(named, type) and issubclass(named, msgspec.Struct) else None
