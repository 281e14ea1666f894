"""To which accounts does somebody belong? Gathered per subject like everything else: sums and newest ones, in any order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from tanteemma.identity.accounts import AccountRole, SaidAccount

if TYPE_CHECKING:
    from tanteemma.identity.profile.facet import Facet, Moment, Trait

MOST_ACCOUNTS: Final = 50
MOST_TRAITS: Final = 100


class Belonging(msgspec.Struct, array_like=True, gc=False):
    """What the events of one subject say of one account.

    ``last``: the newest that says somebody belongs, ``left``: the newest that says no longer; ``roles`` by source.
    """

    events: int = 0
    first_us: int = 0
    last: "tuple[int, int, bytes] | None" = None
    left: "tuple[int, int, bytes] | None" = None
    roles: "dict[str, tuple[tuple[int, int, bytes], str]]" = {}
    traits: "dict[str, dict[str, tuple[tuple[int, int, bytes], str]]]" = {}

    def take(self, said: SaidAccount, moment: "Moment", source: str) -> None:
        """One more event says so."""
        self.first_us = moment[0] if not self.events else min(self.first_us, moment[0])
        self.events += 1
        if said.left:
            self.left = moment if self.left is None else max(self.left, moment)
        else:
            self.last = moment if self.last is None else max(self.last, moment)
        if said.role is not None:
            self._role(source, (moment, said.role))
        for name, value in said.traits.items():
            self._trait(name, source, (moment, value))

    def join(self, other: "Belonging") -> None:
        """What another subject of the person says of the same account."""
        self.first_us = min(self.first_us, other.first_us) if self.events else other.first_us
        self.events += other.events
        self.last = _later(self.last, other.last)
        self.left = _later(self.left, other.left)
        for source, told in other.roles.items():
            self._role(source, told)
        for name, said in other.traits.items():
            for source, one in said.items():
                self._trait(name, source, one)

    @property
    def counts(self) -> bool:
        """Does somebody belong to it now?"""
        return self.last is not None and (self.left is None or self.last > self.left)

    @property
    def newest(self) -> "Moment":
        """The newest that was said of it."""
        return max(one for one in (self.last, self.left) if one is not None)

    def role(self, sources: Sequence[str]) -> AccountRole:
        """The role that counts: the highest ranked source's, else the newest; a member where none was said."""
        rank = {source: place for place, source in enumerate(sources)}
        best = max(self.roles.items(), key=lambda pair: (-rank.get(pair[0], len(rank)), pair[1], pair[0]), default=None)
        return AccountRole.MEMBER if best is None else AccountRole(best[1][1])

    def settle(self) -> None:
        """Bring the traits within their bound."""
        newest = sorted(self.traits, key=lambda name: (max(self.traits[name].values()), name), reverse=True)
        for name in newest[MOST_TRAITS:]:
            del self.traits[name]

    def _role(self, source: str, told: "tuple[Moment, str]") -> None:
        if source not in self.roles or self.roles[source] < told:
            self.roles[source] = told

    def _trait(self, name: str, source: str, told: "tuple[Moment, str]") -> None:
        said = self.traits.setdefault(name, {})
        if source not in said or said[source] < told:
            said[source] = told


class OfAccount(msgspec.Struct, frozen=True):
    """One account of a person: its id (hex, of the whole it was merged into), its subjects, what it is called, the role."""

    id: str
    subjects: tuple[str, ...]
    name: str | None
    role: AccountRole
    since: datetime
    last_at: datetime


def join_accounts(mine: dict[str, Belonging], theirs: Mapping[str, Belonging]) -> None:
    """Those of another subject too."""
    for account, belonging in theirs.items():
        mine.setdefault(account, Belonging()).join(belonging)


def settle_accounts(accounts: dict[str, Belonging]) -> None:
    """Bring the accounts of a subject within their bound, the same whatever the order things came in."""
    for name in sorted(accounts, key=lambda name: (accounts[name].newest, name), reverse=True)[MOST_ACCOUNTS:]:
        del accounts[name]
    for one in accounts.values():
        one.settle()


def grouped(whole: "Facet", owner: Mapping[str, bytes]) -> Iterator[tuple[bytes, list[str], Belonging]]:
    """The accounts of a person as they are merged today: id, subjects, everything said together. ``owner``: id of each."""
    found: dict[bytes, list[str]] = {}
    for subject in sorted(whole.accounts):
        found.setdefault(owner[subject], []).append(subject)
    for account, subjects in found.items():
        together = Belonging()
        for subject in subjects:
            together.join(whole.accounts[subject])
        yield account, subjects, together


def traits_said(belongings: "Sequence[Belonging]", make: "type[Trait]") -> "dict[str, dict[str, Trait]]":
    """What these say of their account, as traits of a facet are kept: the newest of each source."""
    found: dict[str, dict[str, Trait]] = {}
    for one in belongings:
        for name, said in one.traits.items():
            for source, (moment, value) in said.items():
                kept = found.setdefault(name, {})
                if source not in kept or kept[source].moment < moment:
                    kept[source] = make(moment, value)
    return found


def _later(one: "Moment | None", other: "Moment | None") -> "Moment | None":
    return max(one, other) if one is not None and other is not None else one or other
