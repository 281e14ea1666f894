"""Every way in names what it needs, and nobody gets more than that."""

import itertools

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler

from tanteemma.serve.edge.doors import DOORS
from tanteemma.serve.edge.every_route import every_route
from tanteemma.serve.edge.site import permission_of
from tanteemma.serve.edge.visitor import Kind, Permission, Visitor

PUBLIC = {
    "/healthz",
    "/readyz",
    "/setup",
    "/sign-out",
    "/static/{version:str}/{name:path}",
    "/v1/snippet/{name:str}",
    "/share/{token:str}",
}
#: what people in a workshop may without an account; each checks the link, the name they came in by, and where the form stood
ROOM = {f"/w/{{token:str}}{deed}" for deed in ("", "/join", "/guess", "/vote", "/measure", "/stream")}
PUBLIC |= ROOM
#: asked by POST because a question can be long; it changes nothing
QUESTIONS = {"/api/sql", "/v1/people/batch"}


def every_path() -> list[tuple[str, HTTPRouteHandler]]:
    found = []
    for route in Litestar(every_route(), openapi_config=None).routes:
        found += [(route.path, handler) for handler in getattr(route, "route_handlers", ())]
    return found


def test_every_route_names_its_permission() -> None:
    forgetful = [
        path for path, handler in every_path() if "OPTIONS" not in handler.http_methods and permission_of(handler) is None
    ]
    assert len(every_path()) > 40
    assert forgetful == []


def test_only_what_gives_nothing_away_is_public() -> None:
    public = {path for path, handler in every_path() if permission_of(handler) is Permission.PUBLIC}
    assert public == PUBLIC


def test_what_changes_something_needs_more_than_reading() -> None:
    for path, handler in every_path():
        if handler.http_methods & {"POST", "PUT", "PATCH", "DELETE"} and path not in PUBLIC | QUESTIONS:
            assert permission_of(handler) in {Permission.DATA_WRITE, Permission.KEYS_WRITE}, path


def test_every_door_names_its_permission() -> None:
    assert DOORS
    for path, door in DOORS.items():
        assert path.startswith("/v1/")
        assert door.permissions
        assert Permission.PUBLIC not in door.permissions


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (Kind.NOBODY, set()),
        (Kind.WRITE_KEY, {Permission.EVENTS_WRITE}),
        (Kind.READ_KEY, {Permission.DATA_READ}),
        (Kind.ADMIN_KEY, {Permission.DATA_READ, Permission.DATA_WRITE, Permission.KEYS_WRITE, Permission.METRICS_READ}),
        (Kind.OWNER, {Permission.DATA_READ, Permission.DATA_WRITE, Permission.KEYS_WRITE, Permission.METRICS_READ}),
    ],
)
def test_each_kind_of_visitor_may_exactly_this(kind: Kind, wanted: set[Permission]) -> None:
    visitor = Visitor(kind=kind)
    assert {permission for permission in Permission if visitor.may(permission)} == wanted | {Permission.PUBLIC}


def test_a_session_never_opens_a_door() -> None:
    for door, kind in itertools.product(DOORS.values(), (Kind.OWNER, Kind.NOBODY)):
        if door.permissions == (Permission.EVENTS_WRITE,):
            assert not any(Visitor(kind=kind).may(permission) for permission in door.permissions)


def test_a_route_without_a_permission_would_be_found() -> None:
    @get("/forgotten")
    async def forgotten() -> None:
        """Names nothing."""

    (route,) = [route for route in Litestar([forgotten], openapi_config=None).routes if route.path == "/forgotten"]
    assert [permission_of(handler) for handler in getattr(route, "route_handlers", ()) if "GET" in handler.http_methods] == [
        None
    ]
