"""The capture API of PostHog: ``/e``, ``/capture``, ``/batch``, ``/i/v0/e``, and the questions its clients ask at their start.

Who somebody is: a distinct id that is the device's own (``$device_id``), or that the client says is not identified, is an
anonymous id; any other is a user id. ``$identify`` joins the two, ``$create_alias`` joins two distinct ids. The key stands in
the body as ``api_key`` or ``token``. The answer is ``200 {"status":1}``. Source: PostHog's capture service and its clients.
"""

import re
from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import Text, elements, inside, json_in, members, sent_us
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, problem_body

_EVENTS_AT: Final = ("/i/v0/e", "/e", "/capture", "/track", "/engage", "/batch")
_FLAGS_AT: Final = ("/flags", "/decide")
_RECORDINGS_AT: Final = "/s"
_KINDS: Final = {
    "$identify": "identify",
    "$set": "identify",
    "$create_alias": "alias",
    "$groupidentify": "group",
    "$screen": "screen",
    "$pageview": "page",
}
_SPENT: Final = frozenset(("event", "distinct_id", "timestamp", "uuid", "api_key", "token", "$set", "$set_once", "sent_at"))
_CONFIG: Final = "/array/"
_CONFIG_AT: Final = ("/array/*/config", "/array/*/config.js")
_TOKEN: Final = re.compile("[A-Za-z0-9_-]{1,200}")
_CONFIGURATION: Final = {
    "token": "",
    "hasFeatureFlags": False,
    "supportedCompression": ["gzip", "gzip-js", "lz64"],
    "sessionRecording": False,
    "surveys": False,
    "heatmaps": False,
    "autocapture_opt_out": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "autocaptureExceptions": False,
    "defaultIdentifiedOnly": True,
    "isAuthenticated": False,
    "toolbarParams": {},
    "siteApps": [],
}
_NO_FLAGS: Final = {
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
    "config": {"enable_collect_everything": True},
    "sessionRecording": False,
    "supportedCompression": ["gzip", "gzip-js", "lz64"],
    "toolbarParams": {},
    "isAuthenticated": False,
    "siteApps": [],
    "surveys": False,
}
_REFUSED: Final = 422
_BAD: Final = 400


@hooks.dialects.add("posthog")
class PostHog:
    """PostHog's clients for servers and browsers."""

    name: Final = "posthog"
    paths: Final = (*_EVENTS_AT, *_FLAGS_AT, _RECORDINGS_AT, *_CONFIG_AT)

    def recognises(self, request: Foreign) -> bool:
        """At the paths it shares with others: a key at the top, and no list called ``events``."""
        if request.path in {"/track", "/engage", "/batch"}:
            try:
                text = json_in(request)
                said = inside(text.mended) if text.is_object else _first_of(text)
            except Problem:
                return False
            return ("api_key" in said or "token" in said) and "events" not in said
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """No flags are kept here, and no recordings of screens are taken: both are said as PostHog says them."""
        if request.path.startswith(_CONFIG):
            return _config(request.path)
        if request.path in _FLAGS_AT:
            return Said(200, msgspec.json.encode(_NO_FLAGS))
        if request.path == _RECORDINGS_AT:
            return Said(200, b'{"status":1,"quota_limited":["recordings"]}')
        return None

    def key(self, request: Foreign) -> str | None:
        """From the body, or from the first event of a list."""
        try:
            text = json_in(request)
            said = inside(text.mended) if text.is_object else _first_of(text)
        except Problem:
            return None
        found = text_of(said.get("api_key")) or text_of(said.get("token"))
        return found or text_of(inside(said.get("properties")).get("token"))

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """A batch, a list, or one event."""
        text = json_in(request)
        if text.is_array:
            return Told([_member(*both) for both in elements(text, text.mended, setting.limits.events)], NO_TIME)
        said = members(text.mended)
        if "batch" not in said:
            return Told((_member(text.mended, text.came),), sent_us(said, "sent_at", setting.zone))
        both_of_each = elements(text, said["batch"], setting.limits.events)
        return Told([_member(*both) for both in both_of_each], sent_us(said, "sent_at", setting.zone))

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """Status 1; 400 only when not one event could be used."""
        if settled.problem is not None and settled.status != 202:  # noqa: PLR2004 - what settle promises
            return self.refusal(request, settled.problem)
        return Said(200, b'{"status":1}')

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """With ``detail``, which the clients look for."""
        error = problem_body(problem, "en", echo=False)["error"]
        status = _BAD if problem.status == _REFUSED else problem.status
        body = {"type": "validation_error", "code": error.code, "detail": error.message, "attr": None}
        return Said(status, msgspec.json.encode(body), headers=wait_headers(problem))


def _config(path: str) -> Said:
    """What posthog-js asks before it begins: as JSON, or as a script that hands it over."""
    token, _, form = path.removeprefix(_CONFIG).partition("/")
    document = msgspec.json.encode(_CONFIGURATION)
    if form == "config":
        return Said(200, document)
    if not _TOKEN.fullmatch(token):
        return Said(200, b"", "text/javascript")
    place = b"window._POSTHOG_REMOTE_CONFIG"
    script = b'%b=%b||{};%b["%b"]={config:%b,siteApps:[]};' % (place, place, place, token.encode(), document)
    return Said(200, script, "text/javascript")


def _first_of(text: Text) -> dict[str, bytes]:
    found = elements(text, text.mended, 100_000)
    return inside(found[0][0]) if found else {}


def _member(piece: bytes, raw: bytes) -> Member:
    return member_of(lambda: _native(members(piece, status=_REFUSED)), raw)


def _native(said: dict[str, bytes]) -> bytes:
    properties = inside(said.get("properties"))
    name = text_of(said.get("event")) or ""
    kind = _KINDS.get(name, "track")
    found = {other: text for other, text in said.items() if other not in _SPENT}
    found["type"] = msgspec.json.encode(kind)
    if kind == "track":
        found["event"] = said.get("event", b"null")
    elif kind in {"page", "screen"}:
        title = properties.get("title") or properties.get("$screen_name")
        if title is not None and text_of(title):
            found["name"] = title
    _who(found, said, properties, kind)
    message_id = said.get("uuid") or properties.get("$insert_id")
    if message_id is not None:
        found["message_id"] = message_id
    if "timestamp" in said:
        found["timestamp"] = said["timestamp"]
    traits = inside(said.get("$set_once")) | inside(properties.get("$set_once"))
    traits |= inside(said.get("$set")) | inside(properties.get("$set"))
    if traits:
        found["traits"] = native_text(traits)
    return native_text(found)


def _who(found: dict[str, bytes], said: dict[str, bytes], properties: dict[str, bytes], kind: str) -> None:
    """Which of the ids name a user, which a device."""
    distinct = said.get("distinct_id") or properties.get("distinct_id")
    if distinct is None:
        return
    if kind == "alias" and "alias" in properties:
        found["user_id"], found["previous_id"] = properties["alias"], distinct
        return
    device = properties.get("$device_id")
    is_device = properties.get("$is_identified") == b"false" or (device is not None and device == distinct)
    if is_device and "$user_id" not in properties:
        found["anonymous_id"] = distinct
        return
    found["user_id"] = distinct
    anonymous = properties.get("$anon_distinct_id") or (device if properties.get("$is_identified") == b"true" else None)
    if anonymous is not None and anonymous != distinct:
        found["anonymous_id"] = anonymous
