"""By which rules people are put together and read: limits and blocked values of identifiers, which source is believed first."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tanteemma.store.operational import notes
from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.transaction import Transaction

_NOTE: Final = "identifier_rules"
_SOURCES: Final = "source_rank"
#: how many customer numbers one identifier may join, by its kind
MOST_USERS: Final[Mapping[str, int]] = {"anon": 20, "mail": 8, "phone": 8}
#: how many subjects one person may have through links in events: a shared computer must not melt all customers into one
MOST_SUBJECTS: Final = 100


class IdentifierRules(msgspec.Struct, frozen=True):
    """``most_users``: by kind; ``most_subjects`` of one person; ``blocked``: identifiers that join nobody."""

    most_users: dict[str, int] = msgspec.field(default_factory=lambda: dict(MOST_USERS))
    most_subjects: int = MOST_SUBJECTS
    blocked: tuple[str, ...] = ()


def identifier_rules(tx: Transaction) -> IdentifierRules:
    """Those in force."""
    return notes.get(tx, _NOTE, IdentifierRules) or IdentifierRules()


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
