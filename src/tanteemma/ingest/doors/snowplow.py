"""Snowplow's collector: ``POST /com.snowplowanalytics.snowplow/tp2`` (or another version), ``GET /i`` and ``GET /ice.png``.

All values are texts. The key stands in the Authorization header, in the address as ``key``, or is the application's id ``aid``
where a write key is used as one. ``eid`` is the event's id, ``dtm`` the time by the device, ``stm`` when it was sent, ``ttm``
the true time, which is not corrected. Base64 and plain self-describing events and contexts are read; a parameter of the tracker
whose name an event uses itself is kept in the context. Source: Snowplow's tracker protocol and its collector.
"""

import base64
from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import elements, inside, json_in, members
from tanteemma.ingest.doors.matomo import GIF
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode, problem_body

_POSTED_AT: Final = ("/com.snowplowanalytics.snowplow/tp2", "/com.snowplowanalytics.snowplow/*")
_REFUSED: Final = 422
_SPENT: Final = frozenset(("eid", "dtm", "stm", "ttm", "uid", "duid", "ue_px", "ue_pr", "cx", "co", "key"))
_KINDS: Final = {"pv": "page", "pp": "track", "ue": "track", "se": "track", "tr": "track", "ti": "track"}
_FIELDS: Final = (("eid", "message_id"), ("uid", "user_id"), ("duid", "anonymous_id"), ("dtm", "timestamp"), ("stm", "sent_at"))
_TRUE_FIELDS: Final = (*_FIELDS[:3], ("ttm", "timestamp"))
_NAMES: Final = {"pp": "Page Ping", "tr": "Transaction", "ti": "Transaction Item"}

Hit = dict[str, str]


@hooks.dialects.add("snowplow")
class Snowplow:
    """Snowplow's trackers."""

    name: Final = "snowplow"
    paths: Final = (*_POSTED_AT, "/i", "/ice.png")

    def recognises(self, request: Foreign) -> bool:
        """Every request at its paths."""
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """None: every request brings events."""
        return None

    def key(self, request: Foreign) -> str | None:
        """``key`` of the address, else the application's id."""
        try:
            first = _hits(request, 100_000)[0][0]
        except (Problem, IndexError):
            return request.asked("key")
        return request.asked("key") or first.get("key") or first.get("aid")

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """The hits of the body, or the one of the address."""
        return Told([_member(hit, raw) for hit, raw in _hits(request, setting.limits.events)], NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """ok, or a picture."""
        if settled.problem is not None and settled.status not in {202, _REFUSED}:
            return self.refusal(request, settled.problem)
        return Said(200, b"ok", "text/plain") if request.method == "POST" else Said(200, GIF, "image/gif")

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """Why, in words."""
        return Said(problem.status, msgspec.json.encode(problem_body(problem, "en", echo=False)), headers=wait_headers(problem))


def _hits(request: Foreign, most: int) -> list[tuple[Hit, bytes]]:
    if request.method != "POST":
        hit = dict(request.query)
        return [(hit, msgspec.json.encode(hit))]
    text = json_in(request)
    both = elements(text, members(text.mended).get("data", b""), most)
    return [({name: text_of(value) or value.decode() for name, value in inside(piece).items()}, raw) for piece, raw in both]


def _member(hit: Hit, raw: bytes) -> Member:
    return member_of(lambda: _native(hit), raw)


def _native(hit: Hit) -> bytes:
    code = hit.get("e", "")
    if code not in _KINDS:
        raise Problem(ProblemCode.UNKNOWN_EVENT_TYPE, status=_REFUSED, field="e", allowed=", ".join(_KINDS))
    told, contexts = _self_described(hit, "ue"), _self_described(hit, "co", "cx")
    kind = _KINDS[code]
    found: dict[str, bytes] = {"type": msgspec.json.encode(kind)}
    found["name" if kind == "page" else "event"] = msgspec.json.encode(_name(hit, code, told))
    for theirs, ours in _TRUE_FIELDS if hit.get("ttm") else _FIELDS:
        if hit.get(theirs):
            is_time = ours in {"timestamp", "sent_at"} and hit[theirs].isdecimal()
            found[ours] = hit[theirs].encode() if is_time else msgspec.json.encode(hit[theirs])
    properties = {name: msgspec.json.encode(value) for name, value in hit.items() if name not in _SPENT}
    own = inside(told.get("data"))
    hidden = {name: text for name, text in properties.items() if name in own}
    found["properties"] = native_text(properties | own)
    context = {"contexts": contexts.get("data", b"[]")} if contexts else {}
    context |= {"tracker": native_text(hidden)} if hidden else {}
    if context:
        found["context"] = native_text(context)
    amount = hit.get("tr_tt") or hit.get("se_va")
    if amount and amount.replace(".", "", 1).isdecimal():
        found["value"] = msgspec.json.encode(amount)
    if hit.get("tr_id"):
        found["keys"] = native_text({"order": msgspec.json.encode(hit["tr_id"])})
    return native_text(found)


def _name(hit: Hit, code: str, told: dict[str, bytes]) -> str:
    if code == "se":
        return f"{hit.get('se_ca', '')}: {hit.get('se_ac', '')}"
    if code == "ue":
        schema = text_of(told.get("schema")) or ""
        parts = schema.removeprefix("iglu:").split("/")
        return parts[1] if len(parts) > 1 else "Event"
    return _NAMES.get(code) or hit.get("page") or "Page"


def _self_described(hit: Hit, plain: str, packed: str | None = None) -> dict[str, bytes]:
    """The inner ``data`` of a self-describing parameter, plain (``…_pr``) or in base64 (``…_px``)."""
    names = (packed, plain) if packed else (f"{plain}_px", f"{plain}_pr")
    text = hit.get(names[1])
    if hit.get(names[0]):
        try:
            text = base64.urlsafe_b64decode(hit[names[0]] + "==").decode("utf-8")
        except ValueError:
            raise Problem(ProblemCode.INVALID_JSON, status=_REFUSED, field=names[0]) from None
    if not text:
        return {}
    outer = members(text.encode(), status=_REFUSED)
    return inside(outer.get("data")) if packed is None else outer
