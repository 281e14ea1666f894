"""Everything that is not a door: the pages, the interface and the health of the product, as one Litestar application."""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from litestar import Litestar, Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.edge.answers import refusal_body, refusal_headers, refusals_body
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.every_route import every_route
from tanteemma.serve.edge.reading import edge_of, language_for, visitor_of
from tanteemma.serve.edge.visitor import Kind, Permission
from tanteemma.serve.pages.render import renderer
from tanteemma.serve.pages.views import ErrorView, SetupView, Shell

_log = structlog.get_logger(__name__)
_UNAUTHORIZED: Final = 401
_LARGEST_NUMBER: Final = 2**63 - 1
_STATUS_CODES: Final = {
    400: ProblemCode.BAD_REQUEST,
    401: ProblemCode.NO_KEY,
    403: ProblemCode.FORBIDDEN,
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.METHOD_NOT_ALLOWED,
    413: ProblemCode.TOO_LARGE,
    415: ProblemCode.UNSUPPORTED_MEDIA_TYPE,
}


def permission_of(handler: BaseRouteHandler) -> Permission | None:
    """The permission a route names, None if it forgot to."""
    named = handler.opt.get("permission")
    return named if isinstance(named, Permission) else None


def only_permitted(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard of every route: a route without a permission is closed, a visitor without it is refused.

    Raises Problem NO_KEY (401) for somebody who did not say who they are, FORBIDDEN (403) for somebody who may not.
    """
    permission = permission_of(handler)
    visitor = visitor_of(connection.scope)
    if permission is None:
        raise Problem(ProblemCode.FORBIDDEN, status=403)
    if visitor.csrf_open and not handler.opt.get("checks_form_itself", False):
        raise Problem(ProblemCode.FORBIDDEN, status=403)
    if visitor.may(permission) or (permission is Permission.METRICS_READ and visitor.loopback and not visitor.key_said):
        return
    if visitor.kind is Kind.NOBODY:
        raise Problem(ProblemCode.NO_KEY, status=401)
    raise Problem(ProblemCode.FORBIDDEN, status=403)


def only_numbers_that_exist(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Guard of every route. Raises Problem NOT_FOUND (404) for a number in the address that no table can hold."""
    if any(isinstance(value, int) and abs(value) > _LARGEST_NUMBER for value in connection.path_params.values()):
        raise Problem(ProblemCode.NOT_FOUND, status=404)


def build_site(edge: Edge, routes: Sequence[HTTPRouteHandler] | None = None) -> Litestar:
    """The application with all routes; each names the permission it needs in ``opt``."""
    return Litestar(
        route_handlers=every_route() if routes is None else routes,
        state=State({"edge": edge}),
        guards=[only_permitted, only_numbers_that_exist],
        exception_handlers={Problem: _refused, Problems: _refused_all, HTTPException: _not_served, Exception: _failed},
        openapi_config=None,
        logging_config=None,
        debug=False,
        request_max_body_size=2 * 1024 * 1024,
    )


def _refused(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    edge_of(request).counters.refused(problem.code.value)
    return refusal(request, problem)


def _refused_all(request: Request[Any, Any, Any], several: Problems) -> Response[Any]:
    """Several problems at once: all of them for a program, the first for a browser (a form says them itself)."""
    first = several.problems[0]
    if wants_page(request):
        return _refused(request, first)
    edge_of(request).counters.refused(first.code.value)
    signed_in = visitor_of(request.scope).kind is not Kind.NOBODY
    body = refusals_body(several.problems, language_for(request), echo=signed_in)
    return Response(content=body, status_code=first.status, media_type=MediaType.JSON)


def _not_served(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = error.status_code if error.status_code in _STATUS_CODES else 400
    params = {"allowed": (error.headers or {}).get("allow", "GET")} if status == 405 else {}  # noqa: PLR2004 - method not allowed
    return _refused(request, Problem(_STATUS_CODES[status], status=status, **params))


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    _log.error("request_failed", request_id=request.scope["state"].get("request_id"), exc_info=error)
    return _refused(request, Problem(ProblemCode.INTERNAL, status=500))


def refusal(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """A problem as the visitor can read it: a page for a browser, JSON for a program."""
    language = language_for(request)
    headers = {name.decode(): value.decode() for name, value in refusal_headers(problem)}
    if not wants_page(request):
        signed_in = visitor_of(request.scope).kind is not Kind.NOBODY
        body = refusal_body(problem, language, echo=signed_in)
        return Response(content=body, status_code=problem.status, media_type=MediaType.JSON, headers=headers)
    number = str(request.scope["state"].get("request_id", ""))
    visitor = visitor_of(request.scope)
    shell = Shell(
        path=request.url.path,
        query=request.url.query,
        csrf_token=visitor.csrf_token,
        signed_in=visitor.kind is Kind.OWNER,
        sample=edge_of(request).live.sample,
        request_id=number,
    )
    if problem.status == _UNAUTHORIZED:
        content = renderer(language).render("pages/setup.html", SetupView(state="closed"), shell)
    else:
        view = ErrorView(status=problem.status, sentence=problem.sentence(language), request_id=number)
        content = renderer(language).render("pages/error.html", view, shell)
    return Response(content=content, status_code=problem.status, media_type=MediaType.HTML, headers=headers)


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Is this a browser showing a page (not a program, not a script of a page)?"""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(("/api/", "/v1/"))
