"""May this sender send now, from where they send? Asked at every door: before anything is read, and once the key is known."""

from functools import lru_cache
from typing import Final

from tanteemma.ingest.doors.shape import Limits
from tanteemma.ingest.steps.strict_json import Shape
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.asgi import Scope
from tanteemma.serve.edge.body import header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.forms import own_origin
from tanteemma.serve.edge.loopback import is_loopback
from tanteemma.serve.edge.origins import Origins
from tanteemma.serve.edge.visitor import Visitor

_SOURCE: Final = "source"


async def check_knock(edge: Edge, scope: Scope, origin: str | None) -> None:
    """Before the key is known. Raises Problem FOREIGN_ORIGIN for a page nobody allowed, TOO_MANY_REQUESTS for an address.

    This machine itself has no limit: a proxy that is not named in ``trusted_proxies`` would share it with all its visitors.
    """
    own = own_origin(edge, scope)
    if not edge.origins.lets_in(origin, own) and not Origins(await edge.access.key_origins()).lets_in(origin, own):
        raise Problem(ProblemCode.FOREIGN_ORIGIN, status=403)
    check_address(edge, scope)


def check_address(edge: Edge, scope: Scope) -> None:
    """Raises Problem TOO_MANY_REQUESTS for an address that asks too often."""
    if (address := address_of(scope)) is not None:
        edge.address_buckets.check(address, edge.settings.address_requests_per_s)
        count_address(edge, address)


def count_address(edge: Edge, address: str) -> None:
    """Count a request against the limit of the address it came from."""
    edge.address_buckets.spend(address, edge.settings.address_requests_per_s, 1)


def address_of(scope: Scope) -> str | None:
    """Whose limit counts? Named proxies were taken away before; None for this machine itself."""
    client = scope.get("client")
    return None if client is None or is_loopback(client[0]) else client[0]


def check_key(edge: Edge, scope: Scope, visitor: Visitor, origin: str | None) -> None:
    """Once the key is known. Raises Problem FOREIGN_ORIGIN, TOO_MANY_REQUESTS.

    A key that names web sites may be used by their pages and by our own, one that names none by those of the settings; requests
    without an origin come from programs.
    """
    note_key(scope, visitor)
    if not origin_fits(edge, scope, visitor, origin):
        raise Problem(ProblemCode.FOREIGN_ORIGIN, status=403)
    edge.key_buckets.check(visitor.key, rate_of(edge, visitor))
    edge.sightings.used(visitor.key)


def note_key(scope: Scope, visitor: Visitor) -> None:
    """Remember whose request it is, for whoever counts its refusal."""
    scope["state"][_SOURCE] = visitor.source


def origin_fits(edge: Edge, scope: Scope, visitor: Visitor, origin: str | None) -> bool:
    """May this key be used from this web site?"""
    allowed = Origins(visitor.origins) if visitor.origins else edge.origins
    return allowed.lets_in(origin, own_origin(edge, scope))


def nobody_waits(edge: Edge, address: str | None, visitor: Visitor) -> bool:
    """Would neither the address nor the key be told to wait? Asked without counting anything."""
    rate = edge.settings.address_requests_per_s
    if address is not None and edge.address_buckets.empty(address, rate):
        return False
    return not edge.key_buckets.empty(visitor.key, rate_of(edge, visitor))


def spend(edge: Edge, visitor: Visitor, events: int) -> None:
    """Count the events of a request against the limit of its key."""
    edge.key_buckets.spend(visitor.key, rate_of(edge, visitor), max(1, events))


def rate_of(edge: Edge, visitor: Visitor) -> int:
    """How many events a second may this key bring? 0: as many as it likes."""
    return edge.settings.key_events_per_s if visitor.events_per_s is None else visitor.events_per_s


def limits_of(edge: Edge) -> Limits:
    """How much one request may hold."""
    settings = edge.settings
    return _limits(settings.largest_event_bytes, settings.largest_body_bytes, settings.most_events)


@lru_cache(maxsize=16)
def _limits(event_bytes: int, body_bytes: int, events: int) -> Limits:
    return Limits(body_bytes=body_bytes, events=events, shape=Shape(size=event_bytes))


def note_refusal(edge: Edge, scope: Scope, dialect: str, problem: Problem) -> None:
    """A request was refused as a whole: counted, and shown to whoever looks at what arrives."""
    edge.counters.refused(problem.code.value)
    source = scope["state"].get(_SOURCE)
    edge.sightings.refused(source, problem.code.value)
    edge.arrivals.refused(source, dialect, header(scope["headers"], b"user-agent"), problem)
