"""Who keeps the gathered facets up to date? One thread: new events are added at once, what is missing is gathered in pieces.

A facet that is there is whole up to the lake version it names, so nothing is added twice and nothing is missed: rows of a
later version are added, those of an earlier one are in it. In doubt (a crash, a large import, rows taken out of the lake) a
facet is dropped and gathered anew from the lake. While some are missing, whoever needs one asks for it and waits.

Whoever adds what was acknowledged since (see ``serve.known_people``) does so from the noted position of the journal on. So
what is gathered from a moment of the lake is kept only when that note knows of everything the moment holds, and holds all
that the note knows of: else an event would count twice, or not at all, until the next look.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.profile import noted
from tanteemma.identity.profile.coming import Asked, Coming, Item, New, Reached
from tanteemma.identity.profile.facet import Facet, packed, unpacked
from tanteemma.identity.profile.filling import Piece, pieces
from tanteemma.identity.profile.formulas import NOTE, Formula
from tanteemma.identity.profile.profile import day_number
from tanteemma.identity.profile.reading import COLUMNS, ROWS_OF_SUBJECTS, gathered
from tanteemma.identity.profile.words import words_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.disk import TROUBLE, is_of_the_disk, plainly
from tanteemma.store.hashing import key_of
from tanteemma.store.house import Store
from tanteemma.store.intake import JOURNAL
from tanteemma.store.operational import notes
from tanteemma.store.profiles.kept import COMPLETE, POSITION, KeptFacets, Row
from tanteemma.store.snapshot import Snapshot

#: more rows at once are not added one by one: their subjects are gathered anew
LARGE: Final = 20_000
#: after a large import, wait for the next part of it before gathering
_QUIET_S: Final = 2.0
_LOOK_S: Final = 0.5
#: gathering rests for a part of the time it worked: questions come first
_REST: Final = 0.3
_AFTER_TROUBLE_S: Final = 5.0
_LOG: Final = logging.getLogger("tanteemma.profiles")


class ProfileKeeper:
    """Attach ``follow`` to the store, run ``run`` on a thread. ``now`` is the clock; ``zone`` the company's."""

    def __init__(self, store: Store, kept: KeptFacets, zone: tzinfo, now: Callable[[], datetime]) -> None:
        self._store = store
        self._kept = kept
        self._zone = zone
        self._now = now
        self._coming = Coming()
        self._pieces: list[Piece] = []
        self._snapshot: Snapshot | None = None
        self._since: list[New] = []
        #: the newest rows that came out of the queue
        self._newest = 0
        #: something that came was not kept to its end
        self._in_doubt = False
        self._quiet_until = 0.0
        self._turn = threading.RLock()
        self._ended = threading.Event()
        self.is_running = False
        self._formulas = self._declared()

    def follow(self, table: pa.Table, version: int, app: str, position: int) -> None:
        """New rows of the lake (see ``Store.followers``)."""
        self._coming.put(New(table.select(list(COLUMNS)), version, position if app == JOURNAL else None))

    def reached(self, position: int) -> None:
        """Everything of the journal up to this position has been handed to ``follow``."""
        self._coming.put(Reached(position))

    def gather(self, subjects: Sequence[str], timeout_s: float = 60.0) -> None:
        """Return when the facets of these subjects (all of one person) are kept. Raises TimeoutError."""
        if not self.is_running:
            with self._turn:
                self._between()
                self._gather_now(subjects)
            return
        done: Future[None] = Future()
        self._coming.put(Asked(tuple(subjects), done))
        done.result(timeout_s)

    def stop(self) -> None:
        """End the thread when what has come is done."""
        self._ended.set()
        self._coming.wake()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside the block nothing is gathered and no state of the lake is held; what came before is in."""
        with self._turn:
            self._between()
            self._end_gathering()
            yield

    def forget(self, subjects: Iterable[str]) -> int:
        """Drop these subjects and leave no byte of them; how many there were. To be called while ``held``."""
        dropped = self._kept.erase([key_of(subject) for subject in subjects])
        self._kept.scrub()
        return dropped

    def start_anew(self) -> None:
        """Drop everything: rows were taken out of the lake, or the way of gathering changed."""
        with self._turn:
            noted.clear(self._kept, self._formulas)
            self._end_gathering()

    def declared_anew(self) -> None:
        """Other traits are to be computed: everything is gathered anew for them, if what they compute is not kept yet."""
        with self._turn:
            self._formulas = self._declared()
            if not noted.fits(self._kept, self._formulas):
                self.start_anew()

    def begin(self) -> None:
        """Is what is kept still what the lake says? Else drop what may not be."""
        with self._turn:
            self._begin()

    def catch_up(self) -> None:
        """Add what has come."""
        with self._turn:
            self._between()

    def step(self) -> bool:
        """Gather one piece of what is missing. False if there is nothing to do."""
        with self._turn:
            return self._gather_piece()

    def complete_now(self) -> None:
        """Gather all that is missing before this returns (for one who has no thread)."""
        self.catch_up()
        self.begin()
        while self.step():
            continue

    # --- the thread ----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Until stopped: what comes first, then one piece of what is missing. A full disk or a locked table is waited out."""
        self.is_running = True
        while not self._ended.is_set():
            try:
                self._work()
            except TROUBLE as error:
                if not (isinstance(error, Problem) or is_of_the_disk(error)):
                    raise
                _LOG.warning("the profiles wait: %s", plainly(error))
                self._ended.wait(_AFTER_TROUBLE_S)

    def _work(self) -> None:
        with self._turn:
            self._end_gathering()
            self._begin()
        while not self._ended.is_set():
            self.catch_up()
            if not self.step():
                self._coming.wait(_LOOK_S)
        with self._turn:
            self.is_running = False
            self._between()
            self._end_gathering()
            self._settle()

    def _do(self, one: Item) -> None:
        try:
            if isinstance(one, New):
                self._take(one)
            elif isinstance(one, Reached):
                self._kept.set_note(POSITION, str(one.position))
            else:
                self._answer(one)
        except BaseException:
            self._in_doubt = True
            raise

    def _begin(self) -> None:
        self._in_doubt = True
        self._formulas = self._declared()
        if not noted.fits(self._kept, self._formulas):
            self.start_anew()
        with self._store.snapshot() as snapshot:
            if noted.is_applied(self._kept, snapshot.lake_version):
                self._in_doubt = False
                return
            if not noted.has_same_bases(self._kept, snapshot):
                self.start_anew()
            for file in snapshot.files()[1]:
                self._drop_subjects(snapshot.read_file(file, ["subject"]))
        self._in_doubt = False
        self._settle()

    def _settle(self) -> None:
        """Everything that came is in: say up to where."""
        with self._store.snapshot() as snapshot:
            if self._coming.is_empty:
                noted.settled(self._kept, snapshot)

    def _take(self, new: New) -> None:
        self._newest = max(self._newest, new.version)
        if new.table.num_rows > LARGE:
            self._drop_subjects(new.table)
            if new.position is not None:
                self._kept.set_note(POSITION, str(new.position))
            self._end_gathering()
            self._quiet_until = time.monotonic() + _QUIET_S
            return
        if self._snapshot is not None:
            self._since.append(new)
        rows = self._with_rows(new)
        with self._kept.changing():
            self._kept.put(*rows)
            if new.position is not None:
                self._kept.set_note(POSITION, str(new.position))
        if self._coming.is_empty:
            self._settle()

    def _with_rows(self, new: New, *, whole: bool = False) -> tuple[list[Row], dict[bytes, frozenset[str]]]:
        """The facets that are there with the new rows; who is new altogether gets one. ``whole``: nobody else is missing.

        Beside them the words that each had until now.
        """
        found = self._gathered(new.table)
        keys = {subject: key_of(subject) for subject in found}
        kept = self._kept.get(list(keys.values()))
        complete = whole or self._kept.note(COMPLETE) is not None
        rows: list[Row] = []
        before: dict[bytes, frozenset[str]] = {}
        for subject, more in found.items():
            old = kept.get(keys[subject])
            if old is None and complete:
                rows.append(self._row(subject, more, new.version))
            elif old is not None and old.as_of < new.version:
                facet = unpacked(old.body)
                before[old.key] = words_of(subject, facet)
                rows.append(self._row(subject, self._with(facet, more), new.version))
        return rows, before

    def _with(self, facet: Facet, more: Facet) -> Facet:
        facet.join(more)
        facet.forget_days(day_number(self._now(), self._zone))
        return facet.settle()

    def _declared(self) -> tuple[Formula, ...]:
        with self._store.operational.read() as tx:
            return notes.get(tx, NOTE, tuple[Formula, ...]) or ()

    def _gathered(self, table: pa.Table) -> dict[str, Facet]:
        return gathered(table, self._zone, self._now(), self._formulas)

    def _row(self, subject: str, facet: Facet, version: int) -> Row:
        words = words_of(subject, facet)
        return Row(key_of(subject), subject, version, facet.last_us, packed(facet), words)

    def _words(self, row: Row) -> frozenset[str]:
        return words_of(row.subject, unpacked(row.body))

    def _drop_subjects(self, table: pa.Table) -> None:
        """These subjects are to be gathered anew."""
        subjects = pc.unique(table["subject"].drop_null()).to_pylist()
        self._kept.forget_note(COMPLETE)
        count = self._kept.count
        if not count:
            return
        if len(subjects) * 3 > count:
            noted.clear(self._kept, self._formulas)
            return
        keys = [key_of(subject) for subject in subjects]
        rows = self._kept.get(keys)
        with self._kept.changing():
            self._kept.drop(keys, {key: self._words(row) for key, row in rows.items()})

    # --- gathering what is missing -------------------------------------------------------------------------------------

    def _gather_piece(self) -> bool:
        """Gather one piece of what is missing. False if there is nothing to do."""
        if self._kept.note(COMPLETE) is not None or time.monotonic() < self._quiet_until:
            return False
        if self._snapshot is None:
            self._snapshot, self._since = snapshot, _ = self._store.snapshot(), []
            self._pieces = list(pieces(snapshot))
            self._between()
            if self._snapshot is not snapshot:
                return True
        if self._pieces:
            piece = self._pieces.pop(0)
            snapshot = self._snapshot
            for table in piece.tables(snapshot):
                started = time.monotonic()
                self._keep_missing(table, snapshot.lake_version)
                if self.is_running:  # beside others: they are not to wait for a processor
                    self._ended.wait(_REST * (time.monotonic() - started))
                self._between()
                if self.is_running and self._ended.is_set():
                    self._end_gathering()
                if self._snapshot is not snapshot:
                    break  # a large import came: begin again
            return True
        with self._kept.changing():
            for new in self._since:
                self._kept.put(*self._with_rows(new, whole=True))  # whoever came meanwhile is in no piece
            self._kept.set_note(COMPLETE, "yes")
        self._end_gathering()
        self._settle()
        return False

    def _between(self) -> None:
        """What came while a piece is being gathered is not made to wait for its end."""
        if self._in_doubt:
            self._end_gathering()
            self._begin()
        for one in self._coming.take():
            self._do(one)

    def _take_rows(self) -> None:
        """The same of rows alone: whoever asks goes on waiting."""
        later: list[Item] = []
        try:
            for one in self._coming.take():
                if isinstance(one, Asked):
                    later.append(one)
                else:
                    self._do(one)
        finally:
            self._coming.put_back(later)

    def _keep_missing(self, table: pa.Table, version: int) -> None:
        subjects = pc.unique(table["subject"].drop_null()).to_pylist()
        kept = self._kept.get([key_of(subject) for subject in subjects])
        missing = [subject for subject in subjects if key_of(subject) not in kept]
        if not missing:
            return
        if len(missing) < len(subjects):
            table = _of(table, missing)
        found = self._gathered(table)
        for new in self._since:
            if new.version > version:
                for subject, more in self._gathered(_of(new.table, missing)).items():
                    found[subject] = self._with(found[subject], more)
                version = new.version
        with self._kept.changing():
            self._kept.put([self._row(subject, facet, version) for subject, facet in found.items()], {})

    def _end_gathering(self) -> None:
        if self._snapshot is not None:
            self._snapshot.close()
        self._snapshot, self._pieces, self._since = None, [], []

    def _answer(self, asked: Asked) -> None:
        try:
            self._gather_now(asked.subjects)
            asked.done.set_result(None)
        except Problem as problem:
            asked.done.set_exception(problem)
        except TROUBLE as error:
            if is_of_the_disk(error):
                asked.done.set_exception(Problem(ProblemCode.NO_ROOM, status=503, place=str(self._store.folder.path)))
            raise
        finally:
            asked.done.cancel()  # whoever still waits when this thread ends is told

    def _gather_now(self, subjects: Sequence[str]) -> None:
        """The facets of one person's subjects, those without events as empty ones."""
        keys = {subject: key_of(subject) for subject in subjects}
        while True:
            with self._store.snapshot() as snapshot:
                self._take_rows()
                kept = self._kept.get(list(keys.values()))
                missing = [subject for subject in subjects if keys[subject] not in kept]
                if missing and self._newest > snapshot.lake_version:
                    continue  # what came since is noted and not in this moment
                if missing:
                    self._keep_now(snapshot, missing)
                return

    def _keep_now(self, snapshot: Snapshot, subjects: Sequence[str]) -> None:
        found = self._gathered(snapshot.rows(ROWS_OF_SUBJECTS, {"subjects": list(subjects)}))
        rows = [self._row(subject, found.get(subject, Facet()), snapshot.lake_version) for subject in subjects]
        with self._kept.changing():
            self._kept.put(rows, {})


def _of(table: pa.Table, subjects: Collection[str]) -> pa.Table:
    return table.filter(pc.is_in(table["subject"], value_set=pa.array(subjects, pa.string())))
