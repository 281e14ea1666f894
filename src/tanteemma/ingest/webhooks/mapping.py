"""What a saved mapping is: rules that say which field of a payload is what, checked as a whole before it is kept.

``{"title": "…", "rules": [{"when": ["type = order.paid"], "event": "=Bestellung", "time": "created", …}], "tables": {…}}``;
the fields are expressions (see ``expressions``), conditions see ``conditions``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from tanteemma.ingest.webhooks.conditions import Condition, read_condition
from tanteemma.ingest.webhooks.expressions import Expression, read_expression
from tanteemma.ingest.webhooks.places import Place, read_place
from tanteemma.ingest.webhooks.signatures import KINDS
from tanteemma.ingest.webhooks.wished import ReadWish, Wished, read_wish
from tanteemma.model.problems import Problem, ProblemCode, Problems

T = TypeVar("T")
NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
#: the fields of a rule that hold one expression
FIELDS: Final = [
    "message_id",
    "event",
    "time",
    "user_id",
    "email",
    "phone",
    "card",
    "anonymous_id",
    "channel",
    "value",
    "currency",
    "score",
    "metric",
    "low",
    "high",
    "best",
    "purpose",
]
#: the fields of a rule that hold expressions by name
NAMED: Final = ("keys", "properties", "traits")
_TYPES: Final = ("track", "identify")
_MOST_RULES: Final = 100
_MOST_NAMED: Final = 200
_MOST_ENTRIES: Final = 2_000
_LONGEST: Final = 500


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One event of a payload (``each``: one for every element of a list). ``fallback``: only where no other rule applies."""

    when: tuple[str, ...] = ()
    each: str = ""
    fallback: bool = False
    type: str = "track"
    event: str = ""
    message_id: str = ""
    time: str = ""
    user_id: str = ""
    email: str = ""
    phone: str = ""
    card: str = ""
    anonymous_id: str = ""
    channel: str = ""
    value: str = ""
    currency: str = ""
    score: str = ""
    metric: str = ""
    low: str = ""
    high: str = ""
    best: str = ""
    purpose: str = ""
    keys: dict[str, str] = {}
    properties: dict[str, str] = {}
    traits: dict[str, str] = {}


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the sender signs: ``kind`` of ``signatures.KINDS``; for ``hmac`` the header, the hash and how it is written."""

    kind: str
    header: str = ""
    algorithm: str = "sha256"
    encoding: str = "hex"
    tolerance_s: int = 300


class HookMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping as it is saved. ``source``: whose keys may use it (empty: any). ``zone``: of times without one.

    ``of_delivery``: places that speak of the attempt to deliver and change when it is repeated; they are no part of an event.
    ``answer``: what the sender is told of what was kept, where it wants to hear words of its own.
    """

    rules: tuple[Rule, ...]
    title: str = ""
    source: str = ""
    department: str = ""
    purpose: str = ""
    channel: str = ""
    zone: str = ""
    tables: dict[str, dict[str, str]] = {}
    signature: Signature | None = None
    of_delivery: tuple[str, ...] = ()
    answer: Wished | None = None


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule, ready to be applied."""

    number: int
    when: tuple[Condition, ...]
    each: Place | None
    fallback: bool
    type: str
    fields: dict[str, Expression]
    named: dict[str, dict[str, Expression]]


@dataclass(frozen=True, slots=True)
class ReadMapping:
    """A mapping, ready to be applied."""

    mapping: HookMapping
    rules: tuple[ReadRule, ...]
    of_delivery: tuple[Place, ...] = ()
    answer: ReadWish | None = None


def mapping_in(text: bytes) -> HookMapping:
    """A mapping from its JSON text. Raises Problem MAPPING_INVALID (422)."""
    try:
        return msgspec.json.decode(text, type=HookMapping)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as wrong:
        raise Problem(ProblemCode.MAPPING_INVALID, status=422, hint=str(wrong)) from wrong


def mapping_from(value: Any) -> HookMapping:  # noqa: ANN401 - what JSON can say
    """A mapping from what its JSON says. Raises Problem MAPPING_INVALID (422)."""
    try:
        return msgspec.convert(value, HookMapping)
    except (msgspec.MsgspecError, RecursionError) as wrong:
        raise Problem(ProblemCode.MAPPING_INVALID, status=422, hint=str(wrong)) from wrong


def check_name(name: str) -> str:
    """A name that can stand in an address. Raises Problem MAPPING_NAME (422)."""
    if not NAME.fullmatch(name):
        raise Problem(ProblemCode.MAPPING_NAME, status=422, field="name", value=name[:80])
    return name


def read_mapping(mapping: HookMapping) -> ReadMapping:
    """The mapping, ready to be applied. Raises Problems naming everything that is wrong with it, each with its ``path``."""
    problems = _of_the_whole(mapping)
    tables = frozenset(mapping.tables)
    rules = tuple(_read_rule(number, rule, tables, problems) for number, rule in enumerate(mapping.rules[:_MOST_RULES]))
    of_delivery = tuple(
        place
        for at, one in enumerate(mapping.of_delivery[:_MOST_NAMED])
        for place in _attempted(read_place, one, f"of_delivery[{at}]", problems)
    )
    answer: ReadWish | None = None
    if mapping.answer is not None:
        try:
            answer = read_wish(mapping.answer)
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return ReadMapping(mapping, rules, of_delivery, answer)


def _attempted(read: Callable[[str], T], written: str, field: str, problems: list[Problem]) -> tuple[T, ...]:
    """What was read; nothing, and a problem more, if it cannot be."""
    try:
        return (read(written),)
    except Problem as problem:
        problem.params["field"] = field
        problems.append(problem)
        return ()


def _of_the_whole(mapping: HookMapping) -> list[Problem]:
    problems: list[Problem] = []
    if not mapping.rules:
        problems.append(Problem(ProblemCode.FIELD_MISSING, status=422, field="rules"))
    if len(mapping.rules) > _MOST_RULES:
        problems.append(Problem(ProblemCode.MAPPING_INVALID, status=422, field="rules", limit=_MOST_RULES))
    if len(mapping.of_delivery) > _MOST_NAMED:
        problems.append(Problem(ProblemCode.MAPPING_INVALID, status=422, field="of_delivery", limit=_MOST_NAMED))
    if sum(map(len, mapping.tables.values())) > _MOST_ENTRIES:
        problems.append(Problem(ProblemCode.MAPPING_INVALID, status=422, field="tables", limit=_MOST_ENTRIES))
    problems += [
        Problem(ProblemCode.TEXT_TOO_LONG, status=422, field=field, limit=_LONGEST)
        for field in ("title", "source", "department", "purpose", "channel", "zone")
        if len(getattr(mapping, field)) > _LONGEST
    ]
    signed = mapping.signature
    if signed is not None and signed.kind not in KINDS:
        allowed = ", ".join(sorted(KINDS))
        problems.append(Problem(ProblemCode.MAPPING_INVALID, status=422, field="signature.kind", allowed=allowed))
    if signed is not None and signed.kind == "hmac" and not signed.header:
        problems.append(Problem(ProblemCode.FIELD_MISSING, status=422, field="signature.header"))
    if signed is not None and (signed.algorithm not in _HASHES or signed.encoding not in {"hex", "base64"}):
        problems.append(
            Problem(ProblemCode.MAPPING_INVALID, status=422, field="signature", allowed="sha1, sha256, sha512; hex, base64")
        )
    return problems


_HASHES: Final = frozenset(("sha1", "sha256", "sha512"))


def _read_rule(number: int, rule: Rule, tables: frozenset[str], problems: list[Problem]) -> ReadRule:
    where = f"rules[{number}]"

    def attempt(read: Callable[[str], T], written: str, path: str) -> tuple[T, ...]:
        return _attempted(read, written, f"{where}.{path}", problems)

    def expression(written: str) -> Expression:
        return read_expression(written, tables)

    if rule.type not in _TYPES:
        problems.append(Problem(ProblemCode.UNKNOWN_EVENT_TYPE, status=422, field=f"{where}.type", allowed=", ".join(_TYPES)))
    if rule.type == "track" and not rule.event.strip():
        problems.append(Problem(ProblemCode.FIELD_MISSING, status=422, field=f"{where}.event"))
    if sum(len(getattr(rule, name)) for name in NAMED) > _MOST_NAMED:
        problems.append(Problem(ProblemCode.MAPPING_INVALID, status=422, field=where, limit=_MOST_NAMED))
    fields = {
        name: one for name in FIELDS if (written := getattr(rule, name).strip()) for one in attempt(expression, written, name)
    }
    named = {
        group: {
            name: one
            for name, written in getattr(rule, group).items()
            if written.strip()
            for one in attempt(expression, written, f"{group}.{name}")
        }
        for group in NAMED
    }
    when = tuple(
        condition
        for at, one in enumerate(rule.when)
        if one.strip()
        for condition in attempt(read_condition, one, f"when[{at}]")
    )
    each = next(iter(attempt(read_place, rule.each, "each")), None) if rule.each.strip() else None
    return ReadRule(number, when, each, rule.fallback, rule.type, fields, named)
