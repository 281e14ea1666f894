"""Membership of segments is kept up to date: after each flush for whom it touched, by the clock where time alone changes it."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import structlog

from tanteemma.model.arrays import NO_PERSON
from tanteemma.model.problems import Problem
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.jobs.segment_hook import order_telling
from tanteemma.serve.worker.segmented import Catalogue, Known, Numbers, Segmented
from tanteemma.store.beside import Looked, by_journey
from tanteemma.store.disk import TROUBLE, is_of_the_disk, plainly
from tanteemma.store.few import FewPeople
from tanteemma.store.house import Store
from tanteemma.store.index.build import find_keys
from tanteemma.store.membership import Flags, Membership, People
from tanteemma.store.operational import Transaction, segments
from tanteemma.store.operational.segments import NewSize
from tanteemma.store.snapshot import Snapshot
from tanteemma.store.touched import Who

_log = structlog.get_logger(__name__)
_LOOK_S: Final = 0.5
_AFTER_TROUBLE_S: Final = 5.0
#: How often those that change by the passing of time are counted anew; the page says so.
BY_THE_CLOCK_S: Final = 3_600.0
#: More than so many at once are counted as everybody is.
_MANY: Final = 100_000
_FEW: Final = 3
#: Changes since the file was written, beyond which it is written anew.
_MOST_CHANGES: Final = 200_000


class Keeper:
    """Who is in which segment, and what changed. Several threads may ask for it to be kept."""

    def __init__(
        self, store: Store, segmented: Segmented, changed: Callable[[Transaction, Sequence[str]], None] | None = None
    ) -> None:
        self._store = store
        #: told in the same transaction which segments somebody entered or left
        self._changed = changed
        self._segmented = segmented
        self._folder: Path = store.folder.segments
        self._state = ""
        self._written = 0
        self._turn = threading.Lock()
        self.membership = Membership()
        self._load()

    def keep(self, *, by_the_clock: bool = False) -> int:
        """Bring every segment up to the state of the data. Returns how many memberships changed.

        Whoever was touched since the last time is looked at again, everybody where a segment is new or was changed.
        """
        with self._turn:
            return self._keep(by_the_clock=by_the_clock)

    def _keep(self, *, by_the_clock: bool) -> int:
        touched = self._store.touched.take()
        catalogue = self._segmented.catalogue()
        if not touched and not by_the_clock and catalogue.state == self._state:
            return 0
        try:
            with self._store.snapshot() as snapshot:
                changed = self._bring_up(snapshot, catalogue, touched, by_the_clock=by_the_clock)
        except BaseException:
            self._store.touched.everybody()
            self._load()
            raise
        self._state = catalogue.state
        return changed

    def _bring_up(self, snapshot: Snapshot, catalogue: Catalogue, touched: Who, *, by_the_clock: bool) -> int:
        gone = self._forget_removed(catalogue)
        whole = touched.everybody or len(touched.high) > _MANY
        some_new = any(map(self._is_new, catalogue.segments.values()))
        again = [
            one
            for name, one in catalogue.segments.items()
            if whole
            or (some_new and (self._is_new(one) or self._names_new(catalogue, name)))
            or (by_the_clock and catalogue.moves(name))
        ]
        others = [one for one in catalogue.segments.values() if one not in again]
        changed = self._of_few(snapshot, People(touched.high, touched.low), others)
        if len(again) > _FEW:
            self.membership.meet(everybody(snapshot))
        changed += sum(self._of_all(snapshot, one) for one in again)
        if again or gone or self.membership.position - self._written > _MOST_CHANGES:
            self.membership.save(self._folder)
            self._written = self.membership.position
        return changed

    def _load(self) -> None:
        self.membership = Membership.load(self._folder)
        self._written = self.membership.position
        with self._store.operational.read() as tx:
            self.membership.apply(segments.changes_after(tx, self.membership.position))

    def _is_new(self, one: Known) -> bool:
        return self.membership.versions.get(one.stored.number) != one.stored.version

    def _names_new(self, catalogue: Catalogue, name: str) -> bool:
        """Does it name, directly or through others, a segment that is counted anew?"""
        return any(self._is_new(catalogue.segments[one]) for one in catalogue.through(name))

    def _of_few(self, snapshot: Snapshot, people: People, them: list[Known]) -> int:
        if not them or not len(people.high):
            return 0
        few = FewPeople(snapshot, *people)
        number, some = few.numbers(*people), self.membership.some(people)
        there = number != NO_PERSON
        found = []
        for one in them:
            members = self._numbers(few, one)
            if members is None:
                continue
            now = among(members, number)
            entered, gone = self.membership.update(one.stored.number, some, now)
            if len(entered.high) or len(gone.high):
                found.append((one, entered, gone if there.all() else gone.of(np.isin(gone.high, people.high[there]))))
        return self._note(found)

    def _of_all(self, snapshot: Snapshot, one: Known) -> int:
        """Everybody; who is found at the first count of a version came by its definition and is no news."""
        number, first = one.stored.number, self._is_new(one)
        members = self._numbers(snapshot, one)
        if members is None:
            return 0
        entered, gone = self.membership.replace(number, people_of(snapshot, members))
        if not first:
            return self._note([(one, entered, gone.of(are_known(snapshot, gone)))])
        self.membership.counted(number, one.stored.version)
        with self._store.operational.begin() as tx:
            segments.keep_sizes(tx, [NewSize(one.stored, self.membership.sizes[number])])
        return len(entered.high) + len(gone.high)

    def _numbers(self, looked: Looked, one: Known) -> Numbers | None:
        """Who is in it; None if that cannot be said now (it names a touchpoint that is there no more), until it can."""
        try:
            return self._segmented.numbers(looked, one)
        except Problem as problem:
            _log.warning("segment_not_counted", segment=one.stored.number, code=problem.code.value)
            self.membership.forget(one.stored.number)
            return None

    def _note(self, found: Sequence[tuple[Known, People, People]]) -> int:
        """Write down who entered and left, and how large the segments are now.

        Who is not known any more (erased, joined with somebody, an import taken back) leaves without a note.
        """
        changes = [
            (one.stored.number, one.stored.version, high, low, entered)
            for one, came, gone in found
            for entered, people in ((True, came), (False, gone))
            for high, low in zip(people.high.view(np.int64).tolist(), people.low.view(np.int64).tolist(), strict=True)
        ]
        if not found:
            return 0
        with self._store.operational.begin() as tx:
            segments.keep_changes(tx, changes)
            sizes = self.membership.sizes
            segments.keep_sizes(
                tx,
                [
                    NewSize(one.stored, sizes.get(one.stored.number, 0), len(came.high), len(gone.high))
                    for one, came, gone in found
                ],
            )
            self.membership.position = max(self.membership.position, segments.last_change(tx))
            if self._changed is not None:
                self._changed(tx, [one.stored.name for one, came, gone in found if len(came.high) or len(gone.high)])
        return len(changes)

    def _forget_removed(self, catalogue: Catalogue) -> bool:
        there = {one.stored.number for one in catalogue.segments.values()}
        removed = set(self.membership.versions) - there
        for number in removed:
            self.membership.forget(number)
        return bool(removed)


def among(members: Numbers, asked: Numbers) -> Flags:
    """Which of the asked numbers are among the members (rising)?"""
    if not len(members):
        return np.zeros(len(asked), np.bool_)
    place = np.minimum(np.searchsorted(members, asked), len(members) - 1)
    found: Flags = members[place] == asked
    return found


def people_of(snapshot: Snapshot, numbers: Numbers) -> People:
    """The keys of persons by their numbers."""
    chosen = np.zeros(int(numbers.max()) + 1 if len(numbers) else 0, np.bool_)
    chosen[numbers] = True
    high, low = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for part in snapshot.people():
        here = by_journey(chosen, part.arrays.people)
        here = here if part.counts is None else here & part.counts
        high.append(part.keys.high[here])
        low.append(part.keys.low[here])
    return People(np.concatenate(high), np.concatenate(low))


def everybody(snapshot: Snapshot) -> People:
    """The keys of all persons."""
    high, low = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for part in snapshot.people():
        here = part.arrays.people != NO_PERSON
        here = here if part.counts is None else here & part.counts
        high.append(part.keys.high[here])
        low.append(part.keys.low[here])
    return People(np.concatenate(high), np.concatenate(low))


def are_known(snapshot: Snapshot, people: People) -> Flags:
    """Does the snapshot know these persons?"""
    known = np.zeros(len(people.high), np.bool_)
    for part in snapshot.people():
        place = find_keys(part.keys.high, part.keys.low, *people)
        known |= (place >= 0) if part.counts is None else (place >= 0) & part.counts[np.maximum(place, 0)]
    return known


def keep_segments(house: House, keeper: Keeper) -> None:
    """Until told to stop. A full disk or a locked table is waited out; anything else ends the worker, who starts afresh."""
    counted_at = time.monotonic()
    while not house.stop.is_set():
        due = time.monotonic() - counted_at > BY_THE_CLOCK_S
        try:
            keeper.keep(by_the_clock=due)
            if due:
                counted_at = time.monotonic()
        except TROUBLE as error:
            if not (isinstance(error, Problem) or is_of_the_disk(error)):
                raise
            _log.warning("segments_wait", why=plainly(error))
            house.stop.wait(_AFTER_TROUBLE_S)
        house.stop.wait(_LOOK_S)


def start_keeping_segments(house: House) -> threading.Thread:
    """The same on a thread of its own."""

    def tell(tx: Transaction, names: Sequence[str]) -> None:
        if order_telling(tx, names):
            tx.after_commit(house.wake_jobs)

    keeper = Keeper(house.store, house.segmented, tell)
    house.segmented.keep_now = keeper.keep
    thread = threading.Thread(target=keep_segments, args=(house, keeper), name="segments")
    thread.start()
    return thread
