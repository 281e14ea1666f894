"""Matomo's Tracking API: ``/matomo.php`` (and ``/piwik.php``), by address, form or in bulk.

The write key stands as ``token_auth`` or in the Authorization header. The answer is a GIF, 204 with ``send_image=0``, or the
count of a bulk. Without an id of its own an event's id is its content, ``rand`` included, as every hit has its own.
A hit that names nobody belongs to today's visitor (see ``visitors``). Source: Matomo's reference of the API.
"""

import base64
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Member, Said, Told, member_of, native_text, text_of, wait_headers
from tanteemma.ingest.doors.json_body import elements, inside, json_in, members
from tanteemma.ingest.doors.shape import Answer, DoorRequest
from tanteemma.ingest.doors.split import pieces_of
from tanteemma.ingest.doors.visitors import at_this_second, visitor_of
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode, problem_body

GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
_REFUSED: Final = 422
_BAD: Final = 400
_NO_CONTENT: Final = 204
_SPENT: Final = frozenset(("token_auth", "rec", "apiv", "send_image", "cdt", "cdo", "uid", "cid", "_id", "queuedtracking"))
#: what a hit is, by the parameter that says so; the first that is there counts
_KINDS: Final = (("search", "Search"), ("download", "Download"), ("link", "Outlink"), ("c_n", "Content"), ("cra", "Crash"))
_ORDER: Final = "ec_id"
#: what makes a hit differ from the same one a moment later
_OWN: Final = frozenset(("rand", "cdt", "cdo"))

Hit = dict[str, str]


@hooks.dialects.add("matomo")
class Matomo:
    """Matomo's trackers."""

    name: Final = "matomo"
    paths: Final = ("/matomo.php", "/piwik.php")

    def recognises(self, request: Foreign) -> bool:
        """Every request at its paths."""
        return True

    def greeting(self, request: Foreign) -> Said | None:
        """A heartbeat only says that somebody is still there."""
        return _picture(request) if _one_hit(request).get("ping") == "1" and not _is_bulk(request) else None

    def key(self, request: Foreign) -> str | None:
        """``token_auth``, of the bulk or of the hit."""
        if _is_bulk(request):
            return _key_of_bulk(request)
        return _one_hit(request).get("token_auth")

    def read(self, request: Foreign, setting: DoorRequest) -> Told:
        """One hit, or those of a bulk."""
        if not _is_bulk(request):
            hit = _one_hit(request)
            if hit.get("rec") != "1":
                raise Problem(ProblemCode.FIELD_MISSING, status=_BAD, field="rec")
            return Told((_member(hit, request.body or _address(request), request, setting),), NO_TIME)
        text = json_in(request)
        both = elements(text, members(text.mended).get("requests", b""), setting.limits.events)
        hits = [(_bulk_hit(piece), raw) for piece, raw in both]
        return Told([_member(hit, raw, request, setting) for hit, raw in hits], NO_TIME)

    def answer(self, request: Foreign, settled: Answer) -> Said:
        """A picture, nothing, or how many were tracked."""
        if settled.problem is not None and settled.status not in {202, _REFUSED}:
            return self.refusal(request, settled.problem)
        if not _is_bulk(request):
            return _picture(request) if settled.status != _REFUSED else Said(_BAD, b"", "text/plain")
        invalid = [result.index for result in settled.results if result.status == "quarantined"]
        tracked = settled.accepted + settled.duplicates
        body = {"status": "success", "tracked": tracked, "invalid": len(invalid), "invalid_indices": invalid}
        return Said(200, msgspec.json.encode(body))

    def refusal(self, request: Foreign, problem: Problem) -> Said:
        """Why, in words."""
        error = problem_body(problem, "en", echo=False)["error"]
        body = {"status": "error", "tracked": 0, "message": error.message}
        return Said(problem.status, msgspec.json.encode(body), headers=wait_headers(problem))


def _is_bulk(request: Foreign) -> bool:
    return b'"requests"' in request.body


def _key_of_bulk(request: Foreign) -> str | None:
    """Of the bulk, of its address, or of its first hit."""
    try:
        said = inside(json_in(request).mended)
        told = said.get("requests", b"")
        first = _bulk_hit(pieces_of(told, 100_000)[0]) if told.startswith(b"[") and told[1:].strip() != b"]" else {}
    except Problem:
        return None
    return text_of(said.get("token_auth")) or request.asked("token_auth") or first.get("token_auth")


def _address(request: Foreign) -> bytes:
    return "&".join(f"{name}={value}" for name, value in request.query).encode("utf-8", "replace")


def _picture(request: Foreign) -> Said:
    hit = _one_hit(request)
    quiet = (("cache-control", "no-store"),)
    return Said(_NO_CONTENT, b"") if hit.get("send_image") == "0" else Said(200, GIF, "image/gif", quiet)


def _one_hit(request: Foreign) -> Hit:
    """The parameters of the address and of the form; the form wins."""
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True) if not _is_bulk(request) else []
    return dict(request.query) | dict(form)


def _bulk_hit(piece: bytes) -> Hit:
    said = text_of(piece)
    if said is not None:
        return dict(parse_qsl(said.partition("?")[2] or said, keep_blank_values=True))
    found = inside(piece)
    return {name: text_of(text) or text.decode() for name, text in found.items()}


def _member(hit: Hit, raw: bytes, request: Foreign, setting: DoorRequest) -> Member:
    visitor = visitor_of(request, hit.get("idsite", ""), setting)
    # a hit that says neither when it was nor that it is one of its own is one of its second
    own = {} if hit.keys() & _OWN else {"message_id": at_this_second(setting, visitor, repr(sorted(hit.items())))}
    return member_of(lambda: _native(hit, visitor, own), raw)


def _native(hit: Hit, visitor: str, own: dict[str, str]) -> bytes:
    if not hit.get("idsite", "").isdecimal():
        raise Problem(ProblemCode.FIELD_MISSING, status=_REFUSED, field="idsite")
    kind, name = _kind(hit)
    found: dict[str, object] = {"type": kind, "event" if kind == "track" else "name": name, **own}
    known = hit.get("cid") or hit.get("_id")
    found |= {"user_id": hit["uid"]} if hit.get("uid") else {}
    if known or not hit.get("uid"):
        found["anonymous_id"] = known or visitor
    if hit.get("cdt"):
        found["timestamp"] = _time(hit["cdt"])
    if kind == "track" and _amount(hit) is not None:
        found["value"] = _amount(hit)
    if hit.get(_ORDER):
        found["keys"] = {"order": hit[_ORDER]}
    found["properties"] = {key: value for key, value in hit.items() if key not in _SPENT}
    return native_text({key: msgspec.json.encode(value) for key, value in found.items()})


def _time(said: str) -> int | str:
    """Seconds, or a date and time that are meant in UTC."""
    return int(said) if said.isdecimal() else f"{said}Z" if " " in said else said


def _kind(hit: Hit) -> tuple[str, str]:
    if hit.get("e_c") and hit.get("e_a"):
        return "track", f"{hit['e_c']}: {hit['e_a']}"
    if hit.get("idgoal") == "0":
        return "track", "Order" if hit.get(_ORDER) else "Cart Update"
    if hit.get("idgoal"):
        return "track", f"Goal {hit['idgoal']}"
    for parameter, name in _KINDS:
        if hit.get(parameter):
            return "track", name
    return "page", hit.get("action_name") or "Page"


def _amount(hit: Hit) -> str | None:
    said = hit.get("revenue") or hit.get("e_v")
    return said if said and said.replace(".", "", 1).removeprefix("-").isdecimal() else None
