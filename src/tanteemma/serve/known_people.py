"""Who is this person? Looked up in the tables and the kept facets; the worker is needed only for what is missing there."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final, Protocol

import msgspec

from tanteemma.identity.accounts import ACCOUNT_KINDS, account_key, is_account
from tanteemma.identity.keys import Kind, canonical
from tanteemma.identity.profile.belonging import OfAccount, grouped, traits_said
from tanteemma.identity.profile.facet import Facet, Trait, joined, unpacked
from tanteemma.identity.profile.finding import found
from tanteemma.identity.profile.formulas import NOTE, Formula
from tanteemma.identity.profile.live import told_of
from tanteemma.identity.profile.profile import Profile, Rules, Seen, at, computed_of, day_number, name_said, profile_of
from tanteemma.identity.profile.roles import Role
from tanteemma.model.events import LiveEvent
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.hashing import key_of
from tanteemma.store.operational import Operational, Transaction, notes, people, person_notes
from tanteemma.store.operational.people_rules import source_rank
from tanteemma.store.profiles.kept import COMPLETE, POSITION, KeptFacets, Row

_KINDS: Final = tuple(Kind)
#: how identifiers are called in addresses and on the command line
_NAMES: Final = {
    "user_id": Kind.USER,
    "anonymous_id": Kind.ANON,
    "email": Kind.MAIL,
    "phone": Kind.PHONE,
    "card": Kind.CARD,
    "social": Kind.SOCIAL,
}
_ID_BYTES: Final = 16
_HEX: Final = frozenset("0123456789abcdef")


class Known(msgspec.Struct, frozen=True):
    """One person: the id (hex) and every subject."""

    id: str
    subjects: tuple[str, ...]


class Pending(Protocol):
    """Events that were acknowledged and may not be kept yet."""

    def of(self, subjects: Sequence[str], after: int) -> list[tuple[str, LiveEvent]]:
        """Those (with their sources) of these subjects and whoever they are joined with, after a position of the journal."""
        ...

    def subject_of(self, person: bytes) -> str | None:
        """Of whom this is the id, while they are linked with nothing."""
        ...


class Missing(Exception):
    """The facets of these subjects are not kept yet."""

    def __init__(self, subjects: Sequence[str]) -> None:
        super().__init__()
        self.subjects = tuple(subjects)


class FoundPerson(msgspec.Struct, frozen=True):
    """A person who fits what was typed. ``score``: 1,000 an exact number or address, up to 100 a name."""

    profile: Profile
    score: float


class KnownPeople:
    """Reads on the thread of whoever asks; several may ask at once."""

    def __init__(self, operational: Operational, kept: KeptFacets | Path, zone: tzinfo, now: Callable[[], datetime]) -> None:
        self.operational = operational
        self._where = kept
        self._zone = zone
        self._now = now
        self._local = threading.local()
        #: what was acknowledged and may not be kept yet: whoever is only there is known too
        self.pending: Pending | None = None

    @property
    def kept(self) -> KeptFacets | None:
        """The kept facets, None while the worker has not made them."""
        if isinstance(self._where, KeptFacets):
            return self._where
        opened: KeptFacets | None = getattr(self._local, "kept", None)
        if opened is None and self._where.exists():
            opened = self._local.kept = KeptFacets.to_read(self._where)
        return opened

    def person(self, wanted: str) -> Known:
        """The person of an id (hex) or of a subject (``user:4711``). Raises Problem UNKNOWN_PERSON."""
        with self.operational.read() as tx:
            return self._known(tx, self._subject(tx, wanted), wanted)

    def named(self, names: Mapping[str, str]) -> Known:
        """The person whom these identifiers (``email``, ``phone``, ``card`` …, see ``_NAMES``) name.

        Raises Problem FIELD_MISSING for none, ID_TYPE for one that names nobody, UNKNOWN_PERSON.
        """
        said = {name: value for name, value in names.items() if name in _NAMES and value}
        if not said:
            raise Problem(ProblemCode.FIELD_MISSING, status=422, field=" | ".join(_NAMES))
        (name, value), *_ = said.items()
        subject = canonical(_NAMES[name], value)
        if subject is None:
            raise Problem(ProblemCode.ID_TYPE, status=422, field=name)
        with self.operational.read() as tx:
            return self._known(tx, subject, value)

    def profile(self, known: Known, pending: Pending | None = None) -> Profile:
        """The 360-degree view. ``pending``: what was acknowledged and may not be kept yet. Raises ``Missing``."""
        facets = self.live_facets(known.subjects, pending)
        with self.operational.read() as tx:
            return self.seen_whole(tx, known.id, facets)

    def seen_whole(self, tx: Transaction, person: str, facets: Mapping[str, Facet]) -> Profile:
        """The profile that these facets make, with the accounts as they are merged today."""
        rules, whole = self.rules(tx), joined(facets.values())
        found = profile_of(person, facets, whole, rules, self.seen())
        accounts = _accounts(tx, whole, rules.sources) if whole.accounts else ()
        declared = notes.get(tx, NOTE, tuple[Formula, ...]) or ()
        return msgspec.structs.replace(found, accounts=accounts, computed=computed_of(declared, whole, self.seen()))

    def formulas(self) -> tuple[Formula, ...]:
        """Which traits are computed."""
        with self.operational.read() as tx:
            return notes.get(tx, NOTE, tuple[Formula, ...]) or ()

    def live_facets(self, subjects: Sequence[str], pending: Pending | None = None) -> dict[str, Facet]:
        """What is kept of each subject with what was acknowledged since. Raises ``Missing``."""
        acknowledged: list[tuple[str, LiveEvent]] = []
        while True:
            position = self.position()
            facets = self.facets(subjects)
            if pending is not None:
                acknowledged = pending.of(subjects, position)
            if position == self.position():
                break
        now = self._now()
        declared = self.formulas() if acknowledged else ()
        for source, event in acknowledged:
            more = Facet()
            more.take(told_of(event, source, self._zone, now, declared))
            facets[event.subject] = joined([facets.get(event.subject, Facet()), more])
        return facets

    def facets(self, subjects: Sequence[str]) -> dict[str, Facet]:
        """What is kept of each subject. Raises ``Missing`` for what is not kept yet."""
        kept = self.kept
        if kept is None:
            raise Missing(subjects)
        keys = {key_of(subject): subject for subject in subjects}
        rows = kept.get(list(keys))
        if len(rows) < len(keys) and kept.note(COMPLETE) is None:
            raise Missing(subjects)
        return {subject: unpacked(rows[key].body) if key in rows else Facet() for key, subject in keys.items()}

    def find(self, asked: str, most: int = 50) -> list[FoundPerson]:
        """People who fit what was typed, the best first. Raises ``Missing`` (of nobody) while not everybody is kept."""
        kept = self.kept
        if kept is None:
            raise Missing(())
        hits = [hit for hit in found(kept, asked, most * 4) if not is_account(hit.row.subject)]
        with self.operational.read() as tx:
            rules = self.rules(tx)
            groups = self._grouped(tx, [hit.row for hit in hits])
        best = {person.id: 0.0 for person in groups}
        for person, rows in groups.items():
            keys = {row.key for row in rows}
            best[person.id] = max(hit.score for hit in hits if hit.row.key in keys)
        chosen = sorted(groups, key=lambda person: (-best[person.id], -max(row.last_us for row in groups[person])))[:most]
        return [FoundPerson(self._quickly(person, rules), best[person.id]) for person in chosen]

    def is_whole(self) -> bool:
        """Is everybody kept, so that a search misses nobody?"""
        kept = self.kept
        return kept is not None and kept.note(COMPLETE) is not None

    def position(self) -> int:
        """Up to which position of the journal everything is kept."""
        kept = self.kept
        return 0 if kept is None else int(kept.note(POSITION) or 0)

    def rules(self, tx: Transaction) -> Rules:
        """How profiles are read here: which source is believed first, which part each touchpoint plays."""
        return Rules(source_rank(tx), {name: Role(role) for name, role in person_notes.roles(tx).items()})

    def seen(self) -> Seen:
        """From which moment profiles are looked at: now."""
        now = self._now().astimezone(UTC)
        return Seen(now, day_number(now, self._zone), now.astimezone(self._zone).date().isoformat())

    def _quickly(self, person: Known, rules: Rules) -> Profile:
        kept = self.kept
        rows = {} if kept is None else kept.get([key_of(subject) for subject in person.subjects])
        facets = {row.subject: unpacked(row.body) for row in rows.values()}
        return profile_of(person.id, facets, joined(facets.values()), rules, self.seen())

    def _grouped(self, tx: Transaction, rows: Sequence[Row]) -> dict[Known, list[Row]]:
        """The rows by person, in the order of the first of each."""
        owner = people.person_of(tx, [row.subject for row in rows])
        found_rows: dict[bytes, list[Row]] = {}
        for row in rows:
            found_rows.setdefault(owner[row.subject], []).append(row)
        return {self._known(tx, mine[0].subject, ""): mine for mine in found_rows.values()}

    def _known(self, tx: Transaction, subject: str, wanted: str) -> Known:
        person = people.person_of(tx, [subject])[subject]
        subjects = tuple(people.subjects_of(tx, person)) or (subject,)
        if len(subjects) == 1 and not self._is_there(subject):
            raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=wanted[:80])
        return Known(person.hex(), subjects)

    def _is_there(self, subject: str) -> bool:
        """Did anything come of this subject? While not everybody is kept, whoever is not kept may be there."""
        kept = self.kept
        if kept is None:
            return True
        rows = kept.get([key_of(subject)])
        if rows or kept.note(COMPLETE) is None:
            return True
        return self.pending is not None and bool(self.pending.of([subject], self.position()))

    def _subject(self, tx: Transaction, wanted: str) -> str:
        kind, colon, value = wanted.partition(":")
        if colon and kind in ACCOUNT_KINDS:
            return account_key(kind, value) or wanted
        if colon and kind in _KINDS and value:
            return canonical(kind, value) or wanted
        if len(wanted) == 2 * _ID_BYTES and set(wanted) <= _HEX:
            key = bytes.fromhex(wanted)
            members = people.subjects_of(tx, key)
            if members:
                return members[0]
            rows = {} if self.kept is None else self.kept.get([key])
            if rows:
                return rows[key].subject
            waiting = None if self.pending is None else self.pending.subject_of(key)
            if waiting is not None:
                return waiting
        raise Problem(ProblemCode.UNKNOWN_PERSON, status=404, value=wanted[:80])


def _accounts(tx: Transaction, whole: Facet, sources: Sequence[str]) -> tuple[OfAccount, ...]:
    """To which accounts a person belongs now, the newest first."""
    owner = people.person_of(tx, whole.accounts)
    found = []
    for account, subjects, together in grouped(whole, owner):
        if together.counts and together.last is not None:
            every = tuple(people.subjects_of(tx, account)) or tuple(subjects)
            name = name_said(traits_said([together], Trait), sources)
            role = together.role(sources)
            found.append(OfAccount(every[0], every, name, role, at(together.first_us), at(together.last[0])))
    return tuple(sorted(found, key=lambda one: (one.last_at, one.id), reverse=True))
