"""Web statistics that know no persons: Plausible at ``/api/event`` and Umami at ``/api/send``.

Neither sends an id. A visitor is a hash of the day's salt, the site, the address and the browser: it tells visitors of one day
apart, not one of today from one of yesterday, and neither address nor salt is ever stored. Nor is there an id of an event: the
same words are the same event within one second only, so that who looks at a page twice is counted twice. The write key stands
in the Authorization header, in the address as ``key``, or is the site's own id where a write key is used as one. Source:
Plausible's and Umami's trackers.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from tanteemma.ingest.doors.days import day_visitor
from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode, problem_body

_REFUSED: Final = 422
_PAGE: Final = "pageview"
_SECOND_US: Final = 1_000_000


class _Visitors:
    """What both have in common."""

    def recognises(self, request: Foreign) -> bool:
        """Every request at its path."""
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """None: every request brings an event."""
        return None

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """Why, in words."""
        status = 400 if problem.status == _REFUSED else problem.status
        return Said(status, msgspec.json.encode(problem_body(problem, "en", echo=False)), headers=wait_headers(problem))


@hooks.dialects.add("plausible")
class Plausible(_Visitors):
    """Plausible's tracker."""

    name: Final = "plausible"
    paths: Final = ("/api/event",)

    def key(self, request: Foreign) -> str | None:
        """``key`` of the address, else the site."""
        return request.asked("key") or _said(request, "d")

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The one event of a request."""
        text = json_in(request)
        said = members(text.mended)
        name, site = text_of(said.get("n") or said.get("name")), text_of(said.get("d") or said.get("domain"))
        if not name or not site:
            raise Problem(ProblemCode.FIELD_MISSING, status=_REFUSED, field="d" if name else "n")
        properties = {other: text for other, text in said.items() if other not in {"n", "name", "p", "props", "m", "meta"}}
        properties |= inside(said.get("p") or said.get("props") or said.get("m"))
        visitor = visitor_of(request, site, setting)
        event = _event(name, properties) | {"anonymous_id": msgspec.json.encode(visitor)}
        event["message_id"] = msgspec.json.encode(at_this_second(setting, visitor, repr(sorted(said.items()))))
        return Told((Member(native_text(event), text.came),), NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """Ok."""
        if settled.problem is not None and settled.status != 202:  # noqa: PLR2004 - what settle promises
            return self.refusal(request, settled.problem)
        return Said(202, b"ok", "text/plain")


@hooks.dialects.add("umami")
class Umami(_Visitors):
    """Umami's tracker."""

    name: Final = "umami"
    paths: Final = ("/api/send",)

    def key(self, request: Foreign) -> str | None:
        """``key`` of the address, else the site's id."""
        try:
            payload = inside(inside(json_in(request).mended).get("payload"))
        except Problem:
            return request.asked("key")
        return request.asked("key") or text_of(payload.get("website"))

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The one event of a request; ``identify`` says who the visitor is."""
        text = json_in(request)
        said = members(text.mended)
        payload = members(said.get("payload", b""), status=_REFUSED)
        site = text_of(payload.get("website")) or ""
        properties = {other: value for other, value in payload.items() if other not in {"name", "data", "id"}}
        properties |= inside(payload.get("data"))
        event = _event(text_of(payload.get("name")) or _PAGE, properties)
        visitor = visitor_of(request, site, setting)
        event["anonymous_id"] = msgspec.json.encode(visitor)
        if text_of(said.get("type")) == "identify":
            event = {"type": b'"identify"', "anonymous_id": event["anonymous_id"], "traits": payload.get("data", b"{}")}
        if text_of(payload.get("id")):
            event["user_id"] = payload["id"]
        event["message_id"] = msgspec.json.encode(at_this_second(setting, visitor, repr(sorted(said.items()))))
        return Told((Member(native_text(event), text.came),), NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """A cache token and ids, as its tracker wants them; they hold nothing."""
        if settled.problem is not None and settled.status != 202:  # noqa: PLR2004 - what settle promises
            return self.refusal(request, settled.problem)
        return Said(200, msgspec.json.encode({"cache": "", "sessionId": "", "visitId": ""}))


def _said(request: Foreign, name: str) -> str | None:
    try:
        return text_of(inside(json_in(request).mended).get(name))
    except Problem:
        return None


def _event(name: str, properties: dict[str, bytes]) -> dict[str, bytes]:
    title = text_of(properties.get("title"))
    found = {"type": b'"page"', "name": msgspec.json.encode(title or "Page")}
    if name != _PAGE:
        found = {"type": b'"track"', "event": msgspec.json.encode(name)}
    return found | {"properties": native_text(properties)}


def at_this_second(setting: DoorRequest, visitor: str, said: str) -> str:
    """An id for what a visitor says at the second it arrives: the same words a second later are another event."""
    told = "\0".join((str(setting.received_us // _SECOND_US), visitor, said))
    return f"second:{blake2b(told.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def visitor_of(request: Foreign, site: str, setting: DoorRequest) -> str:
    """Who this is for today."""
    return day_visitor(site, request.address, request.header("user-agent"), setting.day_salt)
