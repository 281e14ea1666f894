"""Mixpanel's ``/track`` and ``/engage``: a form or an address with ``data``, JSON or base64, the token in ``properties``.

The id of an event is ``$insert_id``, its time ``time`` in seconds. Profiles (``/engage``) are statements about a person. The
answer is ``{"status":1,"error":null}`` where ``verbose=1`` was asked for, else ``1``. Source: Mixpanel's clients.
"""

from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import Text, elements, inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, problem_body

_SPENT: Final = frozenset(("token", "distinct_id", "time", "$insert_id", "$user_id", "$device_id"))
_ALIAS: Final = "$create_alias"
_IDENTIFY: Final = "$identify"
_SETS: Final = ("$set_once", "$set")
_REFUSED: Final = 422


@hooks.dialects.add("mixpanel")
class Mixpanel:
    """Mixpanel's clients."""

    name: Final = "mixpanel"
    paths: Final = ("/track", "/engage", "/import")

    def recognises(self, request: Foreign) -> bool:
        """A token inside of the properties (or ``$token`` of a profile)."""
        try:
            first = _first(json_in(request))
        except Problem:
            return False
        return "$token" in first or "token" in inside(first.get("properties"))

    def greeting(self, request: Foreign) -> Said | None:
        """None: every request brings events."""
        return None

    def key(self, request: Foreign) -> str | None:
        """The token of the first event."""
        try:
            first = _first(json_in(request))
        except Problem:
            return None
        return text_of(first.get("$token")) or text_of(inside(first.get("properties")).get("token"))

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """One event, or a list of them."""
        text = json_in(request)
        if text.is_object:
            return Told((_member(text.mended, text.came),), NO_TIME)
        return Told([_member(*both) for both in elements(text, text.mended, setting.limits.events)], NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """1, in the words that were asked for."""
        if settled.problem is not None and settled.status != 202:  # noqa: PLR2004 - what settle promises
            return self.refusal(request, settled.problem)
        if request.path == "/import":
            return Said(200, msgspec.json.encode({"code": 200, "num_records_imported": settled.accepted, "status": "OK"}))
        return Said(200, b'{"status":1,"error":null}') if _is_verbose(request) else Said(200, b"1")

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """0 and why."""
        error = problem_body(problem, "en", echo=False)["error"]
        body = {"status": 0, "error": error.message, "code": error.code}
        status = 400 if problem.status == _REFUSED else problem.status
        return Said(status, msgspec.json.encode(body), headers=wait_headers(problem))


def _is_verbose(request: Foreign) -> bool:
    return request.asked("verbose") == "1" or b"verbose=1" in request.body[-200:] or b"verbose=1" in request.body[:200]


def _first(text: Text) -> dict[str, bytes]:
    if text.is_object:
        return inside(text.mended)
    found = elements(text, text.mended, 100_000)
    return inside(found[0][0]) if found else {}


def _member(piece: bytes, raw: bytes) -> Member:
    def native() -> bytes:
        said = members(piece, status=_REFUSED)
        return _profile(said) if "$distinct_id" in said else _native(said)

    return member_of(native, raw)


def _native(said: dict[str, bytes]) -> bytes:
    properties = members(said.get("properties", b"{}"), status=_REFUSED)
    name = text_of(said.get("event"))
    found: dict[str, bytes] = {"type": b'"track"', "event": said.get("event", b"null")}
    if name == _ALIAS and "alias" in properties:
        found = {"type": b'"alias"', "previous_id": properties["distinct_id"], "user_id": properties["alias"]}
    else:
        if name == _IDENTIFY:
            found = {"type": b'"identify"'}
        device = properties.get("$device_id") or properties.get("$anon_id")
        user = properties.get("$user_id") or properties.get("$identified_id")
        found |= {"user_id": user} if user is not None else {}
        found |= {"anonymous_id": device} if device is not None else {}
        if user is None and device is None and "distinct_id" in properties:
            found["user_id"] = properties["distinct_id"]
    if "$insert_id" in properties:
        found["message_id"] = properties["$insert_id"]
    if "time" in properties:
        found["timestamp"] = properties["time"]
    found["properties"] = native_text({key: text for key, text in properties.items() if key not in _SPENT})
    return native_text(found)


def _profile(said: dict[str, bytes]) -> bytes:
    """What ``/engage`` says of a person."""
    traits: dict[str, bytes] = {}
    for word in _SETS:
        traits |= inside(said.get(word))
    rest = {name: text for name, text in said.items() if name not in {"$token", "$distinct_id", "$time", *_SETS}}
    found = {
        "type": b'"identify"',
        "user_id": said["$distinct_id"],
        "traits": native_text(traits),
        "context": native_text(rest),
    }
    return native_text(found)
