"""The Segment HTTP API, and those who speak it with a little accent: RudderStack, Customer.io, Jitsu.

``POST /v1/{identify,track,page,screen,group,alias,batch}`` and the short paths of the browser library (``/v1/t`` …). The key
stands in the Authorization header (Basic, as user name) or in the body. The answer is exactly ``200 {"success":true}``; errors
have ``code`` and ``message``. Source: Segment's documentation of the HTTP API; RudderStack's and Jitsu's clients.
"""

from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of
from tanteemma.ingest.doors.json_body import elements, inside, json_in, members, sent_us
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, problem_body

_WORDS: Final = ("track", "identify", "page", "screen", "group", "alias")
_KIND_AT: Final[dict[str, str]] = (
    {f"/v1/{word}": word for word in _WORDS}
    | {f"/v1/{word[0]}": word for word in _WORDS}
    | {f"/api/s/{word}": word for word in _WORDS}
)
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
_BAD: Final = 400
_TOO_LARGE: Final = 413
_REFUSED: Final = 422


@hooks.dialects.add("segment")
class Segment:
    """Segment and its family."""

    name: Final = "segment"
    paths: Final = (*_KIND_AT, *_BATCH_AT, _METRICS_AT)

    def recognises(self, request: Foreign) -> bool:
        """Every request at its own paths."""
        return request.path in self.paths

    def greeting(self, request: Foreign) -> Said | None:
        """Numbers that the client measures about itself are thanked for and thrown away."""
        return Said(200, b'{"success":true}') if request.path == _METRICS_AT else None

    def key(self, request: Foreign) -> str | None:
        """From the Authorization header, the address (beacons) or the body; Jitsu's ``id:secret`` counts as it stands."""
        from_address = request.asked("writeKey")
        if from_address:
            return from_address
        try:
            return text_of(inside(request.body.strip()).get("writeKey"))
        except Problem:
            return None

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The events of a batch, or the one event of a path."""
        text = json_in(request)
        said = members(text.mended)
        kind = _KIND_AT.get(request.path)
        if kind is not None:
            return Told((Member(_native(said, kind, {}), text.came),), NO_TIME)
        both = elements(text, said.get("batch", b""), setting.limits.events)
        return Told([_member(piece, raw, said) for piece, raw in both], sent_us(said, "sentAt", setting.zone))

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """Thanks, also for what went into quarantine; 400 only for a request that is none."""
        if settled.problem is not None and settled.status not in {202, _REFUSED}:
            return self.refusal(request, settled.problem)
        return Said(200, b'{"success":true}')

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
    stamp = said.get("originalTimestamp") or said.get("timestamp")
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
    _money(found)
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
