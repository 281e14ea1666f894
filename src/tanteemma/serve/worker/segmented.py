"""Who is in a segment at a moment of the data? Counted from the events, for conditions that ask for it."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.identity.keys import Kind, canonical
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.members import MembersKernel, MembersQuestion
from tanteemma.journeys.where.amounts import NOW, segment_fact
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.segments import moves_with_time, segments_in
from tanteemma.journeys.where.tree import Expr, HasTrait
from tanteemma.model.arrays import NO_PERSON, Fact
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve import formulas
from tanteemma.store.beside import Looked
from tanteemma.store.hashing import Words, keys_of
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.build import find_keys
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.operational import Operational, segments
from tanteemma.store.operational.columns import microseconds
from tanteemma.store.operational.segments import StoredSegment

_MINUTE_US: Final = 60_000_000
_REMEMBERED: Final = 16
#: One of these stands in every condition that asks for a segment or for the time.
_WORDS: Final = (b"segment", b"last", b"since", b"account", b"trait")
_SEGMENT: Final = segment_fact("").name
_ACCOUNT: Final = "account."
_TRAIT: Final = "trait."

Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Where:
    where: Expr | None

    def expression(self) -> Expr | None:
        return self.where


@dataclass(frozen=True, slots=True)
class Known:
    """A segment that can be counted: its condition as a tree, or the keys of who is listed."""

    stored: StoredSegment
    where: Expr | None = None
    listed: tuple[Words, Words] | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every segment at one state of the tables."""

    state: str
    segments: dict[str, Known] = field(default_factory=dict)

    def named(self, name: str) -> Known:
        """The segment of this name. Raises Problem UNKNOWN_SEGMENT."""
        found = self.segments.get(name)
        if found is None:
            allowed = ", ".join(sorted(self.segments)[:20]) or "–"
            raise Problem(ProblemCode.UNKNOWN_SEGMENT, status=404, value=name[:80], allowed=allowed)
        return found

    def uses(self) -> dict[str, tuple[str, ...]]:
        """Which segments each one names."""
        return {name: () if one.where is None else segments_in(one.where) for name, one in self.segments.items()}

    def through(self, name: str) -> set[str]:
        """Every segment it depends on, directly or through others, of those there are."""
        uses, seen = self.uses(), set[str]()
        ahead = list(uses.get(name, ()))
        while ahead:
            one = ahead.pop()
            if one in uses and one not in seen:
                seen.add(one)
                ahead += uses[one]
        return seen

    def moves(self, name: str) -> bool:
        """Does its size change by the passing of time alone, of itself or of one it names?"""
        wheres = (self.segments[one].where for one in {name, *self.through(name)} if one in self.segments)
        return any(where is not None and moves_with_time(where) for where in wheres)


class Segmented:
    """Counts segments when conditions ask for them. Several threads may ask.

    ``keep_now``: brings the membership of every segment up to date at once, where somebody keeps it: sizes need not be
    counted then, and from its return on whoever enters is noted.
    """

    def __init__(self, operational: Operational, now: Callable[[], datetime], zone: str) -> None:
        self._operational = operational
        self._now = now
        self._zone = ZoneInfo(zone)
        self.keep_now: Callable[[], object] | None = None
        #: the subjects of everybody in an account (None: any) in a role (None: any), as the newest events say
        self.in_account: Callable[[str | None, str | None], list[str]] = lambda _account, _role: []
        self._catalogue: Catalogue | None = None
        self._members: OrderedDict[tuple[str, str, str, int], AnyArray] = OrderedDict()
        self._lock = threading.Lock()

    def now_us(self) -> int:
        """The present, to the minute: answers of the same minute are the same."""
        return microseconds(self._now()) // _MINUTE_US * _MINUTE_US

    def catalogue(self) -> Catalogue:
        """Every segment as it is now."""
        with self._operational.read() as tx:
            state = segments.state(tx)
            kept = self._catalogue
            if kept is not None and kept.state == state:
                return kept
            stored = segments.every(tx)
            lists = {one.name: segments.listed(tx, one.number) for one in stored if one.kind == "list"}
        found = {
            one.name: Known(one, listed=keys_of(subjects_of(lists[one.name])))
            if one.kind == "list"
            else Known(one, where=parse(one.condition, self._zone))
            for one in stored
        }
        self._catalogue = Catalogue(state, found)
        return self._catalogue

    def state(self) -> str:
        """Changes whenever an answer that depends on a segment or on the time may change."""
        with self._operational.read() as tx:
            return f"{segments.state(tx)}@{self.now_us() // _MINUTE_US}"

    def known(self, looked: Looked, fact: Fact) -> AnyArray:
        """As ``Beside``. Raises Problem UNKNOWN_SEGMENT."""
        if fact == NOW:
            return np.array([self.now_us()], np.int64)
        if fact.name.startswith(_ACCOUNT):
            return self._of_account(looked, fact)
        if fact.name.startswith(_TRAIT):
            return self._of_trait(looked, fact)
        name, catalogue = fact.name.removeprefix(_SEGMENT), self.catalogue()
        place = (looked.version, catalogue.state, name, self.now_us() if catalogue.moves(name) else 0)
        with self._lock:
            found = self._members.get(place)
        if found is None:
            found = _flags(self.numbers(looked, catalogue.named(name)))
            self._remember(place, found)
        return found

    def _of_trait(self, looked: Looked, fact: Fact) -> AnyArray:
        atom = msgspec.json.decode(fact.name.removeprefix(_TRAIT), type=HasTrait)
        with self._operational.read() as tx:
            formula = formulas.named(formulas.stored(tx), atom.trait)
        place = (looked.version, formula.key, fact.name, self.now_us())
        with self._lock:
            found = self._members.get(place)
        if found is None:
            where = formulas.condition_on(formula, atom, self._now(), self._zone)
            found = _flags(numbers_where(looked, where))
            self._remember(place, found)
        return found

    def _of_account(self, looked: Looked, fact: Fact) -> AnyArray:
        role, _, account = fact.name.removeprefix(_ACCOUNT).partition(".")
        place = (looked.version, "", fact.name, 0)
        with self._lock:
            found = self._members.get(place)
        if found is None:
            subjects = self.in_account(account or None, role or None)
            there = listed_people(looked, *keys_of(subjects))
            found = _flags(np.unique(there[there != NO_PERSON]))
            self._remember(place, found)
        return found

    def _remember(self, place: tuple[str, str, str, int], found: AnyArray) -> None:
        with self._lock:
            self._members[place] = found
            while len(self._members) > _REMEMBERED:
                self._members.popitem(last=False)

    def numbers(self, looked: Looked, segment: Known) -> Numbers:
        """The numbers of the persons in a segment, rising."""
        if segment.listed is not None:
            places = listed_people(looked, *segment.listed)
            return np.unique(places[places != NO_PERSON])
        return numbers_where(looked, segment.where)


def _flags(numbers: Numbers) -> AnyArray:
    """For each number of a person whether it is among these."""
    found = np.zeros(int(numbers.max()) + 1 if len(numbers) else 0, np.bool_)
    found[numbers] = True
    return found


def depends(packed: bytes, segmented: Segmented) -> str:
    """What beside the events an answer to this packed question depends on; empty for nothing."""
    return f"+{segmented.state()}" if any(word in packed.lower() for word in _WORDS) else ""


def numbers_where(looked: Looked, where: Expr | None) -> Numbers:
    """The numbers of the persons whose whole lives fulfil a condition, rising."""
    found: Numbers = looked.ask(narrowed(MembersKernel(), _Where(where)), MembersQuestion(), journey=WHOLE_LIFE)
    return found


def subjects_of(identifiers: list[str]) -> list[str]:
    """Every spelling under which events may name whom an identifier means; the same number for each.

    >>> subjects_of(["K-7"])
    ['K-7', 'user:K-7', 'anon:K-7', 'K-7']
    """
    spelled: list[str] = []
    for one in identifiers:
        spelled += [one, *(canonical(kind, one) or one for kind in (Kind.USER, Kind.ANON, Kind.MAIL))]
    return spelled


def listed_people(looked: Looked, high: Words, low: Words) -> Numbers:
    """The number of the person each of these subjects is today, ``NO_PERSON`` where nobody is known by it."""
    high, low = looked.person_keys(high, low)
    found = np.full(len(high), NO_PERSON, np.uint32)
    for part in looked.people():
        place = find_keys(part.keys.high, part.keys.low, high, low)
        hit = place >= 0
        if part.counts is not None:
            hit &= part.counts[np.maximum(place, 0)]
        found[hit] = part.arrays.people[place[hit]]
    return found
