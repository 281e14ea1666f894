"""The short way for senders who say the same again: from the bytes of a request to the doors, past ASGI.

A connection that brought a request on the long way, and now brings one whose headers are the same (but for the length of the
body), needs neither be parsed again nor asked again what only depends on its headers. Everything else is asked as ever, by the
same functions: key, limits, room, the door itself, journal, answer. Whatever is not plain goes the long way: a key that is not
remembered, a limit that is reached, no room, a body that did not come with its headers. Nothing has happened then.
"""

import time
from functools import partial
from typing import Final, Protocol

from tanteemma.ingest.doors.shape import Answer, Decoded, DoorRequest
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.admitting import address_of, count_address, nobody_waits, note_key, origin_fits, spend
from tanteemma.serve.edge.answers import JSON, language_of
from tanteemma.serve.edge.asgi import Headers, Scope
from tanteemma.serve.edge.body import header
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.doors import DOORS, DoorRoute, failed, key_said, opens, refused
from tanteemma.serve.edge.events_door import LARGE, EventsDoor, said_now
from tanteemma.serve.edge.gate import NUMBER, Hosts, next_number, note_request
from tanteemma.serve.edge.headers import with_safe
from tanteemma.serve.edge.knocking import Knock, Reply
from tanteemma.serve.edge.origins import cors_headers
from tanteemma.serve.edge.promising import NATIVE, begin_promise, count_rejected, reply_of, tried
from tanteemma.serve.edge.uploads import check_room
from tanteemma.serve.edge.visitor import NOBODY, Visitor
from tanteemma.serve.edge.written import Heads, written_head
from tanteemma.store.operational.secrets import digest_of

#: what a sender says that wants to be asked before it goes on, or wants another protocol
_NOT_PLAIN: Final = frozenset((b"expect", b"upgrade", b"transfer-encoding", b"trailer"))


class Sender(Protocol):
    """One request that came the short way, as its connection sees it."""

    keep_alive: bool
    disconnected: bool

    @property
    def first_headers(self) -> Headers:
        """What the server says in every answer: the date."""
        ...

    def end(self, answer: bytes, *, keep_alive: bool) -> None:
        """Write the answer; the next request may come."""
        ...


class Standing:
    """What one connection says again and again: the headers of its requests, and what follows from them alone.

    ``visitor``, ``setting``: whose key it is and what a request of theirs is, as long as the same is remembered of the key.
    """

    __slots__ = ("address", "allowed", "digest", "door", "heads", "language", "origin", "route", "scope", "setting", "visitor")

    def __init__(self, scope: Scope, route: DoorRoute, door: EventsDoor, language: str) -> None:
        key = key_said(scope, route)
        self.scope = scope
        self.route = route
        self.door = door
        self.language = language
        self.digest = digest_of(key) if key is not None else b""
        self.address = address_of(scope)
        self.origin = header(scope["headers"], b"origin")
        self.allowed = cors_headers(self.origin)
        self.heads = Heads()
        self.visitor: Visitor = NOBODY
        self.setting: DoorRequest | None = None


class Lane:
    """The short way into one server. ``sender`` is told its answer after the event is durable, never before."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._hosts = Hosts(edge)

    def serves(self, scope: Scope) -> bool:
        """Could a request with these headers go the short way?"""
        route = DOORS.get(scope["path"])
        return (
            route is not None
            and isinstance(route.take, EventsDoor)
            and scope["method"] == "POST"
            and scope["http_version"] == "1.1"
            and not any(name in _NOT_PLAIN for name, _ in scope["headers"])
        )

    def standing(self, scope: Scope) -> Standing | None:
        """What follows from headers that went the long way (a proxy's words were read there); None: they always have to."""
        route = DOORS[scope["path"]]
        if not isinstance(route.take, EventsDoor) or not self._hosts.fit(scope):
            return None
        language = language_of(header(scope["headers"], b"accept-language"), self._edge.settings.language)
        return Standing(scope, route, route.take, language)

    def take(self, standing: Standing, body: bytes, sender: Sender) -> bool:
        """Take one request. False: it has to go the long way, and nothing has happened."""
        edge, started = self._edge, time.perf_counter()
        visitor = edge.access.remembered(standing.digest)
        if visitor is None or len(body) > LARGE or edge.stopping.is_set():
            return False
        if visitor is not standing.visitor and not self._recognised(standing, visitor):
            return False
        if standing.setting is None or not nobody_waits(edge, standing.address, visitor):
            return False
        try:
            check_room(edge)
            edge.memory.take(len(body))
        except Problem:
            return False
        edge.counters.went_short()
        number = next_number()
        taken = partial(self._ended, standing, sender, (number, started, len(body)))
        standing.scope["state"]["request_id"] = number
        if standing.address is not None:
            count_address(edge, standing.address)
        note_key(standing.scope, visitor)
        edge.sightings.used(visitor.key)
        decoded = tried(partial(self._decoded, standing, standing.setting, body))
        if isinstance(decoded, Exception):
            taken(decoded)
            return True
        begin_promise(edge, decoded, NATIVE, taken)
        return True

    def _decoded(self, standing: Standing, setting: DoorRequest, body: bytes) -> Decoded:
        decoded = standing.door.decoded(body, said_now(setting))
        spend(self._edge, standing.visitor, decoded.received)
        return decoded

    def _recognised(self, standing: Standing, visitor: Visitor) -> bool:
        """Does this key open the door from where the request comes? Asked once for as long as the key is remembered."""
        edge, scope = self._edge, standing.scope
        if not opens(standing.route, visitor) or not origin_fits(edge, scope, visitor, standing.origin):
            return False
        knock = Knock(scope=scope, receive=_nothing_comes, visitor=visitor, language=standing.language)
        standing.visitor, standing.setting = visitor, standing.door.setting(edge, knock)
        return True

    def _ended(self, standing: Standing, sender: Sender, taken: tuple[str, float, int], outcome: Answer | Exception) -> None:
        """The request is settled: written back, counted."""
        number, started, size = taken
        self._edge.memory.give_back(size)
        status, body, more = self._reply(standing, outcome)
        if not sender.disconnected:
            head, keep_alive = self._head(standing, sender, (status, len(body), more), number)
            sender.end(head + body, keep_alive=keep_alive)
        note_request(self._edge, standing.scope, number, status, time.perf_counter() - started)

    def _reply(self, standing: Standing, outcome: Answer | Exception) -> Reply:
        edge, scope = self._edge, standing.scope
        if isinstance(outcome, Answer):
            return reply_of(edge, outcome, standing.language)
        if isinstance(outcome, Problem):
            count_rejected(edge, standing.visitor.source or "", outcome)
            return refused(edge, scope, outcome, expects=False)
        return failed(edge, scope, outcome)

    def _head(self, standing: Standing, sender: Sender, said: tuple[int, int, Headers], number: str) -> tuple[bytes, bool]:
        """The head of an answer as the long way writes it."""
        status, length, more = said
        differing = b"content-length: %d\r\nx-request-id: %b\r\n" % (length, number.encode())
        first = sender.first_headers
        kept = standing.heads.find(status, first) if sender.keep_alive and not more else None
        if kept is not None:
            return b"".join((kept[0], differing, kept[1])), True
        own = [
            (b"content-type", JSON),
            *standing.allowed,
            *more,
            (b"content-length", str(length).encode()),
            (NUMBER, number.encode()),
        ]
        path = standing.scope["path"]
        head, keep_alive = written_head(
            status, [*first, *with_safe(own, path, https=self._edge.https)], keep_alive=sender.keep_alive
        )
        before, found, after = head.partition(differing)
        if found and keep_alive and not more:
            standing.heads.keep(status, first, (before, after))
        return head, keep_alive


async def _nothing_comes() -> dict[str, object]:
    """The body is there already."""
    return {"type": "http.disconnect"}
