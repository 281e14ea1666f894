"""Who are these, worked out afresh from every link that was ever said? The same links give the same people, in whatever order.

Links are followed from the strongest kind of identifier to the weakest (a customer number before an address before a device;
within a kind by the alphabet), as long as a person does not get more identifiers than the rules allow. What is left out waits:
it is kept, and followed as soon as there is room. A link is left out too if one of its identifiers outlived it: it was named
with somebody else so much later that the rules take it for somebody else's by now. What colleagues merged is put together last
and always.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.columns import storable
from tanteemma.store.operational.cutting import cut_among
from tanteemma.store.operational.grouping import Groups
from tanteemma.store.operational.people_rules import IdentifierRules
from tanteemma.store.operational.tables_people import SUBJECT_LINK, SUBJECT_PERSON
from tanteemma.store.operational.transaction import Transaction, in_portions

#: a link that events said and that is followed, and one that waits
SAID: Final = 0
WAITING: Final = -1
#: more identifiers than these hang together only by attacks: what comes beyond waits and nobody is worked out afresh
MOST_AT_ONCE: Final = 20_000
_L = SUBJECT_LINK.c
_P = SUBJECT_PERSON.c


class Link(msgspec.Struct, frozen=True, gc=False):
    """A row of the table: two subjects, what put them together, and the newest day (since 1970) on which events named both.

    ``live``: not only rows of files say so.
    """

    low: str
    high: str
    merge: int
    day: int
    live: bool = True


class Settled(msgspec.Struct, frozen=True):
    """The persons of everybody who was worked out (None: too many, nothing was changed), as groups say."""

    people: dict[str, bytes] | None
    waiting: tuple[tuple[str, str], ...]


def settle(tx: Transaction, subjects: Iterable[str], rules: IdentifierRules, groups: Groups) -> Settled:
    """Work out these subjects and everybody who hangs together with them; which links wait is written down."""
    whole = _hanging_together(tx, subjects)
    if whole is None:
        return Settled(None, ())
    members, links, apart = whole
    said = [link for link in links if link.merge in {SAID, WAITING} and apart.isdisjoint((link.low, link.high))]
    late = outlived(said, rules.lifetime_days)
    left_out = set(late)
    for link in sorted(said, key=lambda link: _strength(link, rules.priority)):
        pair = (link.low, link.high)
        if pair not in late and not groups.join(*pair, most=rules.most_subjects):
            left_out.add(pair)
    for link in links:
        if link.merge not in {SAID, WAITING}:
            groups.join(link.low, link.high, most=None)
    _mark(tx, said, left_out)
    return Settled({subject: groups.person(subject) for subject in members}, tuple(sorted(left_out)))


def outlived(links: Sequence[Link], lifetime_days: Mapping[str, int]) -> set[tuple[str, str]]:
    """Links of identifiers that were named with somebody else more than their lifetime later.

    >>> old, new = Link("anon:a", "user:1", 0, 100), Link("anon:a", "user:2", 0, 600)
    >>> outlived([old, new], {"anon": 400}), outlived([old, new], {"anon": 500})
    ({('anon:a', 'user:1')}, set())
    """
    newest: dict[str, int] = {}
    for link in links:
        for subject in (link.low, link.high):
            if lifetime_days.get(subject.partition(":")[0]):
                newest[subject] = max(newest.get(subject, 0), link.day)
    return {
        (link.low, link.high)
        for link in links
        if link.day
        and any(
            newest[subject] - link.day > lifetime_days[subject.partition(":")[0]]
            for subject in (link.low, link.high)
            if subject in newest
        )
    }


def unsettled(tx: Transaction, subjects: Iterable[str], rules: IdentifierRules) -> set[str]:
    """Those of these whose links do not all count as they did: somebody waits beside them, or a link is outlived."""
    named = sorted({storable(subject) for subject in subjects})
    found = _beside_waiting(tx, named)
    mortal = [subject for subject in named if rules.lifetime_days.get(subject.partition(":")[0])]
    span: dict[str, tuple[int, int]] = {}
    for portion in in_portions(mortal):
        for mine in (_L.low, _L.high):
            days = (sa.func.min(_L.day), sa.func.max(_L.day))
            query = sa.select(mine, *days).where(mine.in_(portion), _L.merge == SAID, _L.day > 0).group_by(mine)
            for subject, first, last in tx.run(query):
                before = span.get(subject, (first, last))
                span[subject] = (min(first, before[0]), max(last, before[1]))
    return found | {
        subject for subject, (first, last) in span.items() if last - first > rules.lifetime_days[subject.partition(":")[0]]
    }


def _beside_waiting(tx: Transaction, named: Sequence[str]) -> set[str]:
    if tx.run(sa.select(_L.low).where(_L.merge == WAITING).limit(1)).first() is None:
        return set()
    found: set[str] = set()
    for portion in in_portions(named):
        for mine in (_L.low, _L.high):
            found |= set(tx.run(sa.select(mine).where(mine.in_(portion), _L.merge == WAITING)).scalars())
            together = sa.select(_P.person).where(_P.subject.in_(portion))
            query = (
                sa.select(_P.subject)
                .join(SUBJECT_LINK, sa.and_(mine == _P.subject, _L.merge == WAITING))
                .where(_P.person.in_(together))
            )
            found |= set(tx.run(query).scalars())
    return found


def _hanging_together(tx: Transaction, subjects: Iterable[str]) -> tuple[set[str], list[Link], set[str]] | None:
    """Everybody who can be reached by links, these links, and who of them is cut off; None if they are too many."""
    members = {storable(subject) for subject in subjects}
    links: set[Link] = set()
    apart: set[str] = set()
    fresh = set(members)
    while fresh:
        apart |= cut_among(tx, fresh)
        come: set[Link] = set()
        for portion in in_portions(sorted(fresh)):
            for mine in (_L.low, _L.high):
                rows = tx.run(sa.select(_L.low, _L.high, _L.merge, _L.day).where(mine.in_(portion)))
                come |= {Link(*row) for row in rows}
        ends = {end for link in come - links for end in (link.low, link.high)} - members
        apart |= cut_among(tx, ends)
        through = {link for link in come if link.merge not in {SAID, WAITING} or apart.isdisjoint((link.low, link.high))}
        links |= through
        fresh = {end for link in through for end in (link.low, link.high)} - members
        members |= fresh
        if len(members) > MOST_AT_ONCE:
            return None
    return members, sorted(links, key=lambda link: (link.low, link.high, link.merge)), apart


def _strength(link: Link, priority: Sequence[str]) -> tuple[int, int, str, str]:
    ranks = {kind: rank for rank, kind in enumerate(priority)}
    two = sorted(ranks.get(subject.partition(":")[0], len(ranks)) for subject in (link.low, link.high))
    return two[1], two[0], link.low, link.high


def _mark(tx: Transaction, links: Sequence[Link], left_out: set[tuple[str, str]]) -> None:
    for mark, other in ((WAITING, SAID), (SAID, WAITING)):
        turned = [link for link in links if ((link.low, link.high) in left_out) == (mark == WAITING) and link.merge == other]
        for link in turned:
            here = (_L.low == link.low, _L.high == link.high, _L.merge == other)
            tx.run(sa.update(SUBJECT_LINK).where(*here).values(merge=mark))
