"""The Measurement Protocol of Google Analytics 4: ``POST /mp/collect``; ``/debug/mp/collect`` says what is wrong.

``api_secret`` in the address is the write key. The answer is always 204: its clients must not try again; what could not be used
lies in quarantine. Nothing in a request is an id of its own, so an event's id is its content, and without a time of its own the
second at which it arrives. Source: Google's reference of the
Measurement Protocol.
"""

from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of
from tanteemma.ingest.doors.json_body import elements, inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.ingest.doors.visitors import at_this_second
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, problem_body

_DEBUG_AT: Final = "/debug/mp/collect"
_PAGE: Final = "page_view"
_REFUSED: Final = 422
_NO_CONTENT: Final = 204
_OVERLOADED: Final = frozenset((429, 503))
_OWN_ID: Final = "$own_id"
_SHARED: Final = ("user_data", "consent", "non_personalized_ads", "user_location", "device", "ip_override")


@hooks.dialects.add("ga4")
class MeasurementProtocol:
    """Google Analytics 4, server to server."""

    name: Final = "ga4"
    paths: Final = ("/mp/collect", _DEBUG_AT)

    def recognises(self, request: Foreign) -> bool:
        """Every request at its paths."""
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """None: every request brings events."""
        return None

    def key(self, request: Foreign) -> str | None:
        """``api_secret`` of the address."""
        return request.asked("api_secret")

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The events, each with what the request says of the person."""
        text = json_in(request)
        said = members(text.mended)
        both = elements(text, said.get("events", b""), setting.limits.events)
        return Told([_member(piece, raw, _with_second(said, piece, setting)) for piece, raw in both], NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """204; at the debug path what was wrong."""
        if request.path == _DEBUG_AT:
            wrong = [(result.code or "", result.field or "") for result in settled.results if result.status == "quarantined"]
            if settled.problem is not None and not wrong:
                wrong = [(settled.problem.code.value, "")]
            return _told(wrong)
        return Said(_NO_CONTENT, b"")

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """204 as well, unless there is no room; at the debug path the reason."""
        if problem.status in _OVERLOADED:
            wait = problem.params.get("retry_after", 1)
            return Said(problem.status, b"", headers=(("retry-after", str(wait)),))
        if request.path == _DEBUG_AT:
            error = problem_body(problem, "en", echo=False)["error"]
            return _told([(error.code, error.message)])
        return Said(_NO_CONTENT, b"")


def _with_second(said: dict[str, bytes], piece: bytes, setting: DoorRequest) -> dict[str, bytes]:
    """An event that does not say when it was is one of its second."""
    if "timestamp_micros" in said:
        return said
    person = (text_of(said.get("client_id")) or text_of(said.get("app_instance_id"))) or ""
    return said | {_OWN_ID: msgspec.json.encode(at_this_second(setting, person, piece.decode("utf-8", "replace")))}


def _told(wrong: list[tuple[str, str]]) -> Said:
    messages = [{"fieldPath": field, "description": code, "validationCode": "VALUE_INVALID"} for code, field in wrong]
    return Said(200, msgspec.json.encode({"validationMessages": messages}))


def _member(piece: bytes, raw: bytes, shared: dict[str, bytes]) -> Member:
    return member_of(lambda: _native(members(piece, status=_REFUSED), shared), raw)


def _native(said: dict[str, bytes], shared: dict[str, bytes]) -> bytes:
    params = inside(said.get("params"))
    found = {name: text for name, text in said.items() if name not in {"name", "params", "timestamp_micros"}}
    found |= {name: shared[name] for name in _SHARED if name in shared}
    found |= {"type": b'"track"', "event": said.get("name", b"null")}
    if text_of(said.get("name")) == _PAGE:
        found["type"] = b'"page"'
        if text_of(params.get("page_title")):
            found["name"] = params["page_title"]
    for theirs, ours in (("client_id", "anonymous_id"), ("app_instance_id", "anonymous_id"), ("user_id", "user_id")):
        if theirs in shared and shared[theirs] not in {b"null", b'""'}:
            found[ours] = shared[theirs]
    stamp = said.get("timestamp_micros") or shared.get("timestamp_micros")
    if stamp is not None:
        found["timestamp"] = stamp.strip(b'"')
    elif _OWN_ID in shared:
        found["message_id"] = shared[_OWN_ID]
    if "params" in said:
        found["properties"] = said["params"]
    traits = {name: inside(text).get("value", text) for name, text in inside(shared.get("user_properties")).items()}
    if traits:
        found["traits"] = native_text(traits)
    return native_text(found | _purchase(params))


def _purchase(params: dict[str, bytes]) -> dict[str, bytes]:
    """Value, currency and order of an event that has them."""
    found: dict[str, bytes] = {}
    if params.get("value", b"")[:1].isdigit():
        found["value"] = params["value"]
        found |= {"currency": params["currency"]} if text_of(params.get("currency")) else {}
    if text_of(params.get("transaction_id")):
        found["keys"] = native_text({"order": params["transaction_id"]})
    return found
