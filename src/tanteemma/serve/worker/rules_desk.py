"""By which rules people are put together and read: shown and changed."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from tanteemma.identity.keys import Kind, canonical
from tanteemma.identity.profile.roles import Role, guessed
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.people_rules import PeopleRules, TouchpointPart
from tanteemma.serve.worker.house import House
from tanteemma.store.operational import Transaction, audit, person_notes
from tanteemma.store.operational.people_rules import (
    MOST_USERS,
    PRIORITY,
    IdentifierRules,
    identifier_rules,
    keep_identifier_rules,
    keep_source_rank,
    source_rank,
)

_GUESS: Final = "guess"
_HIGHEST: Final = 10_000
_MOST_BLOCKED: Final = 1_000
_MOST_SOURCES: Final = 200
_MOST_SHOWN: Final = 1_000


class ShowRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""


class ChangeRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is given is changed. ``roles``: by touchpoint, ``guess`` takes a decision back; ``blocked``, ``priority``: all.

    ``lifetime_days``: by kind, 0: for ever.
    """

    roles: dict[str, str] = {}
    sources: tuple[str, ...] | None = None
    most_users: dict[str, int] = {}
    most_subjects: int | None = None
    blocked: tuple[str, ...] | None = None
    priority: tuple[str, ...] | None = None
    lifetime_days: dict[str, int] = {}
    plus_addresses: bool | None = None
    by: str = "owner"


def _show(house: House, _asked: ShowRules) -> PeopleRules:
    with house.readers.pinned() as snapshot:
        names = sorted(snapshot.touchpoints().names)
    with house.operational.read() as tx:
        decided, rules, sources = person_notes.roles(tx), identifier_rules(tx), source_rank(tx)
    every = sorted({*names, *decided})
    parts = [TouchpointPart(name, _value(guessed(name)), decided.get(name)) for name in every]
    return PeopleRules(
        parts=tuple(parts[:_MOST_SHOWN]),
        sources=sources,
        most_users=rules.most_users,
        most_subjects=rules.most_subjects,
        blocked=rules.blocked,
        priority=rules.priority,
        lifetime_days={kind: rules.lifetime_days.get(kind, 0) for kind in PRIORITY},
        plus_addresses=rules.plus_addresses,
    )


def _value(role: Role | None) -> str | None:
    return None if role is None else role.value


def _change(house: House, asked: ChangeRules) -> PeopleRules:
    """Raises Problem QUESTION_INVALID naming what cannot be."""
    roles = {name: None if role == _GUESS else _role(role) for name, role in asked.roles.items()}
    for kind, most in asked.most_users.items():
        if kind not in MOST_USERS:
            raise _wrong("most_users", kind, ", ".join(MOST_USERS))
        _within("most_users", most)
    _check_kinds(asked)
    blocked = None if asked.blocked is None else tuple(map(_subject, asked.blocked))
    if asked.most_subjects is not None:
        _within("most_subjects", asked.most_subjects)
    if len(blocked or ()) > _MOST_BLOCKED or len(asked.sources or ()) > _MOST_SOURCES:
        raise _wrong("blocked", len(blocked or ()), f"≤ {_MOST_BLOCKED}")
    with house.operational.begin() as tx:
        person_notes.decide_roles(tx, roles)
        if asked.sources is not None:
            keep_source_rank(tx, (one.strip() for one in asked.sources if one.strip()))
        _keep(tx, asked, blocked)
        audit.note(tx, asked.by, "people_rules_changed", "")
    house.changed()
    return _show(house, ShowRules())


def _keep(tx: Transaction, asked: ChangeRules, blocked: tuple[str, ...] | None) -> None:
    rules = identifier_rules(tx)
    new = IdentifierRules(
        most_users={**rules.most_users, **asked.most_users},
        most_subjects=rules.most_subjects if asked.most_subjects is None else asked.most_subjects,
        blocked=rules.blocked if blocked is None else blocked,
        priority=rules.priority if asked.priority is None else asked.priority,
        lifetime_days={**rules.lifetime_days, **asked.lifetime_days},
        plus_addresses=rules.plus_addresses if asked.plus_addresses is None else asked.plus_addresses,
    )
    if new != rules:
        keep_identifier_rules(tx, new)


def _check_kinds(asked: ChangeRules) -> None:
    """Raises Problem QUESTION_INVALID for an order that is not of all kinds, and for a lifetime that cannot be."""
    if asked.priority is not None and sorted(asked.priority) != sorted(PRIORITY):
        raise _wrong("priority", ", ".join(asked.priority), ", ".join(PRIORITY))
    for kind, days in asked.lifetime_days.items():
        if kind not in PRIORITY:
            raise _wrong("lifetime_days", kind, ", ".join(PRIORITY))
        if not 0 <= days <= _HIGHEST:
            raise _wrong("lifetime_days", days, f"0–{_HIGHEST}")


def _role(said: str) -> str:
    if said not in set(Role):
        raise _wrong("roles", said, ", ".join((*Role, _GUESS)))
    return said


def _within(field: str, number: int) -> None:
    if not 1 <= number <= _HIGHEST:
        raise _wrong(field, number, f"1–{_HIGHEST}")


def _subject(said: str) -> str:
    kind, colon, value = said.strip().partition(":")
    subject = canonical(kind, value) if colon and kind in set(Kind) else None
    if subject is None:
        raise _wrong("blocked", said, ", ".join(f"{kind}:…" for kind in Kind))
    return subject


def _wrong(field: str, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=str(value)[:80], allowed=allowed)


ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {
    "rules": (ShowRules, _show),
    "change_rules": (ChangeRules, _change),
}
