"""Mixpanel's ``/track``, ``/engage``, ``/groups`` and ``/import``: a form or an address with ``data``.

``data`` is JSON or base64 of it, with the token in ``properties``. The id of an event is ``$insert_id``, its time ``time`` in
seconds. Profiles (``/engage``) are statements about a person, those of ``/groups`` about a company, which is the event's key;
``$identify``, ``$create_alias`` and ``$merge`` say that two ids are one person. ``/import`` has its key in the Authorization
header. The answer is ``{"status":1,"error":null}`` where ``verbose=1`` was asked for, else ``1``. Source: Mixpanel's clients.
"""

from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import Text, elements, inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.ingest.doors.split import pieces_of
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode, problem_body

_SPENT: Final = frozenset(("token", "distinct_id", "time", "$insert_id", "$user_id", "$device_id"))
_ALIAS: Final = "$create_alias"
_IDENTIFY: Final = "$identify"
_MERGE: Final = "$merge"
_SETS: Final = ("$set_once", "$set")
_TOLD: Final = frozenset(("$token", "$distinct_id", "$time", "$device_id", "$user_id", *_SETS))
_DEVICES: Final = ("$device_id", "$anon_id", "$anon_distinct_id")
_DEVICE: Final = "$device:"
_TWO: Final = 2
_REFUSED: Final = 422


@hooks.dialects.add("mixpanel")
class Mixpanel:
    """Mixpanel's clients."""

    name: Final = "mixpanel"
    paths: Final = ("/track", "/engage", "/groups", "/import")

    def recognises(self, request: Foreign) -> bool:
        """A token inside of the properties (or ``$token`` of a profile); all at the paths that are its own."""
        if request.path in {"/groups", "/import"}:
            return True
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
        if request.path == "/import" and not _is_verbose(request):
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
        if "$group_key" in said:
            return _group(said)
        return _profile(said) if "$distinct_id" in said else _native(said)

    return member_of(native, raw)


def _native(said: dict[str, bytes]) -> bytes:
    properties = members(said.get("properties", b"{}"), status=_REFUSED)
    name = text_of(said.get("event"))
    found: dict[str, bytes] = {"type": b'"track"', "event": said.get("event", b"null")}
    if name == _ALIAS and "alias" in properties:
        found = {"type": b'"alias"', "user_id": properties["alias"], "previous_id": properties.get("distinct_id", b"null")}
    elif name == _MERGE:
        found = _merge(properties)
    else:
        if name == _IDENTIFY:
            found = {"type": b'"identify"'}
        device = next((properties[word] for word in _DEVICES if word in properties), None)
        user = properties.get("$user_id") or properties.get("$identified_id")
        found |= {"user_id": user} if user is not None else {}
        found |= {"anonymous_id": device} if device is not None else {}
        if user is None and device is None:
            found |= _who(properties.get("distinct_id"))
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
    rest = {name: text for name, text in said.items() if name not in _TOLD}
    found = {"type": b'"identify"', "traits": native_text(traits), "context": native_text(rest), **_who(said["$distinct_id"])}
    device = said.get("$device_id")
    if device is not None and "anonymous_id" not in found:
        found["anonymous_id"] = device
    if said.get("$time", b"")[:1].isdigit():
        found["timestamp"] = said["$time"]
    return native_text(found)


def _group(said: dict[str, bytes]) -> bytes:
    """What ``/groups`` says of a company: nobody's event, held together by the key of the group."""
    name = text_of(said["$group_key"])
    if not name:
        raise Problem(ProblemCode.FIELD_MISSING, status=_REFUSED, field="$group_key")
    traits: dict[str, bytes] = {}
    for word in _SETS:
        traits |= inside(said.get(word))
    rest = {other: text for other, text in said.items() if other not in {*_TOLD, "$group_key", "$group_id"}}
    found = {"type": b'"group"', "keys": native_text({name: said.get("$group_id", b"null")}), "traits": native_text(traits)}
    return native_text(found | {"context": native_text(rest)})


def _merge(properties: dict[str, bytes]) -> dict[str, bytes]:
    told = properties.get("$distinct_ids", b"")
    both = pieces_of(told, 2) if told.startswith(b"[") else []
    if len(both) != _TWO:
        raise Problem(ProblemCode.FIELD_MISSING, status=_REFUSED, field="$distinct_ids")
    return {"type": b'"alias"', "user_id": both[0], "previous_id": both[1]}


def _who(distinct: bytes | None) -> dict[str, bytes]:
    """A distinct id names a user, or a device if it says so."""
    if distinct is None:
        return {}
    name = text_of(distinct)
    if name is not None and name.startswith(_DEVICE):
        return {"anonymous_id": msgspec.json.encode(name.removeprefix(_DEVICE))}
    return {"user_id": distinct}
