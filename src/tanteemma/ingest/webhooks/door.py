"""One webhook, read: a payload and the mapping it is meant for in, events and what could not be read out."""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from tanteemma.ingest.doors.batch import Batch, bad_item, refused
from tanteemma.ingest.doors.fields import Setting
from tanteemma.ingest.doors.shape import Decoded, DoorRequest
from tanteemma.ingest.doors.unpack import as_utf8
from tanteemma.ingest.steps.strict_json import Shape, mend, read_object
from tanteemma.ingest.webhooks.applying import Drafted, drafted, only_element
from tanteemma.ingest.webhooks.mapping import ReadMapping
from tanteemma.ingest.webhooks.places import Payload
from tanteemma.ingest.webhooks.readings import Literal, encoded
from tanteemma.model.events import BadItem
from tanteemma.model.problems import Problem, ProblemCode

#: parameters of a bad row that say by which mapping it is read again
MAPPING: Final = "mapping"
HEADERS: Final = "headers"
QUERY: Final = "query"
_KEPT: Final = frozenset((400, 422))
_UNREADABLE: Final = 400
_LIST: Final = b'{"list":'
#: an event of a webhook may be larger than a native one: an order with all its lines
LARGEST_EVENT: Final = 256 * 1024
_MOST_KEPT: Final = 16 * 1024 * 1024
_LONG_DIGITS: Final = 18
_MOST_HEADERS: Final = 20
_LONGEST_HEADER: Final = 200
_SECRET: Final = ("sign", "hmac", "auth", "token", "key", "secret", "cookie", "forward", "real-ip", "password")


@dataclass(frozen=True, slots=True)
class Hook:
    """One request: the name of its mapping, its body unpacked, headers by lower-case name, query without keys."""

    name: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def harmless_headers(headers: dict[str, str]) -> dict[str, str]:
    """What a mapping may look at and what is kept with a bad payload: the sender's own headers, nothing secret."""
    own = (
        (name, value[:_LONGEST_HEADER])
        for name, value in headers.items()
        if name.startswith("x-") or name in {"event", "topic"}
    )
    kept = [(name, value) for name, value in own if not any(word in name for word in _SECRET)]
    return dict(kept[:_MOST_HEADERS])


def payload_of(body: bytes, limits: Shape) -> tuple[Any, bool]:
    """What a body says: JSON (an object or a list), or a form as an object of texts; and whether text had to be mended.

    Raises Problem EMPTY_BODY, INVALID_UTF8, INVALID_JSON, NOT_AN_OBJECT (400); of the shape DUPLICATE_KEY, TOO_DEEP … (422).
    """
    came = as_utf8(body, "utf-8").strip()
    if not came:
        raise Problem(ProblemCode.EMPTY_BODY, status=_UNREADABLE)
    text = mend(came)
    if text[:1] not in (b"{", b"["):
        return _form(text, limits), False
    wrapped = text if text.startswith(b"{") else _LIST + text + b"}"
    read_object(wrapped, limits, largest=limits.size)
    value = json.loads(wrapped, parse_float=Literal, parse_int=_whole)
    return value if text.startswith(b"{") else value["list"], text != came


def _whole(digits: str) -> object:
    return int(digits) if len(digits) <= _LONG_DIGITS else Literal(digits)


def _form(text: bytes, limits: Shape) -> object:
    said = text.decode()
    pairs = parse_qsl(said, keep_blank_values=True) if "=" in said and not said.startswith("<") else []
    if not pairs:
        raise Problem(ProblemCode.NOT_AN_OBJECT, status=_UNREADABLE)
    if len(pairs) > limits.names:
        raise Problem(ProblemCode.TOO_MANY_PROPERTIES, status=422, limit=limits.names)
    inner = dict(pairs).get("payload", "").strip()
    if inner.startswith("{"):
        return payload_of(inner.encode("utf-8", "replace"), limits)[0]
    found: dict[str, Any] = {}
    for name, value in pairs:
        clean = value.replace("\x00", "\ufffd")
        before = found.get(name)
        found[name] = clean if before is None else [*before, clean] if isinstance(before, list) else [before, clean]
    return found


def decode_hook(hook: Hook, mapping: ReadMapping | Problem, setting: DoorRequest) -> Decoded:
    """One webhook, read by a mapping (or why there is none). Never raises: what is wrong is part of the result."""
    whole = Shape(size=setting.limits.unpacked_bytes, names=setting.limits.shape.names)
    try:
        root, mended = payload_of(hook.body, whole)
        if isinstance(mapping, Problem):
            raise mapping
        payload = Payload(root, harmless_headers(hook.headers), hook.query)
        drafts = drafted(mapping, payload, setting.limits.events)
    except Problem as problem:
        if problem.status in _KEPT and problem.code is not ProblemCode.EMPTY_BODY:
            return refused(setting, problem, 0, (_bad(problem, 0, hook.body, hook),))
        return refused(setting, problem, int(str(problem.params.pop("events", 1))))
    larger = msgspec.structs.replace(
        setting, limits=msgspec.structs.replace(setting.limits, shape=replace(setting.limits.shape, size=LARGEST_EVENT))
    )
    zone = mapping.mapping.zone or setting.zone
    batch = Batch(larger, Setting(setting.source, setting.received_us, zone, setting.limits.id_chars), by_line=True)
    for index, draft in enumerate(drafts):
        if isinstance(draft.event, Problem):
            batch.bad.append(bad_item(draft.event, index, b""))
        else:
            native = encoded(draft.event)
            batch.read(index, native, native, mended=mended)
    return _with_bytes(batch, drafts, hook, payload, larger)


def wished_answer(hook: Hook, mapping: ReadMapping | None) -> tuple[str, bytes] | None:
    """The media type and the body its sender wants to hear of what was kept, None if it wants nothing of its own."""
    if mapping is None or mapping.answer is None:
        return None
    try:
        root, _ = payload_of(hook.body, Shape(size=len(hook.body) + 1, names=len(hook.body) + 1))
    except Problem:
        root = {}  # kept as it came, and not to be repeated
    return mapping.answer.type, mapping.answer.filled(Payload(root, harmless_headers(hook.headers), hook.query))


def _with_bytes(batch: Batch, drafts: list[Drafted], hook: Hook, payload: Payload, setting: DoorRequest) -> Decoded:
    """The request as a whole; what was bad with what is needed to read it again."""
    bad, size = [], 0
    for item in batch.bad:
        draft = drafts[item.index]
        raw = hook.body
        if draft.each is not None and draft.element is not None and len(drafts) > 1:
            raw = encoded(only_element(payload.root, draft.each, draft.element))
        size += len(raw)
        if size > max(_MOST_KEPT, 2 * len(hook.body)):
            # so much would have to be kept again and again that the payload is kept once, and nothing of it is taken
            problem = Problem(ProblemCode(item.code), status=422, field=item.field, **item.params)
            return refused(setting, problem, 0, (_bad(problem, 0, hook.body, hook),))
        bad.append(BadItem(item.index, item.code, item.field, raw, {**item.params, **_told(hook)}))
    batch.bad = bad
    batch.forget_too_large()
    return batch.decoded(len(drafts))


def _told(hook: Hook) -> dict[str, str]:
    """By which mapping a bad payload is read again, and what its request said beside it."""
    told = {MAPPING: hook.name}
    if headers := harmless_headers(hook.headers):
        told[HEADERS] = msgspec.json.encode(headers).decode()
    if hook.query:
        told[QUERY] = msgspec.json.encode(hook.query).decode()
    return told


def _bad(problem: Problem, index: int, raw: bytes, hook: Hook) -> BadItem:
    item = bad_item(problem, index, raw)
    return BadItem(item.index, item.code, item.field, item.raw, {**item.params, **_told(hook)})


def hook_again(raw: bytes, params: dict[str, str]) -> Hook | None:
    """The webhook a bad row holds, None if it came another way."""
    if MAPPING not in params:
        return None
    headers = msgspec.json.decode(params.get(HEADERS, "{}"), type=dict[str, str])
    query = msgspec.json.decode(params.get(QUERY, "{}"), type=dict[str, str])
    return Hook(params[MAPPING], raw, headers, query)
