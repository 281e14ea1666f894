"""By which rules people are put together and read: limits and blocked values of identifiers, which source is believed first."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tanteemma.store.operational import notes
from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.transaction import Transaction

_MAIL: Final = "mail:"
_NOTE: Final = "identifier_rules"
_SOURCES: Final = "source_rank"
#: how many customer numbers one identifier may join, by its kind
MOST_USERS: Final[Mapping[str, int]] = {"anon": 20, "card": 8, "mail": 8, "phone": 8, "social": 8}
#: how many subjects one person may have through links in events: a shared computer must not melt all customers into one
MOST_SUBJECTS: Final = 100


#: kinds of identifiers, the strongest first: whose links are followed where a person has too many
PRIORITY: Final = ("user", "mail", "phone", "card", "social", "anon")
#: days after which a device named with somebody else is taken for somebody else's; browsers keep no cookie longer than 400
LIFETIME_DAYS: Final[Mapping[str, int]] = {"anon": 400}


class IdentifierRules(msgspec.Struct, frozen=True):
    """``most_users``: by kind; ``most_subjects`` of one person; ``blocked``: identifiers that join nobody.

    ``priority``: kinds, the strongest first. ``lifetime_days``: by kind, none or 0: for ever. ``plus_addresses``: is
    ``anna+shop@example.org`` the same as ``anna@example.org``?
    """

    most_users: dict[str, int] = msgspec.field(default_factory=lambda: dict(MOST_USERS))
    most_subjects: int = MOST_SUBJECTS
    blocked: tuple[str, ...] = ()
    priority: tuple[str, ...] = PRIORITY
    lifetime_days: dict[str, int] = msgspec.field(default_factory=lambda: dict(LIFETIME_DAYS))
    plus_addresses: bool = False


def without_plus(subject: str) -> str | None:
    """The address that mail to this one also reaches where a company counts both as one, None for any other identifier.

    >>> without_plus("mail:anna+shop@example.org"), without_plus("mail:anna@example.org"), without_plus("user:a+b@c")
    ('mail:anna@example.org', None, None)
    """
    if not subject.startswith(_MAIL) or "+" not in subject:
        return None
    box, at, host = subject.partition("@")
    name = box.partition("+")[0]
    return f"{name}{at}{host}" if name != _MAIL else None


def identifier_rules(tx: Transaction) -> IdentifierRules:
    """Those in force. Kinds that were not known when they were stated have their usual place and limit."""
    rules = notes.get(tx, _NOTE, IdentifierRules) or IdentifierRules()
    return msgspec.structs.replace(rules, priority=_with_all(rules.priority), most_users={**MOST_USERS, **rules.most_users})


def _with_all(priority: tuple[str, ...]) -> tuple[str, ...]:
    """Every kind: those nobody stated stand before the last, which is the weakest.

    >>> _with_all(("user", "phone", "mail", "anon"))
    ('user', 'phone', 'mail', 'card', 'social', 'anon')
    """
    unsaid = tuple(kind for kind in PRIORITY if kind not in priority)
    return (*priority[:-1], *unsaid, *priority[-1:]) if unsaid else priority


def keep_identifier_rules(tx: Transaction, rules: IdentifierRules) -> None:
    """From now on these hold, for what is said from now on."""
    blocked = tuple(sorted({storable(one) for one in rules.blocked}))
    notes.put(tx, _NOTE, msgspec.structs.replace(rules, blocked=blocked))


def source_rank(tx: Transaction) -> tuple[str, ...]:
    """Which source is believed before which, the first most."""
    return notes.get(tx, _SOURCES, tuple[str, ...]) or ()


def keep_source_rank(tx: Transaction, sources: Iterable[str]) -> None:
    """From now on these are believed in this order, before all others."""
    notes.put(tx, _SOURCES, tuple(dict.fromkeys(sources)))
