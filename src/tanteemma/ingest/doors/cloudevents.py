"""CloudEvents 1.0 at ``/v1/cloudevents``: structured, binary and in batches; for CRM, ERP, logistics and whatever speaks it.

``type`` is the event's name, ``subject`` the customer (a user id), ``data`` the properties, ``time`` the time; ``source`` and
``id`` together are the event's id. Attributes of one's own (extensions) are kept. In ``data`` the members ``user_id``,
``anonymous_id``, ``email``, ``keys``, ``value`` and ``currency`` count as they do at the project's own door where the envelope
does not say. Source: the CloudEvents 1.0 specification and its HTTP binding.
"""

from typing import Final
from urllib.parse import unquote

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import elements, inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode, problem_body

_BINARY: Final = "ce-"
_NEEDED: Final = ("id", "source", "type")
_OWN: Final = ("user_id", "anonymous_id", "keys", "value", "currency", "channel")
_SPENT: Final = frozenset(("id", "source", "type", "subject", "time", "data", "specversion"))
_REFUSED: Final = 422
_LATER: Final = 202


@hooks.dialects.add("cloudevents")
class CloudEvents:
    """Anything that speaks CloudEvents."""

    name: Final = "cloudevents"
    paths: Final = ("/v1/cloudevents",)

    def recognises(self, request: Foreign) -> bool:
        """Every request at its path."""
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """None: every request brings events."""
        return None

    def key(self, request: Foreign) -> str | None:
        """In the Authorization header only."""
        return None

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """One event in headers and body, one in the body, or a list of them."""
        said = {name.removeprefix(_BINARY): value for name, value in request.headers if name.startswith(_BINARY)}
        if "id" in said or "type" in said:
            return Told((_binary(said, request),), NO_TIME)
        text = json_in(request)
        if text.is_array:
            return Told([_member(*both) for both in elements(text, text.mended, setting.limits.events)], NO_TIME)
        return Told((_member(text.mended, text.came),), NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """As at the project's own door."""
        return Said(settled.status, msgspec.json.encode(settled.document("en")))

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """As at the project's own door."""
        return Said(problem.status, msgspec.json.encode(problem_body(problem, "en", echo=False)), headers=wait_headers(problem))


def _binary(said: dict[str, str], request: Foreign) -> Member:
    try:
        body = request.body.strip()
        found = {name: msgspec.json.encode(unquote(value)) for name, value in said.items()}
        if body:
            found["data"] = (
                json_in(request).mended if body[:1] in b"{[" else msgspec.json.encode(body.decode("utf-8", "replace"))
            )
        return Member(_native(found), request.body)
    except Problem as problem:
        return Member(problem, request.body)


def _member(piece: bytes, raw: bytes) -> Member:
    return member_of(lambda: _native(members(piece, status=_REFUSED)), raw)


def _native(said: dict[str, bytes]) -> bytes:
    for name in _NEEDED:
        if not text_of(said.get(name)):
            raise Problem(ProblemCode.FIELD_MISSING, status=_REFUSED, field=name)
    data = said.get("data")
    properties = members(data, status=_REFUSED) if data is not None and data.startswith(b"{") else {}
    found = {name: text for name, text in said.items() if name not in _SPENT}
    message_id = f"{text_of(said['source'])} {text_of(said['id'])}"
    found |= {"type": b'"track"', "event": said["type"], "message_id": msgspec.json.encode(message_id)}
    if "time" in said:
        found["timestamp"] = said["time"]
    if text_of(said.get("subject")):
        found["user_id"] = said["subject"]
    found |= {name: properties[name] for name in _OWN if name in properties and name not in found}
    email = text_of(properties.get("email")) or text_of(inside(properties.get("customer")).get("email"))
    if email:
        found["traits"] = native_text({"email": msgspec.json.encode(email)})
    if data is not None:
        found["properties"] = data if data.startswith(b"{") else native_text({"data": data})
    return native_text(found)
