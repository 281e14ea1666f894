"""What does one event of the native dialect say? Its fields, checked one by one and brought into the form of the journal.

| field | meaning |
|---|---|
| ``message_id`` | the sender's id of this event, text or whole number; without one the content is the id |
| ``type`` | track, identify, page, screen, group, alias |
| ``event`` | name of a track event; ``name`` (or ``event``) of a page or screen, else "Page" or "Screen" |
| ``user_id``, ``anonymous_id``, ``previous_id`` | who; text or whole number |
| ``visitor`` | ``day``: the sender has no id and is to be told apart for today only |
| ``timestamp``, ``sent_at`` | when, by the sender's clock; see ``steps.times`` |
| ``properties``, ``traits``, ``context`` | free JSON objects, kept as written |
| ``channel``, ``purpose``, ``keys``, ``value``, ``currency``, ``ordinal`` (or ``sequence``) | optional |
| ``score`` | what somebody answered, with its scale; see ``doors.scores`` |
| ``source`` | may only name the source the key belongs to |

Everything else, and values that could not be used (an id that names nobody), is kept in the context under ``$extra``.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final
from unicodedata import normalize
from uuid import UUID

import msgspec

from tanteemma.identity.keys import Kind, is_address, is_junk, telephone
from tanteemma.identity.keys import canonical as subject_named
from tanteemma.identity.links import Named, Who, who_is_meant
from tanteemma.ingest.doors.scores import with_score
from tanteemma.ingest.steps.strict_json import Strict, canonical
from tanteemma.ingest.steps.times import Moment, parse_time, placed_in_time
from tanteemma.model.events import NO_TIME, EventType, Flag, LiveEvent
from tanteemma.model.problems import Problem, ProblemCode

_TYPES: Final = frozenset(kind.value for kind in EventType)
_KNOWN: Final = frozenset(
    """
    message_id type event user_id anonymous_id timestamp sent_at properties traits context channel keys value currency ordinal
    purpose source score visitor
    """.split()  # noqa: SIM905 - a list of names reads best as words
)
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
_MOST_MONEY: Final = Decimal(10) ** 22
_MONEY_STEP: Final = Decimal("0.000001")
_MONEY_PLACES: Final = 6
_LARGEST_ORDINAL: Final = 2**63 - 1
_NO_ID_WORDS: Final = frozenset(("", "null", "undefined", "none", "nil", "nan", "[object object]", str(UUID(int=0))))
_EXTRA: Final = "$extra"
_FOR_TODAY: Final = "day"
_MOST_NETWORKS: Final = 20
_encode: Final = msgspec.json.Encoder().encode


class Setting(msgspec.Struct, frozen=True):
    """What all events of one request share.

    ``sent_us``: NO_TIME if the envelope does not say. ``context``: members of the envelope that every event inherits in its
    context, as JSON texts. ``visitor`` says who the sender is for today, asked for events that name nobody and say so.
    """

    source: str
    received_us: int
    zone: str
    id_chars: int
    sent_us: int = NO_TIME
    context: Mapping[str, str] | None = None
    visitor: Callable[[], str] | None = None


class _Notes(msgspec.Struct, gc=False):
    """What is found beside the fields: flags, and what goes to ``$extra`` (name to JSON text)."""

    flags: list[str]
    extra: dict[str, str]


def live_event(strict: Strict, index: int, setting: Setting, *, mended: bool) -> LiveEvent:
    """One event in the form of the journal. ``index``: its place in the request. ``mended``: text had to be made storable.

    Raises Problem: 422 FIELD_MISSING, FIELD_TYPE, UNKNOWN_EVENT_TYPE, NO_IDENTITY, ID_TYPE, ID_TOO_LONG, NUMBER_INVALID,
    NUMBER_OUT_OF_RANGE, SCORE_OUT_OF_SCALE, DUPLICATE_KEY, TIME_INVALID, TIME_AMBIGUOUS, TIME_OUT_OF_RANGE, TIME_IN_FUTURE;
    403 WRONG_SOURCE.
    """
    value = strict.value
    notes = _notes_of(strict, mended=mended)
    check_source(value, setting)
    kind = _kind(value)
    name = _name(strict, kind, notes)
    keys = _keys(strict, setting.id_chars, notes) if value.get("keys") is not None else {}
    who = _who(strict, kind, setting, notes)
    if who is None and not keys:
        raise Problem(ProblemCode.NO_IDENTITY, status=422, field="user_id")
    moment, sent_us = _when(strict, setting, notes)
    told = canonical(value if "sent_at" not in value else {key: value[key] for key in value if key != "sent_at"})
    message_id = _message_id(strict, told, setting.id_chars, notes)
    event_id = blake2b(f"{setting.source}\0{message_id}".encode(), digest_size=16).digest()
    ordinal = _ordinal(strict, index, notes)
    money = _money(strict, notes) if value.get("value") is not None else None
    return LiveEvent(
        event_id,
        blake2b(told, digest_size=8).digest(),
        message_id,
        kind,
        name,
        _text(value, "channel"),
        (who.subject if who else None) or f"event:{event_id.hex()}",
        who.links if who else (),
        moment.at_us,
        sent_us,
        ordinal,
        _original_time(strict),
        keys,
        _text(value, "purpose"),
        money,
        _currency(value),
        with_score(strict, _object(strict, "properties")),
        _object(strict, "traits"),
        _context(strict, setting.context, notes.extra),
        (*notes.flags, *moment.flags),
    )


def check_source(value: Mapping[str, Any], setting: Setting) -> None:
    """A key writes for its own source only. Raises Problem WRONG_SOURCE (403)."""
    source = value.get("source")
    if source is not None and source != setting.source:
        raise Problem(ProblemCode.WRONG_SOURCE, status=403, field="source")


def _notes_of(strict: Strict, *, mended: bool) -> _Notes:
    value = strict.value
    unknown = {} if value.keys() <= _KNOWN else {name: strict.text_of(name) for name in value if name not in _KNOWN}
    notes = _Notes([], unknown)
    if mended:
        notes.flags.append(Flag.REPAIRED_TEXT.value)
    if strict.invisible:
        notes.flags.append(Flag.INVISIBLE_TEXT.value)
    return notes


def _wrong_type(field: str) -> Problem:
    return Problem(ProblemCode.FIELD_TYPE, status=422, field=field)


def _kind(value: dict[str, Any]) -> str:
    kind = value.get("type")
    if kind is None:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="type")
    if type(kind) is not str:
        raise _wrong_type("type")
    if kind not in _TYPES:
        raise Problem(ProblemCode.UNKNOWN_EVENT_TYPE, status=422, field="type", allowed=", ".join(sorted(_TYPES)))
    return kind


def _name(strict: Strict, kind: str, notes: _Notes) -> str:
    """What the event is called. A name that is not used is kept aside, never dropped."""
    value = strict.value
    if kind == "track":
        name = _text(value, "event")
        if name is None or not name.strip():
            raise Problem(ProblemCode.FIELD_MISSING, status=422, field="event")
        return name
    for field in ("name", "event") if kind in {"page", "screen"} else ():
        name = _text(value, field)
        if name is not None and name.strip():
            notes.extra.pop(field, None)
            if field == "name" and "event" in value:
                notes.extra["event"] = strict.text_of("event")
            return name
    if "event" in value:
        notes.extra["event"] = strict.text_of("event")
    return kind.capitalize()


def _text(value: dict[str, Any], field: str) -> str | None:
    text = value.get(field)
    if text is None or type(text) is str:
        return text or None
    raise _wrong_type(field)


def _id(given: object, field: str, longest: int, notes: _Notes) -> str | None:
    """An identifier as text; a whole number is one, too."""
    if given is None:
        return None
    if type(given) is int:
        notes.flags.append(Flag.NUMBER_AS_TEXT.value)
        given = str(given)
    if type(given) is not str:
        raise Problem(ProblemCode.ID_TYPE, status=422, field=field)
    if len(given) > longest:
        raise Problem(ProblemCode.ID_TOO_LONG, status=422, field=field, limit=longest)
    return given


def _who(strict: Strict, kind: str, setting: Setting, notes: _Notes) -> Who | None:
    """Whom the event names, None if nobody at all (an id that names nobody is something else: junk, kept aside)."""
    value, longest = strict.value, setting.id_chars
    traits = value.get("traits")
    email = traits.get("email") if type(traits) is dict else None
    if type(email) is not str or len(email) > longest or not is_address(email):
        email = None
    phone, card, social = _phone(traits, longest), _card(traits, longest), _social(traits, longest)
    previous = _id(value.get("previous_id"), "previous_id", longest, notes) if kind == "alias" else None
    user = _id(value.get("user_id"), "user_id", longest, notes)
    anonymous = _id(value.get("anonymous_id"), "anonymous_id", longest, notes)
    if value.get("visitor") == _FOR_TODAY:
        anonymous = setting.visitor() if anonymous is None and setting.visitor is not None else anonymous
    elif value.get("visitor") is not None:
        notes.extra["visitor"] = strict.text_of("visitor")
    if user is None and anonymous is None and email is None and phone is None and card is None and not social:
        return None
    who = who_is_meant(Named(user, anonymous, email, previous, phone, card, social))
    if who.junk:
        notes.flags.append(Flag.JUNK_ID.value)
        notes.extra.update((field, strict.text_of(field)) for field in who.junk)
    return who


def _phone(traits: object, longest: int) -> str | None:
    """The telephone number in the traits, None if nobody could dial it."""
    given = traits.get("phone") if type(traits) is dict else None
    if type(given) is not str or len(given) > longest:
        return None
    return given if telephone(given) is not None else None


def _card(traits: object, longest: int) -> str | None:
    """The number of a customer's card in the traits, None if it is nobody's."""
    given = traits.get("card") if type(traits) is dict else None
    text = str(given) if type(given) is int else given
    if type(text) is not str or len(text) > longest:
        return None
    return text if subject_named(Kind.CARD, text) is not None else None


def _social(traits: object, longest: int) -> tuple[str, ...]:
    """Names in social networks in the traits: ``{"instagram": "@anna"}``."""
    given = traits.get("social") if type(traits) is dict else None
    if type(given) is not dict:
        return ()
    named = [f"{network}:{name}" for network, name in list(given.items())[:_MOST_NETWORKS] if type(name) is str]
    return tuple(one for one in named if len(one) <= longest and subject_named(Kind.SOCIAL, one) is not None)


def _keys(strict: Strict, longest: int, notes: _Notes) -> dict[str, str]:
    """Journey keys: name to value. One that names nothing binds no events together."""
    given = strict.value["keys"]
    if type(given) is not dict:
        raise _wrong_type("keys")
    found: dict[str, str] = {}
    for name, one in given.items():
        key = _id(one, f"keys.{name}", longest, notes)
        if key is None:
            continue
        if is_junk(key):
            notes.flags.append(Flag.JUNK_ID.value)
            notes.extra["keys"] = strict.text_of("keys")
        else:
            found[name] = normalize("NFC", key)
    return found


def _when(strict: Strict, setting: Setting, notes: _Notes) -> tuple[Moment, int]:
    """When it happened by our clock, and when it was sent by the sender's."""
    value = strict.value
    sent_us = setting.sent_us
    if value.get("sent_at") is not None:
        try:
            sent_us = parse_time(value["sent_at"], setting.zone).at_us
        except Problem:
            notes.flags.append(Flag.SENT_AT_UNREADABLE.value)
            notes.extra["sent_at"] = strict.text_of("sent_at")
    stamp = value.get("timestamp")
    if stamp is None:
        return Moment(setting.received_us, (Flag.NO_TIME.value,)), sent_us
    try:
        moment = parse_time(stamp, setting.zone)
        return placed_in_time(moment, sent_us=sent_us, received_us=setting.received_us), sent_us
    except Problem as problem:
        problem.params["field"] = "timestamp"
        raise


def _original_time(strict: Strict) -> str | None:
    stamp = strict.value.get("timestamp")
    return stamp if stamp is None or type(stamp) is str else strict.text_of("timestamp")


def _message_id(strict: Strict, told: bytes, longest: int, notes: _Notes) -> str:
    """The sender's id of the event; without one, its content, so that sending the same again is recognised."""
    given = _id(strict.value.get("message_id"), "message_id", longest, notes)
    if given is not None and given.strip().casefold() not in _NO_ID_WORDS:
        return given
    if given is not None:
        notes.extra["message_id"] = strict.text_of("message_id")
    notes.flags.append(Flag.NO_MESSAGE_ID.value)
    return f"content:{blake2b(told, digest_size=16).hexdigest()}"


def _ordinal(strict: Strict, index: int, notes: _Notes) -> int:
    """The sender's own order of events at the same time, else the place in the request."""
    value = strict.value
    for field in ("ordinal", "sequence"):
        given = value.get(field)
        if given is None:
            continue
        if type(given) is not int:
            raise _wrong_type(field)
        if abs(given) > _LARGEST_ORDINAL:
            raise Problem(ProblemCode.NUMBER_OUT_OF_RANGE, status=422, field=field)
        if field == "sequence":
            notes.extra.pop(field, None)
        return given
    return index


def _money(strict: Strict, notes: _Notes) -> str:
    """The value as a decimal number with at most six places; what had to be rounded is kept aside."""
    given = strict.value["value"]
    text = given.strip() if type(given) is str else strict.text_of("value")
    if type(given) not in {str, int, float}:
        raise _wrong_type("value")
    if not _DECIMAL.fullmatch(text):
        raise Problem(ProblemCode.NUMBER_INVALID, status=422, field="value")
    amount = Decimal(text)
    if abs(amount) >= _MOST_MONEY:
        raise Problem(ProblemCode.NUMBER_OUT_OF_RANGE, status=422, field="value")
    kept = amount.quantize(_MONEY_STEP) if amount != round(amount, _MONEY_PLACES) else amount
    if kept != amount:
        notes.flags.append(Flag.VALUE_ROUNDED.value)
        notes.extra["value"] = strict.text_of("value")
    return format(kept, "f")


def _currency(value: dict[str, Any]) -> str | None:
    text = _text(value, "currency")
    if text is None:
        return None
    if not _CURRENCY.fullmatch(text.strip()):
        raise _wrong_type("currency")
    return text.strip().upper()


def _object(strict: Strict, field: str) -> str:
    given = strict.value.get(field)
    if given is None:
        return ""
    if type(given) is not dict:
        raise _wrong_type(field)
    return strict.text_of(field)


def _context(strict: Strict, inherited: Mapping[str, str] | None, extra: Mapping[str, str]) -> str:
    """The context as written, with what the envelope says for all events, and with what had no place under ``$extra``."""
    text = _object(strict, "context")
    if not inherited and not extra:
        return text
    own = strict.value.get("context") or {}
    members = [text.strip()[1:-1].strip()] if own else []
    members += [f"{_quoted(name)}:{told}" for name, told in (inherited or {}).items() if name not in own]
    if extra:
        name = _EXTRA
        while name in own or name in (inherited or {}):
            name += "_"
        members.append(f"{_quoted(name)}:{{{','.join(f'{_quoted(key)}:{extra[key]}' for key in sorted(extra))}}}")
    return f"{{{','.join(members)}}}"


def _quoted(name: str) -> str:
    return _encode(name).decode()
