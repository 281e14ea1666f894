"""Which field of an example is probably what? By the names, German and English, that companies give their fields."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tanteemma.identity.keys import is_address
from tanteemma.ingest.formats.names import is_birthday, plain_name, rank
from tanteemma.ingest.formats.role import Role
from tanteemma.ingest.steps.times import parse_time
from tanteemma.ingest.webhooks.mapping import HookMapping, Rule
from tanteemma.ingest.webhooks.places import written_place
from tanteemma.ingest.webhooks.readings import READINGS, Literal, as_text
from tanteemma.model.problems import Problem

_ROLES: Final = {
    "time": Role.TIME,
    "user_id": Role.PERSON,
    "email": Role.EMAIL,
    "phone": Role.PHONE,
    "card": Role.CARD,
    "event": Role.TOUCHPOINT,
    "channel": Role.CHANNEL,
    "value": Role.VALUE,
    "currency": Role.CURRENCY,
    "score": Role.SCORE,
}
_MORE: Final = {
    "time": "updated at, date created, created, updated, sent at, received at, created time, event date, erstellt um, zeit",
    "user_id": "contact, requester id, kundennr, partner id",
    "email": "requester email, kunden email, from email, sender email",
    "message_id": "event id, message id, webhook id, delivery id, nachricht id, ereignis id, uuid, guid",
    "event": "topic, trigger, event type, type, action, ereignistyp, vorgang, status",
    "value": "total price, total amount, amount total, grand total, order total, gesamtsumme, price total",
    "anonymous_id": "anonymous id, visitor id, client id, cookie id, session id, besucher id",
}
_KEYS: Final = {
    "order": "order id, order number, order no, order, bestellnummer, bestell nr, bestell id, auftragsnummer, auftrag, name",
    "ticket": "ticket id, ticket number, ticket, ticketnummer, vorgangsnummer, case id, case number, conversation id",
    "parcel": "tracking number, parcel number, shipment id, sendungsnummer, paketnummer, trackingnummer, parcel no",
}
_RANKS: Final = {field: {name: at for at, name in enumerate(names.split(", "))} for field, names in {**_MORE, **_KEYS}.items()}
_PARENTS: Final = {"customer", "kunde", "contact", "kontakt", "user", "person", "requester", "buyer", "client", "sender"}
_WORDS: Final = frozenset(("email", "currency", "event", "channel"))
_MOST_PLACES: Final = 400
_DEEPEST: Final = 6
_SHOWN: Final = 80
_FAR: Final = 1_000


class Found(NamedTuple):
    """One value of an example: where it stands and what it is."""

    path: tuple[str | int, ...]
    value: object

    @property
    def written(self) -> str:
        """The place as it is written in a mapping."""
        return written_place(self.path)

    @property
    def shown(self) -> str:
        """The value, shortened."""
        return as_text(self.value)[:_SHOWN]


def places_in(root: object) -> list[Found]:
    """Every single value of an example with its place; of a list only the first element."""
    return list(_walk(root, ()))[:_MOST_PLACES]


def _walk(value: object, path: tuple[str | int, ...]) -> Iterator[Found]:
    if len(path) > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _walk(one, (*path, name))
    elif isinstance(value, list):
        if value:
            yield from _walk(value[0], (*path, 0))
    elif value is not None and path:
        yield Found(path, value)


def suggested(root: object) -> HookMapping:
    """A first mapping of an example, to be looked over: one rule, each field from the likeliest place."""
    each, around = _each(root)
    element: Any = root[0] if isinstance(root, list) and root else root
    if each:
        element = around
    places = places_in(element)
    taken: set[str] = set()
    said: dict[str, Any] = {}
    for field in (
        "email",
        "phone",
        "user_id",
        "time",
        "value",
        "currency",
        "score",
        "message_id",
        "anonymous_id",
        "channel",
        "event",
    ):
        best = _best(field, places, taken)
        if best is not None:
            said[field] = best.written
            taken.add(best.written)
    keys = {}
    for key in _KEYS:
        best = _best(key, places, taken)
        if best is not None:
            keys[key] = best.written
            taken.add(best.written)
    said.setdefault("event", "=Webhook")
    return HookMapping(rules=(Rule(each=each, keys=keys, **said),))


def _each(root: object) -> tuple[str, object]:
    """The list whose elements are the events, and its first element: the payload itself, or its only list of objects."""
    if isinstance(root, list) and root and isinstance(root[0], dict):
        return "$", root[0]
    if not isinstance(root, dict):
        return "", root
    lists = [(name, one) for name, one in root.items() if isinstance(one, list) and one and isinstance(one[0], dict)]
    own = [
        one
        for one in places_in({name: one for name, one in root.items() if not isinstance(one, list)})
        if _fits("time", one.value)
    ]
    if len(lists) == 1 and not any(_rank("time", one) is not None for one in own):
        name = written_place((lists[0][0],))
        return f"${name}" if name.startswith("[") else f"$.{name}", lists[0][1][0]
    return "", root


def _best(field: str, places: list[Found], taken: set[str]) -> Found | None:
    ranked = [
        (at, len(one.path), number, one)
        for number, one in enumerate(places)
        if one.written not in taken and (at := _rank(field, one)) is not None
    ]
    return min(ranked)[3] if ranked else None


def _rank(field: str, found: Found) -> int | None:
    """How likely is this the field, 0 the likeliest; None: not at all."""
    name = next((step for step in reversed(found.path) if isinstance(step, str)), "")
    if is_birthday(name) or not _fits(field, found.value):
        return None
    said = plain_name(_parted(name))
    parent = plain_name(_parted(str(found.path[-2]))) if len(found.path) > 1 else ""
    if field == "user_id" and said in {"id", "nr", "number", "nummer"}:
        return 0 if parent in _PARENTS else None
    if field == "message_id" and said == "id":
        return 50 if len(found.path) == 1 else None
    if field in _KEYS and said in {"id", "number", "nummer", "no"} and parent in _RANKS[field]:
        return 0
    ranks = [
        at for at in (_RANKS.get(field, {}).get(said), rank(_ROLES[field], said) if field in _ROLES else None) if at is not None
    ]
    if not ranks:
        return None
    return min(ranks) + (_FAR if any(isinstance(step, int) for step in found.path) else 0)


def _parted(name: str) -> str:
    """``createdAt`` as ``created At``."""
    return "".join(f" {sign}" if sign.isupper() and at and name[at - 1].islower() else sign for at, sign in enumerate(name))


def _fits(field: str, value: object) -> bool:
    """Could a value like this be meant?"""
    if isinstance(value, bool):
        return False
    if field in {"value", "score", "time"}:
        return _can_be_read(field, value)
    if not isinstance(value, str):
        return isinstance(value, int) and field not in _WORDS
    return {"email": is_address, "currency": _is_currency}.get(field, bool)(value)


def _is_currency(text: str) -> bool:
    return len(text.strip()) == 3  # noqa: PLR2004 - ISO 4217


def _can_be_read(field: str, value: object) -> bool:
    try:
        if field == "time":
            parse_time(float(value.written) if isinstance(value, Literal) else value)
        else:
            READINGS["number"](value, "")
    except Problem:
        return False
    return True
