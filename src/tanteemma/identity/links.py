"""Which names does an event say are one person? Pairs only; the store joins them, counts them and can part them again.

- ``alias``: the previous id and the user id. A previous id may have been a user id or an anonymous id; it is linked as both.
- any event with a user id and an anonymous id: the two.
- an e-mail address, a telephone number, a customer's card or names in social networks in the traits: these and whoever else the
  event names.

Junk names nobody and is never linked. Pairs do not depend on the order in which events arrive. The one thing that does is the
cap of identifiers per person, kept by the store: which pairs come too late is settled by who was there first.
"""

from collections.abc import Sequence
from itertools import compress
from typing import Final

import msgspec

from tanteemma.identity.keys import Kind, canonical

_USER: Final = Kind.USER
_NO_OTHERS: Final = (None,) * 5
_FIELDS: Final = ("user_id", "anonymous_id", "email", "phone", "previous_id")


class Named(msgspec.Struct, frozen=True, gc=False):
    """How one event names its person, as the sender wrote it (None: not at all)."""

    user_id: str | None = None
    anonymous_id: str | None = None
    email: str | None = None
    previous_id: str | None = None
    phone: str | None = None
    card: str | None = None
    social: tuple[str, ...] = ()


class Who(msgspec.Struct, frozen=True, gc=False):
    """The keys of the person an event is about.

    ``subject``: the key the event arrived with, None if it names nobody. ``links``: further keys of the same person.
    ``junk``: names of the fields whose value names nobody.
    """

    subject: str | None
    links: tuple[str, ...]
    junk: tuple[str, ...]


def who_is_meant(named: Named) -> Who:
    """Whom does the event concern, and who else is that?

    The subject is the user id, else the anonymous id, else the address, the telephone number, the card, the first name in a
    social network. Junk is passed over.

    >>> who_is_meant(Named(user_id="4711", anonymous_id="a-1", email="Hans@Example.de"))
    Who(subject='user:4711', links=('anon:a-1', 'mail:hans@example.de'), junk=())
    >>> who_is_meant(Named(user_id="null", anonymous_id="a-1"))
    Who(subject='anon:a-1', links=(), junk=('user_id',))
    """
    user, anonymous, email, previous = named.user_id, named.anonymous_id, named.email, named.previous_id
    others = (anonymous, email, previous, named.phone, named.card)
    if user is not None and others == _NO_OTHERS and not named.social:
        key = canonical(_USER, user)  # most events of a system that knows its customers
        return Who(key, (), () if key is not None else ("user_id",))
    keys = (
        canonical(Kind.USER, user) if user is not None else None,
        canonical(Kind.ANON, anonymous) if anonymous is not None else None,
        canonical(Kind.MAIL, email) if email is not None else None,
        canonical(Kind.PHONE, named.phone) if named.phone is not None else None,
        canonical(Kind.USER, previous) if previous is not None else None,
        canonical(Kind.ANON, previous) if previous is not None else None,
        *((canonical(Kind.CARD, named.card),) if named.card is not None else ()),
        *(canonical(Kind.SOCIAL, one) for one in named.social),
    )
    found = tuple(dict.fromkeys(key for key in keys if key is not None))
    junk = (
        user is not None and keys[0] is None,
        anonymous is not None and keys[1] is None,
        email is not None and keys[2] is None,
        False,
        previous is not None and keys[5] is None,
    )
    return Who(found[0] if found else None, found[1:], tuple(compress(_FIELDS, junk)) if True in junk else ())


def pairs_of(subject: str, links: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of one event, each in sorted order, so that the same statement is always the same pair.

    >>> pairs_of("user:4711", ("anon:a-1",))
    [('anon:a-1', 'user:4711')]
    """
    return [(subject, other) if subject < other else (other, subject) for other in links if other != subject]
