"""The project's own JSON door: one event, a list, ``{"batch": [...]}`` or one event per line.

The envelope is taken apart without looking into the events; each event is then read for itself, so that a bad one never takes a
good one with it. Members of an envelope beside ``batch``: ``sent_at`` and ``source`` count for every event, ``context`` is
inherited by every event (its own wins), anything else is kept in the context of every event under ``$batch``.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec

from tanteemma.ingest.doors.batch import Batch, bad_item, refused
from tanteemma.ingest.doors.days import day_visitor
from tanteemma.ingest.doors.fields import Setting, check_source
from tanteemma.ingest.doors.shape import Decoded, DoorRequest
from tanteemma.ingest.doors.split import check_names, lines_of, members_of, originals, pieces_of
from tanteemma.ingest.doors.unpack import Envelope, as_utf8, unpacked
from tanteemma.ingest.steps.strict_json import mend, read_object, read_objects, read_only_one, say_what_is_broken
from tanteemma.ingest.steps.times import parse_time
from tanteemma.model import hooks
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem, ProblemCode

_SPACE: Final = b" \t\r\n"
_BATCH: Final = "$batch"
_UNREADABLE: Final = 400
_FORBIDDEN: Final = 403
_TOO_LARGE: Final = 413
_UNACCEPTABLE: Final = 422
_KEPT: Final = frozenset((_UNREADABLE, _UNACCEPTABLE))


@hooks.doors.add("native")
class NativeDoor:
    """``POST /v1/events`` and ``POST /v1/beacon``."""

    name: Final = "native"

    def decode(self, body: bytes, request: DoorRequest) -> Decoded:
        """Read one request. Never raises: what is wrong with it is part of the result."""
        try:
            envelope = Envelope(request)
            body = unpacked(body, request)
        except Problem as problem:
            return refused(request, problem, 1)
        try:
            return _read(body, envelope, request)
        except Problem as problem:
            if problem.status in _KEPT and problem.code is not ProblemCode.EMPTY_BODY:
                whole = (bad_item(problem, 0, body),)
                return refused(request, problem, 0, whole)
            return refused(request, problem, int(str(problem.params.pop("events", 1))))


def _read(body: bytes, envelope: Envelope, request: DoorRequest) -> Decoded:
    setting = Setting(request.source, request.received_us, request.zone, request.limits.id_chars, visitor=_visitor(request))
    if envelope.lines:
        return _read_lines(body, envelope.charset, setting, request)
    text = as_utf8(body, envelope.charset).lstrip(_SPACE)
    mended = mend(text)
    array, setting = _events_of(mended, setting, request)
    together = None if array is None else read_only_one(array, request.limits.shape)
    if together is not None:
        pieces = [together[0].text]
    elif array is None:
        pieces = [mended]
    else:
        pieces = pieces_of(array, request.limits.events)
        together = read_objects(array, pieces, request.limits.shape)
    batch = Batch(request, setting, by_line=False)
    for index, (piece, raw) in enumerate(zip(pieces, originals(text, pieces, mended), strict=True)):
        batch.read(index, piece, raw, together[index] if together else None)
    return batch.decoded(len(pieces))


def _visitor(request: DoorRequest) -> Callable[[], str] | None:
    """Who the sender is for today, None where nobody knows."""
    if not request.day_salt:
        return None
    return partial(day_visitor, request.source, request.address, request.user_agent, request.day_salt)


def _events_of(text: bytes, setting: Setting, request: DoorRequest) -> tuple[bytes | None, Setting]:
    """The array of events, None if the text is one event; and what the envelope says about all of them."""
    if text.startswith(b"["):
        return text, setting
    if not text.startswith(b"{"):
        raise _not_an_object(text)
    if b"batch" not in text and b"\\u00" not in text:
        return None, setting
    members = members_of(text)
    if "batch" not in members:
        return None, setting
    check_names(text, members)
    array = members.pop("batch")
    if not array.startswith(b"["):
        raise Problem(ProblemCode.BATCH_NOT_ARRAY, status=_UNREADABLE, path="batch")
    return array, _inherited(members, setting, request) if members else setting


def _not_an_object(text: bytes) -> Problem:
    if not text:
        return Problem(ProblemCode.EMPTY_BODY, status=_UNREADABLE)
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except msgspec.DecodeError as broken:
        say_what_is_broken(text, broken)
    return Problem(ProblemCode.NOT_AN_OBJECT, status=_UNREADABLE)


def _inherited(members: dict[str, bytes], setting: Setting, request: DoorRequest) -> Setting:
    """What an envelope says beside its events."""
    told = b",".join(msgspec.json.encode(name) + b":" + text for name, text in members.items())
    envelope = read_object(b"{" + told + b"}", request.limits.shape)
    value = envelope.value
    check_source(value, setting)
    rest = {name: text for name, text in members.items() if name != "source"}
    sent_us = NO_TIME
    try:
        sent_us = parse_time(value["sent_at"], setting.zone).at_us if value.get("sent_at") is not None else NO_TIME
        rest.pop("sent_at", None)
    except Problem:
        sent_us = NO_TIME
    context = {}
    if type(value.get("context")) is dict:
        context = {name: text.decode() for name, text in members_of(rest.pop("context")).items()}
    if rest:
        context[_BATCH] = (
            "{" + ",".join(f"{msgspec.json.encode(name).decode()}:{rest[name].decode()}" for name in sorted(rest)) + "}"
        )
    return msgspec.structs.replace(setting, sent_us=sent_us, context=context or None)


def _read_lines(body: bytes, charset: str, setting: Setting, request: DoorRequest) -> Decoded:
    text = as_utf8(body, charset, check=False)
    lines = lines_of(text, request.limits.events)
    if not lines:
        raise Problem(ProblemCode.EMPTY_BODY, status=_UNREADABLE)
    batch = Batch(request, setting, by_line=True)
    for index, line in enumerate(lines):
        try:
            as_utf8(line, "utf-8")
        except Problem as problem:
            batch.bad.append(bad_item(problem, index, line))
            continue
        batch.read(index, mend(line), line)
    return batch.decoded(len(lines))
