"""Which names does an event say are one person? Pairs only; the store joins them, counts them and can part them again.

- ``alias``: the previous id and the user id. A previous id may have been a user id or an anonymous id; it is linked as both.
- any event with a user id and an anonymous id: the two.
- an e-mail address in the traits: the address and whoever else the event names.

Junk names nobody and is never linked. Pairs do not depend on the order in which events arrive. The one thing that does is the
cap of identifiers per person, kept by the store: which pairs come too late is settled by who was there first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tanteemma.identity.keys import Kind, canonical


@dataclass(frozen=True, slots=True)
class Named:
    """How one event names its person, as the sender wrote it (None: not at all)."""

    user_id: str | None = None
    anonymous_id: str | None = None
    email: str | None = None
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """The keys of the person an event is about.

    ``subject``: the key the event arrived with, None if it names nobody. ``links``: further keys of the same person.
    ``junk``: names of the fields whose value names nobody.
    """

    subject: str | None
    links: tuple[str, ...]
    junk: tuple[str, ...]


def who_is_meant(named: Named) -> Who:
    """Whom does the event concern, and who else is that?

    The subject is the user id, else the anonymous id, else the address. Junk is passed over.

    >>> who_is_meant(Named(user_id="4711", anonymous_id="a-1", email="Hans@Example.de"))
    Who(subject='user:4711', links=('anon:a-1', 'mail:hans@example.de'), junk=())
    >>> who_is_meant(Named(user_id="null", anonymous_id="a-1"))
    Who(subject='anon:a-1', links=(), junk=('user_id',))
    """
    found: list[str] = []
    junk: list[str] = []
    for field, kind, value in (
        ("user_id", Kind.USER, named.user_id),
        ("anonymous_id", Kind.ANON, named.anonymous_id),
        ("email", Kind.MAIL, named.email),
        ("previous_id", Kind.USER, named.previous_id),
        ("previous_id", Kind.ANON, named.previous_id),
    ):
        if value is None:
            continue
        key = canonical(kind, value)
        if key is not None:
            found.append(key)
        elif field not in junk:
            junk.append(field)
    keys = list(dict.fromkeys(found))
    return Who(keys[0] if keys else None, tuple(keys[1:]), tuple(junk))


def pairs_of(subject: str, links: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of one event, each in sorted order, so that the same statement is always the same pair.

    >>> pairs_of("user:4711", ("anon:a-1",))
    [('anon:a-1', 'user:4711')]
    """
    return [(subject, other) if subject < other else (other, subject) for other in links if other != subject]
