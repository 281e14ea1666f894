"""Amplitude's HTTP API: ``POST /2/httpapi`` and ``/batch`` with ``api_key`` and ``events``.

The id of an event is ``insert_id``, its time ``time`` in milliseconds. Source: Amplitude's HTTP V2 API and its clients.
"""

import re
from decimal import Decimal
from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import elements, inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, problem_body

_NAMES: Final = {
    "user_id": "user_id",
    "device_id": "anonymous_id",
    "insert_id": "message_id",
    "time": "timestamp",
    "event_properties": "properties",
    "user_properties": "traits",
    "revenue": "value",
}
_IDENTIFY: Final = ("$identify", "$groupidentify")
_GROUP: Final = "$groupidentify"
_SET: Final = "$set"
_MONEY: Final = ("$revenue", "$price", "$quantity")
_NUMBER: Final = re.compile(rb"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_REFUSED: Final = 422
_BAD: Final = 400


@hooks.dialects.add("amplitude")
class Amplitude:
    """Amplitude's clients."""

    name: Final = "amplitude"
    paths: Final = ("/2/httpapi", "/batch")

    def recognises(self, request: Foreign) -> bool:
        """At the path it shares: a list called ``events``."""
        if request.path == "/2/httpapi":
            return True
        try:
            return "events" in inside(json_in(request).mended)
        except Problem:
            return False

    def greeting(self, request: Foreign) -> Said | None:
        """None: every request brings events."""
        return None

    def key(self, request: Foreign) -> str | None:
        """``api_key`` of the body."""
        try:
            return text_of(inside(json_in(request).mended).get("api_key"))
        except Problem:
            return None

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The list of events."""
        text = json_in(request)
        said = members(text.mended)
        return Told([_member(*both) for both in elements(text, said.get("events", b""), setting.limits.events)], NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """How many were taken."""
        if settled.problem is not None and settled.status != 202:  # noqa: PLR2004 - what settle promises
            return self.refusal(request, settled.problem)
        taken = settled.accepted + settled.duplicates
        body = {"code": 200, "events_ingested": taken, "payload_size_bytes": len(request.body)}
        return Said(200, msgspec.json.encode(body))

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """With ``code`` and ``error``."""
        error = problem_body(problem, "en", echo=False)["error"]
        status = _BAD if problem.status == _REFUSED else problem.status
        body = {"code": status, "error": error.message, "missing_field": error.params.get("field")}
        return Said(status, msgspec.json.encode(body), headers=wait_headers(problem))


def _member(piece: bytes, raw: bytes) -> Member:
    return member_of(lambda: _native(members(piece, status=_REFUSED)), raw)


def _native(said: dict[str, bytes]) -> bytes:
    found = {name: text for name, text in said.items() if name not in _NAMES and name not in {"event_type", "api_key"}}
    for theirs, ours in _NAMES.items():
        if theirs in said and said[theirs] != b"null":
            found[ours] = said[theirs]
    if text_of(said.get("event_type")) == _GROUP:
        found["type"] = b'"group"'
        company = inside(said.get("group_properties"))
        found["traits"] = native_text(inside(company.pop(_SET, None)) | company)
        found.pop("group_properties", None)
    elif text_of(said.get("event_type")) in _IDENTIFY:
        found["type"] = b'"identify"'
        traits = inside(said.get("user_properties"))
        if _SET in traits:
            found["traits"] = native_text(inside(traits.pop(_SET)) | traits)
    else:
        found["type"], found["event"] = b'"track"', said.get("event_type", b"null")
    amount = _amount(inside(said.get("event_properties")))
    if amount is not None and "value" not in found:
        found["value"] = amount
    return native_text(found)


def _amount(properties: dict[str, bytes]) -> bytes | None:
    """The revenue of a revenue event: said as such, else price times quantity."""
    revenue, price, quantity = (properties.get(name) for name in _MONEY)
    if revenue is not None or price is None:
        return revenue if revenue is not None and _NUMBER.fullmatch(revenue) else None
    if not _NUMBER.fullmatch(price) or (quantity is not None and not _NUMBER.fullmatch(quantity)):
        return None
    return str(Decimal(price.decode()) * Decimal((quantity or b"1").decode())).encode()
