"""Which journey definitions are there, and what changes them beside stating one (which may need a new index: see ``house``)."""

from hashlib import blake2b
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.operational import definitions
from tanteemma.store.operational.records import StoredDefinition
from tanteemma.store.operational.transaction import Transaction

_DIGEST_BYTES: Final = 6


def stored(tx: Transaction) -> tuple[JourneyDefinition, ...]:
    """Journey definitions, the default first; a person's whole life is always there."""
    known = sorted(definitions.every(tx), key=lambda one: not one.is_default)
    found = [_said(one) for one in known]
    return tuple(found if any(one.name == WHOLE_LIFE.name for one in found) else [*found, WHOLE_LIFE])


def _said(one: StoredDefinition) -> JourneyDefinition:
    return JourneyDefinition(one.name, one.by, one.key, one.gap_s, one.starts_at, one.ends_at, one.version)


def make_default(tx: Transaction, name: str) -> None:
    """From now on this definition counts where none is named. Raises Problem UNKNOWN_JOURNEY."""
    if name == WHOLE_LIFE.name and definitions.find(tx, name) is None:
        definitions.define(tx, definitions.NewDefinition(WHOLE_LIFE.name, WHOLE_LIFE.by))
    if definitions.find(tx, name) is None:
        raise _unknown(tx, name)
    definitions.make_default(tx, name)


def remove(tx: Transaction, name: str) -> None:
    """Remove a definition; its history stays.

    Raises Problem UNKNOWN_JOURNEY, JOURNEY_STAYS for a person's whole life as it is always there.
    """
    if definitions.remove(tx, name):
        return
    if name == WHOLE_LIFE.name:
        raise Problem(ProblemCode.JOURNEY_STAYS, status=409, value=name)
    raise _unknown(tx, name)


def _unknown(tx: Transaction, name: str) -> Problem:
    allowed = ", ".join(one.name for one in stored(tx))
    return Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value=name, allowed=allowed)


def digest(found: tuple[JourneyDefinition, ...]) -> str:
    """Changes with every change of any definition and of the default.

    >>> digest((WHOLE_LIFE,)) == digest((WHOLE_LIFE,)), digest((WHOLE_LIFE,)) == digest(())
    (True, False)
    """
    return blake2b(msgspec.msgpack.encode(found), digest_size=_DIGEST_BYTES).hexdigest()
