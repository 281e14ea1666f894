"""Which firm or household is this? Everybody who belongs to it, and what all of them did together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tanteemma.identity.accounts import ACCOUNT, ACCOUNT_KINDS, AccountRole, account_key, is_account
from tanteemma.identity.profile.belonging import Belonging, grouped, traits_said
from tanteemma.identity.profile.facet import Facet, Trait, joined, unpacked
from tanteemma.identity.profile.profile import Event, Mood, Profile, Rules, Worth, at, name_said, profile_of
from tanteemma.identity.profile.words import ACCOUNT_NAME, BELONGS, ROLE, squeezed
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.known_people import KnownPeople, Missing, Pending
from tanteemma.store.operational import Transaction, people
from tanteemma.store.profiles.kept import KeptFacets

#: the members an account is counted from, the newest
MOST_MEMBERS: Final = 500
_MOST_ROWS: Final = 2_000
_FOR_A_NAME: Final = 20
_MOST_FOUND: Final = 200
_EVERYBODY: Final = 2**31


class Member(msgspec.Struct, frozen=True):
    """Somebody who belongs to an account (``left``: no longer)."""

    id: str
    name: str | None
    known_as: str
    role: AccountRole
    since: datetime
    left: bool
    events: int
    last: Event | None
    worth: tuple[Worth, ...]
    mood: Mood | None


class Account(msgspec.Struct, frozen=True):
    """One firm or household. ``together``: the profile all its members make, with the account's own traits.

    ``more``: so many newest identifiers were looked at, there are more.
    """

    id: str
    kind: str
    name: str | None
    subjects: tuple[str, ...]
    members: tuple[Member, ...]
    more: bool
    together: Profile


class FoundAccount(msgspec.Struct, frozen=True):
    """An account of a list; ``identifiers``: how many identifiers belong to it."""

    id: str
    kind: str
    name: str | None
    identifiers: int


class _Group(msgspec.Struct):
    """One person with what is kept of every subject, and what those say of the account."""

    person: str
    facets: dict[str, Facet]
    belonging: Belonging


class KnownAccounts:
    """Reads on the thread of whoever asks, beside :class:`KnownPeople`."""

    def __init__(self, known: KnownPeople) -> None:
        self._operational = known.operational
        self._people = known

    def subjects(self, wanted: str) -> tuple[str, ...]:
        """Every subject of the account with this id or name of it, as merged today. Raises Problem ACCOUNT_UNKNOWN."""
        kind, colon, value = wanted.partition(":")
        subject = account_key(kind, value) if colon and kind in ACCOUNT_KINDS else account_key(ACCOUNT, wanted)
        if subject is None:
            raise _unknown(wanted)
        with self._operational.read() as tx:
            return _subjects(tx, subject)

    def account(self, wanted: str, pending: Pending | None = None) -> Account:
        """The account of an id. Raises Problem ACCOUNT_UNKNOWN, ``Missing``."""
        kept = self._kept()
        subjects = self.subjects(wanted)
        rows = kept.rows_with([[BELONGS + subject for subject in subjects]], _MOST_ROWS)
        if not rows:
            if self._people.is_whole():
                raise _unknown(wanted)
            raise Missing(())
        named = {row.subject: unpacked(row.body) for row in rows}
        with self._operational.read() as tx:
            rules = self._people.rules(tx)
            groups = self._groups(tx, [one for one in named if not is_account(one)], subjects, pending)
        own = [facet for subject, facet in named.items() if is_account(subject)]
        said = [group.belonging for group in groups]
        said += [facet.accounts[one] for facet in own for one in subjects if one in facet.accounts]
        together = self._together(subjects[0], groups, said, rules)
        members = tuple(sorted((self._member(one, rules) for one in groups), key=_by_weight))
        more = len(rows) == _MOST_ROWS or len(groups) == MOST_MEMBERS
        return Account(subjects[0], subjects[0].partition(":")[0], together.name, subjects, members, more, together)

    def find(self, asked: str, most: int = 50) -> list[FoundAccount]:
        """Accounts whose name or number begins so; all for nothing asked."""
        kept = self._kept()
        if asked.strip():
            words = kept.beginning_with(ACCOUNT_NAME + squeezed(asked), most * 2)
            named = list(dict.fromkeys(word.partition("\x1f")[2] for word in words))
        else:
            named = [word.removeprefix(BELONGS) for word in kept.beginning_with(BELONGS, most)]
        found: dict[str, FoundAccount] = {}
        with self._operational.read() as tx:
            rules = self._people.rules(tx)
            for subject in named[:_MOST_FOUND]:
                every = _subjects(tx, subject)
                if every[0] not in found and len(found) < most:
                    found[every[0]] = self._found(kept, every, rules)
        return list(found.values())

    def members_of(self, wanted: str | None, role: str | None) -> list[str]:
        """Every subject of those who belong to an account (None: any) in a role (None: any), for conditions on customers."""
        kept = self._kept()
        subjects = () if wanted is None else self.subjects(wanted)
        words = [BELONGS + one for one in subjects] if subjects else [ROLE + (role or AccountRole.MEMBER.value)]
        named = [row.subject for row in kept.rows_with([words], _EVERYBODY) if not is_account(row.subject)]
        found: list[str] = []
        with self._operational.read() as tx:
            sources = self._people.rules(tx).sources
            for every in _persons(tx, named, _EVERYBODY).values():
                whole = joined(self._people.facets(every).values())
                there = grouped(whole, people.person_of(tx, whole.accounts))
                for _, own, belonging in there:
                    meant = belonging.counts and (not subjects or not set(subjects).isdisjoint(own))
                    if meant and role in {None, belonging.role(sources).value}:
                        found += every
                        break
        return found

    def _kept(self) -> KeptFacets:
        kept = self._people.kept
        if kept is None:
            raise Missing(())
        return kept

    def _groups(self, tx: Transaction, named: Sequence[str], accounts: Sequence[str], pending: Pending | None) -> list[_Group]:
        """The people of these subjects, with what is said of these accounts."""
        found = []
        for person, every in _persons(tx, named, MOST_MEMBERS).items():
            facets = self._people.live_facets(every, pending)
            belonging = Belonging()
            for facet in facets.values():
                for account in accounts:
                    if account in facet.accounts:
                        belonging.join(facet.accounts[account])
            found.append(_Group(person.hex(), facets, belonging))
        return found

    def _together(self, account: str, groups: Sequence[_Group], said: Sequence[Belonging], rules: Rules) -> Profile:
        """What those who belong to it did together, with what is said of the account itself. Consents stay with each."""
        there = [group for group in groups if group.belonging.counts]
        whole = joined(facet for group in there for facet in group.facets.values())
        whole.traits, whole.consents, whole.accounts = traits_said(said, Trait), {}, {}
        return profile_of(account, {}, whole, rules, self._people.seen())

    def _member(self, group: _Group, rules: Rules) -> Member:
        profile = profile_of(group.person, group.facets, joined(group.facets.values()), rules, self._people.seen())
        return Member(
            id=group.person,
            name=profile.name,
            known_as=next((one.value for one in profile.identifiers if one.kind != "anon"), ""),
            role=group.belonging.role(rules.sources),
            since=at(group.belonging.first_us),
            left=not group.belonging.counts,
            events=profile.events,
            last=profile.last,
            worth=profile.worth,
            mood=profile.mood,
        )

    def _found(self, kept: KeptFacets, every: tuple[str, ...], rules: Rules) -> FoundAccount:
        facets = [unpacked(row.body) for row in kept.rows_with([[BELONGS + one for one in every]], _FOR_A_NAME)]
        said = [facet.accounts[one] for facet in facets for one in every if one in facet.accounts]
        name = name_said(traits_said(said, Trait), rules.sources)
        count = sum(kept.how_many(BELONGS + one, _MOST_ROWS) for one in every)
        return FoundAccount(every[0], every[0].partition(":")[0], name, count)


def _subjects(tx: Transaction, subject: str) -> tuple[str, ...]:
    """Every subject of the account it is today."""
    return tuple(people.subjects_of(tx, people.person_of(tx, [subject])[subject])) or (subject,)


def _persons(tx: Transaction, named: Sequence[str], most: int) -> dict[bytes, tuple[str, ...]]:
    """The people of these subjects with every subject of each, in the order of the first."""
    found: dict[bytes, tuple[str, ...]] = {}
    for subject, person in people.person_of(tx, named).items():
        if person not in found and len(found) < most:
            found[person] = tuple(people.subjects_of(tx, person)) or (subject,)
    return found


def _by_weight(member: Member) -> tuple[object, ...]:
    """Who is there first, then by the part they play, then the busiest."""
    return (member.left, list(AccountRole).index(member.role), -member.events, member.id)


def _unknown(wanted: str) -> Problem:
    return Problem(ProblemCode.ACCOUNT_UNKNOWN, status=404, value=wanted[:80])
