"""The Segment HTTP API, and those who speak it with a little accent: RudderStack, Customer.io, Jitsu.

``POST /v1/{identify,track,page,screen,group,alias,batch}`` and the short paths of the browser library (``/v1/t`` …); Jitsu's
``/api/s/…``; RudderStack's ``/pixel/v1/{track,page}`` (everything in the address), ``/beacon/v1/batch``, ``/v1/import`` and
``/v1/merge``. The key stands in the Authorization header (Basic, as user name), in a header of its own, in the address or in
the body. The answer is exactly ``200 {"success":true}``; errors have ``code`` and ``message``. What the browser libraries ask
before they begin is in ``segment_settings``. Source: Segment's documentation of the HTTP API; the clients; RudderStack's
gateway.
"""

from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of
from tanteemma.ingest.doors.json_body import elements, from_address, inside, json_in, members, sent_us
from tanteemma.ingest.doors.matomo import GIF
from tanteemma.ingest.doors.segment_settings import SETTINGS_AT, settings_for
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.ingest.doors.split import pieces_of
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode, problem_body

_WORDS: Final = ("track", "identify", "page", "screen", "group", "alias")
_KIND_AT: Final[dict[str, str]] = (
    {f"/v1/{word}": word for word in _WORDS}
    | {f"/v1/{word[0]}": word for word in _WORDS}
    | {f"/api/s/{word}": word for word in _WORDS}
    | {f"/api/s/s2s/{word}": word for word in _WORDS}
)
_PIXEL_AT: Final = {"/pixel/v1/track": "track", "/pixel/v1/page": "page"}
_MERGE_AT: Final = "/v1/merge"
_BATCH_AT: Final = ("/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch")
_METRICS_AT: Final = "/v1/m"
_NAMES: Final = {
    "messageId": "message_id",
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "previousId": "previous_id",
    "sentAt": "sent_at",
}
#: read on the way, and of no use afterwards
_SPENT: Final = frozenset(("writeKey", "originalTimestamp", "timestamp"))
_MONEY: Final = ("revenue", "total", "value")
_ORDER: Final = ("order_id", "orderId")
_PLAIN: Final = frozenset(("type", "event", "name", "properties", "traits", "context", "channel"))
_SEEN: Final = frozenset(("page", "screen"))
_BAD: Final = 400
_TOO_LARGE: Final = 413
_TWO: Final = 2
_REFUSED: Final = 422


@hooks.dialects.add("segment")
class Segment:
    """Segment and its family."""

    name: Final = "segment"
    paths: Final = (*_KIND_AT, *_BATCH_AT, *_PIXEL_AT, _MERGE_AT, _METRICS_AT, *SETTINGS_AT)

    def recognises(self, request: Foreign) -> bool:
        """Every request at its own paths."""
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """Settings a browser library asks for. Numbers it measures about itself are thanked for and thrown away."""
        if request.path == _METRICS_AT:
            return Said(200, b'{"success":true}')
        return settings_for(request)

    def key(self, request: Foreign) -> str | None:
        """From the address (beacons, pixels), Jitsu's header or the body. Of Jitsu's ``id:secret`` the id is the key."""
        found = request.asked("writeKey") or request.header("x-write-key")
        if not found:
            try:
                found = text_of(inside(request.body.strip()).get("writeKey"))
            except Problem:
                return None
        return found.partition(":")[0] if found else None

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The events of a batch, or the one event of a path."""
        if request.path in _PIXEL_AT:
            said = from_address(request.query)
            return Told((member_of(lambda: _native(said, _PIXEL_AT[request.path], {}), native_text(said)),), NO_TIME)
        text = json_in(request)
        said = members(text.mended)
        kind = _KIND_AT.get(request.path)
        if kind is not None:
            return Told((Member(_native(said, kind, {}), text.came),), NO_TIME)
        if request.path == _MERGE_AT:
            return Told((member_of(lambda: _merge(said), text.came),), sent_us(said, "sentAt", setting.zone))
        both = elements(text, said.get("batch", b""), setting.limits.events)
        return Told([_member(piece, raw, said) for piece, raw in both], sent_us(said, "sentAt", setting.zone))

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """Thanks, also for what went into quarantine; 400 only for a request that is none."""
        if settled.problem is not None and settled.status not in {202, _REFUSED}:
            return self.refusal(request, settled.problem)
        return Said(200, GIF, "image/gif") if request.path in _PIXEL_AT else Said(200, b'{"success":true}')

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """With ``code`` and ``message``, which the clients look for."""
        error = problem_body(problem, "en", echo=False)["error"]
        status = _BAD if problem.status in {_TOO_LARGE, _REFUSED} else problem.status
        wait = problem.params.get("retry_after")
        headers = (("retry-after", str(wait)), ("x-ratelimit-reset", str(wait))) if wait is not None else ()
        body = {"success": False, "code": error.code, "message": error.message}
        return Said(status, msgspec.json.encode(body), headers=headers)


def _member(piece: bytes, raw: bytes, shared: dict[str, bytes]) -> Member:
    return member_of(lambda: _native(members(piece, status=_REFUSED), None, shared), raw)


def _native(said: dict[str, bytes], kind: str | None, shared: dict[str, bytes]) -> bytes:
    """One event with native names. What the batch says counts where the event itself says nothing."""
    found = {name: text for name, text in said.items() if name not in _SPENT and name not in _NAMES}
    for theirs, ours in _NAMES.items():
        if theirs in said:
            found[ours] = said[theirs]
    if kind is not None:
        found["type"] = msgspec.json.encode(kind)
    # RudderStack's clients send both: the one is when the client was called, the other what the caller says
    stamp = said.get("timestamp") or said.get("originalTimestamp")
    if stamp is not None:
        found["timestamp"] = stamp
    if "integrations" in shared and "integrations" not in found:
        found["integrations"] = shared["integrations"]
    context = _merged(shared.get("context"), said.get("context"))
    if context is not None:
        found["context"] = context
    if text_of(found.get("type")) == "identify" and "traits" not in found:
        traits = _inside(context, "traits")
        if traits is not None:
            found["traits"] = traits
    if text_of(found.get("type")) in _SEEN and not text_of(found.get("name")):
        name = inside(found.get("properties")).get("name")  # where Jitsu's client puts it
        found |= {"name": name} if name is not None and text_of(name) else {}
    _money(found)
    return native_text(found)


def _merge(said: dict[str, bytes]) -> bytes:
    """RudderStack's merge: two identifiers that are one person."""
    told = said.get("mergeProperties", b"")
    pairs = [inside(piece) for piece in pieces_of(told, 100)] if told.startswith(b"[") else []
    values = [pair["value"] for pair in pairs if text_of(pair.get("value"))]
    if len(values) != _TWO or len(pairs) != _TWO:
        raise Problem(ProblemCode.FIELD_MISSING, status=_REFUSED, field="mergeProperties")
    found = {other: text for other, text in said.items() if other not in {"mergeProperties", "writeKey"}}
    emails = [pair["value"] for pair in pairs if text_of(pair.get("type")) == "email"]
    others = [pair["value"] for pair in pairs if text_of(pair.get("type")) != "email"]
    found |= {"type": b'"alias"', "user_id": (others or emails)[0]}
    if len(others) == _TWO:
        found["previous_id"] = others[1]
    if emails:
        found["traits"] = native_text({"email": emails[-1]})
    return native_text(found)


def _merged(outer: bytes | None, inner: bytes | None) -> bytes | None:
    if outer is None or not outer.startswith(b"{") or inner is None or not inner.startswith(b"{"):
        return inner if inner is not None else outer
    return native_text(inside(outer) | inside(inner))


def _inside(text: bytes | None, name: str) -> bytes | None:
    found = inside(text).get(name)
    return found if found is not None and found.startswith(b"{") else None


def _money(found: dict[str, bytes]) -> None:
    """Revenue and order of a purchase, as the e-commerce events name them, where they are the event's own."""
    said = inside(found.get("properties"))
    amount = next((said[name] for name in _MONEY if said.get(name, b"")[:1].isdigit()), None)
    if amount is not None and "value" not in found:
        found["value"] = amount
    currency = text_of(said.get("currency"))
    if currency is not None and len(currency) == len("EUR") and currency.isalpha() and "currency" not in found:
        found["currency"] = said["currency"]
    order = next((said[name] for name in _ORDER if name in said), None)
    if order is not None and order[:1] in b'"0123456789' and "keys" not in found:
        found["keys"] = native_text({"order": order})
