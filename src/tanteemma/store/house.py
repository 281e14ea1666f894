"""The store as a whole: one writer, many readers; open it, commit to it, ask it, and it keeps every promise on the way."""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from typing import Final, Self

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import defining, disk, lakefiles
from tanteemma.store.beside import NOTHING_BESIDE, Beside
from tanteemma.store.compaction import BUCKET_ROWS, Compacted, Compaction, Exclusion, Material, is_due, is_pressing, stored_at
from tanteemma.store.files import StoredFiles
from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import words_of
from tanteemma.store.index.build import find_keys
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.facts import Facts, sweep
from tanteemma.store.index.generation import Generation, GenerationWriter, matching, next_number, sweep_generations
from tanteemma.store.index.rows import COLUMNS, Rows, owners, rows_of
from tanteemma.store.index.view import IndexView
from tanteemma.store.intake import Flush, Follower, Receipt, Settled, bad_rows, settle
from tanteemma.store.lake import FRESH, Lake
from tanteemma.store.lakefiles import FileReader
from tanteemma.store.operational import definitions, flushes, quarantine
from tanteemma.store.operational import people as who_is_who
from tanteemma.store.operational.operational import Operational
from tanteemma.store.operational.records import Flush as FlushRow
from tanteemma.store.people import PeopleMap
from tanteemma.store.pins import Pin, Pinned, held
from tanteemma.store.reading import Moment, default_people, fresh_rows, look, read_people, split_files
from tanteemma.store.rebuilding import (
    RebuildReport,
    VerifyReport,
    catch_up_ids,
    index_of_lake,
    missing_ids,
    same_arrays,
    verify_folder,
)
from tanteemma.store.runs import IdRuns, Ids
from tanteemma.store.snapshot import Snapshot
from tanteemma.store.sorting import by_key
from tanteemma.store.touched import Touched

Pair = tuple[str, str]

THREADS: Final = 2
_TRIES: Final = 20
#: fresh rows beyond which whoever brings more waits for a compaction: each takes 65 bytes of memory until then
MOST_FRESH: Final = 3_000_000


def utc_now() -> datetime:
    """The clock, replaced by tests."""
    return datetime.now(UTC)


class Store:
    """``write=True`` takes the writer's lock, mends what a crash left, and may change things; else only questions."""

    def __init__(
        self, folder: DataFolder, operational: Operational, *, write: bool, threads: int, now: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.operational = operational
        self.files = StoredFiles(folder.files, operational)
        self.touched = Touched()
        self.beside: Beside = NOTHING_BESIDE
        self._write = write
        self._threads = threads
        self.now = now
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="kernel")
        #: ``_lock``: the moment; ``_order``, taken before it: what makes generations and removes files, one at a time
        self._lock, self._order = threading.RLock(), threading.RLock()
        self._exit = ExitStack()
        self._reader = FileReader(folder.lake)
        self._moment: Moment | None = None
        self.bucket_rows, self.followers = BUCKET_ROWS, list[Follower]()

    @classmethod
    def open(
        cls,
        folder: DataFolder,
        *,
        write: bool,
        database_url: str | None = None,
        threads: int = THREADS,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the store. Raises Problem DATA_LOCKED (another writer), DATA_DAMAGED, DATA_NEWER."""
        exit_stack = ExitStack()
        with exit_stack:
            if write:
                exit_stack.enter_context(folder.lock_writer())
            operational = exit_stack.enter_context(Operational.open(database_url or folder.operational_db))
            store = cls(folder, operational, write=write, threads=threads, now=now)
            exit_stack.callback(store._pool.shutdown)
            if write:
                store._open_for_writing()
            store._exit = exit_stack.pop_all()
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock and of everything open."""
        self._exit.close()

    # --- opening -------------------------------------------------------------------------------------------------------

    def _open_for_writing(self) -> None:
        self._lake = Lake(self.folder.lake, write=True)
        self._runs = IdRuns(self.folder.ids)
        self.settle_intentions()
        self._catch_up_ids()
        people = read_people(self.operational)
        bases, _ = split_files(self._lake.files())
        generation = matching(self.folder.index, frozenset(file.path for file in bases))
        if generation is not None and generation.damaged():
            generation = None
        if generation is None:
            generation = self._build_index(people[0])
        self._use(generation, people)
        self.tidy()

    def settle_intentions(self) -> None:
        """What was intended before a crash or while the tables were away: done if the lake has it; else it comes again."""
        with self._lock, self.operational.begin() as tx:
            for row in flushes.unfinished(tx):
                if self._lake.position(row.app) >= row.position:
                    flushes.finish(tx, row.app, row.position, self._lake.version)

    def _catch_up_ids(self) -> None:
        """Ids of lake rows that a crash kept out of the runs."""
        catch_up_ids(self._lake, self._reader, self._runs)

    def _build_index(self, people: PeopleMap) -> Generation:
        """An index for the bucket files as they are (lost or damaged arrays are derived anew, the lake is not touched)."""
        return index_of_lake(self._lake, self._reader, self.folder.index, people, self._case_keys())

    def _use(self, generation: Generation, people: tuple[PeopleMap, int]) -> None:
        self._generation = generation
        self._facts = Facts(self._reader, self.folder.facts, write=True)
        self._kinds = generation.kinds.copy()
        self._people = people
        _, fresh = split_files(self._lake.files())
        keys = generation.manifest.keys
        self._fresh: dict[str, Rows] = {file.path: fresh_rows(self._reader, file, self._kinds, keys) for file in fresh}
        self._publish_moment()

    def _go_on_with(self, generation: Generation) -> None:
        """Use a new base; rows that came while it was made need not be read again, if they were coded as its rows are."""
        coded, keys = generation.kinds.kinds, self._generation.manifest.keys
        if self._kinds.kinds[: len(coded)] != coded or generation.manifest.keys != keys:
            self._use(generation, self._people)
            return
        self._generation, self._facts = generation, Facts(self._reader, self.folder.facts, write=True)
        self._fresh = {file.path: self._fresh[file.path] for file in split_files(self._lake.files())[1]}
        self._publish_moment()

    def _publish_moment(self) -> None:
        settled, fresh = split_files(self._lake.files())
        people, version = self._people
        rows = [self._fresh[file.path] for file in fresh]
        view = IndexView(self._generation, rows, people, self._kinds, self._facts)
        self._moment = Moment(self._lake.version, version, settled, fresh, view)

    # --- taking in -----------------------------------------------------------------------------------------------------

    def position(self, app: str) -> int:
        """The last committed position of an app (journal sequence, chunk number), -1 if none."""
        with self._lock, self.operational.read() as tx:
            return max(self._lake.position(app), flushes.last_done(tx, app))

    def commit(self, *several: Flush) -> Receipt:
        """Take in one position of one app, all its sources at once: once in effect, durable, and in every answer from now on.

        Raises Problem NO_ROOM (nothing was taken in), ValueError if the counts of a flush do not add up.
        """
        first = several[0]
        with self._lock, disk.room_needed(self.folder.path):
            if self._runs.lake_version != self._lake.version:
                self._catch_up_ids()  # the last commit found no room for its ids
            if first.position <= self.position(first.app):
                with self.operational.begin() as tx:
                    again = flushes.finish(tx, first.app, first.position, self._lake.version)
                return Receipt(again, self._lake.version, again=True)
            settled = settle(several, self._runs)
            with self.operational.begin() as tx:
                counts = settled.counts
                flushes.intend(
                    tx, *(FlushRow(one.app, one.first, one.position, one.source, counts[one.source]) for one in several)
                )
                quarantine.add(tx, [row for one in several for row in bad_rows(one, settled.conflicts[one.source], self.now())])
            self._append(settled, first)
            with self.operational.begin() as tx:
                flushes.finish(tx, first.app, first.position, self._lake.version)
            version = self._lake.version
        if self._fresh_rows > max(MOST_FRESH, self._generation.events):
            self.compact()
        conflicts = tuple(item for items in settled.conflicts.values() for item in items)
        return Receipt(settled.total, version, conflicts)

    def _append(self, settled: Settled, first: Flush) -> None:
        if not settled.new.num_rows:
            return
        default, there = default_people(settled.new["subject"])
        person = self._people[0].of_keys(*default)
        owner = owners(settled.new, person, there)
        order = by_key(*owner)
        table = stored_at(settled.new, person, there, self.now()).take(pa.array(order))
        own = (default[0][order], default[1][order])
        rows = rows_of(table.select(list(COLUMNS)), own, there[order], self._kinds, self._generation.manifest.keys)
        file, add = lakefiles.write(self.folder.lake, FRESH, table, owner_high=owner[0][order])
        self._lake.commit([add], app=first.app, position=first.position)
        self._fresh[file.path] = rows.of_file(self._reader.number_of(file.path))
        self._publish_moment()
        for follower in self.followers:
            follower(settled.new, self._lake.version, first.app, first.position)
        self.touched.add(owner[0][there], owner[1][there])
        self._runs.add(settled.ids, self._lake.version)

    def link(self, pairs: Iterable[Pair], days: Mapping[Pair, int] | None = None, *, file: int = 0) -> who_is_who.Linked:
        """Subjects said to be one person (on which days) by events or a file; what changed, and pairs refused by the limit."""
        with self._lock:
            with self.operational.begin() as tx:
                linked = who_is_who.link(tx, pairs, days=days, file=file)
            self.people_changed()
            return linked

    def people_changed(self) -> None:
        """Who is who was changed in the operational tables: answers follow at once, the lake at the next compaction."""
        with self._lock:
            people = read_people(self.operational)
            if people[1] != self._people[1]:
                self.touched.add(*self._people[0].moved(people[0]))
                self.touched.add(*people[0].moved(self._people[0]))
                self._people = people
                self._publish_moment()

    # --- asking --------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The newest moment, pinned. Close it."""
        if self._write:
            with self._lock:
                moment = self._moment
                if moment is None:
                    raise RuntimeError("the store is not open")
                return self._pinned(moment)
        for _ in range(_TRIES):
            moment = look(self.folder, self.operational, self._reader)
            if moment is None:
                continue  # a compaction is between its index and its commit
            snapshot = self._pinned(moment)
            if all((self.folder.lake / file.path).exists() for file in (*moment.bases, *moment.fresh)):
                return snapshot
            snapshot.close()
        raise Problem(ProblemCode.DATA_DAMAGED, status=503, file=str(self.folder.index))

    def _pinned(self, moment: Moment) -> Snapshot:
        pin = Pin(self.folder.pins, Pinned(moment.lake_version, moment.view.generation.number))
        snapshot = Snapshot(self.folder, moment, pin, self._pool, self.definitions())
        snapshot.beside = self.beside
        return snapshot

    def definitions(self) -> tuple[JourneyDefinition, ...]:
        """Journey definitions, the default first; a person's whole life is always there."""
        with self.operational.read() as tx:
            return defining.stored(tx)

    def define(self, definition: JourneyDefinition) -> None:
        """State what one journey is; a new case key is indexed at once."""
        with self._order, self._lock:
            with self.operational.begin() as tx:
                definitions.define(tx, msgspec.convert(definition, definitions.NewDefinition, from_attributes=True))
            if definition.key is not None and definition.key not in self._generation.manifest.keys:
                self._use(self._build_index(self._people[0]), self._people)
                self.tidy()

    def ensure_case_definition(self, key: str) -> None:
        """A case key came with an import: its journeys can be asked for, and are the default if nothing else was yet."""
        if not any(one.by == "case" and one.key == key for one in self.definitions()):
            self.define(JourneyDefinition(key, "case", key))

    def _case_keys(self) -> tuple[str, ...]:
        return tuple(sorted({one.key for one in self.definitions() if one.by == "case" and one.key}))

    # --- keeping in order ----------------------------------------------------------------------------------------------

    @property
    def compaction_due(self) -> bool:
        """Have so many fresh rows piled up that questions would be quicker after a compaction?"""
        with self._lock:
            return is_due(len(self._fresh), self._fresh_rows, self._generation.events)

    @property
    def compaction_pressing(self) -> bool:
        """Have so many piled up that it must not wait for a quiet moment?"""
        with self._lock:
            return is_pressing(len(self._fresh), self._fresh_rows, self._generation.events)

    @property
    def _fresh_rows(self) -> int:
        with self._lock:
            return sum(map(len, self._fresh.values()))

    def compact(self, exclusion: Exclusion | None = None, people: PeopleMap | None = None) -> Compacted:
        """Sort everything fresh into its buckets, in one commit; with ``exclusion`` some rows are left out for ever.

        ``people``: who is who as it will be (erasure), else as it is. Events are taken in meanwhile, and stay fresh; not while
        rows are left out.
        """
        alone = nullcontext() if exclusion is None else self._lock
        with self._order, disk.room_needed(self.folder.path), alone:
            self._runs.merge_large(self._lock)
            with self._lock:
                compaction = self._compaction(exclusion, people)
            return self._compacted(compaction, exclusion)

    def _compaction(self, exclusion: Exclusion | None, people: PeopleMap | None) -> Compaction:
        """What is to be done, of everything there is now."""
        self._catch_up_ids()
        kinds = self._kinds.copy()
        keys = sorted({*self._case_keys(), *self._generation.manifest.keys})
        writer = GenerationWriter(self.folder.index, next_number(self.folder.index), kinds, keys)
        who = self._people[0] if people is None else people
        material = Material(self._lake, self._reader, self._generation, who, kinds, self._threads)
        return Compaction(material, writer, exclusion=exclusion, target=self.bucket_rows)

    def _compacted(self, compaction: Compaction, exclusion: Exclusion | None) -> Compacted:
        done = compaction.run()
        with self._lock:
            self._lake.commit(done.add, done.remove)
            if exclusion is not None:
                self.touched.everybody()
            self._runs.add(Ids.none(), self._lake.version)
            self._go_on_with(done.generation)
            self._lake.checkpoint()
            self.tidy()
            return done

    def forget_origin(self, origin: str) -> int:
        """Take an import (``file:<n>``) or the sample company (``sample``) back; how many events go."""
        with self._order, self._lock:
            done = self.compact(Exclusion(origin=origin))
            high, low = words_of(done.gone_ids)
            order = np.lexsort((low, high))
            left = self._runs.all_ids()
            kept = find_keys(high[order], low[order], left.high, left.low) < 0
            self._runs.replace(Ids(left.high[kept], left.low[kept], left.content[kept]), self._lake.version)
            with self.operational.begin() as tx:
                quarantine.forget_origin(tx, origin)
            return len(done.gone_ids)

    def rebuild(self) -> RebuildReport:
        """Derive everything again from the lake alone, prove it equal to what was there, and use it from now on."""
        with self._order, self._lock:
            start = self.now()
            before = self._generation
            rebuilt = self._build_index(self._people[0])
            wrong = ["index"] if before.damaged() else same_arrays(before, rebuilt)
            wrong += missing_ids(self._lake, self._reader, self._runs)
            self._use(rebuilt, self._people)
            self.tidy()
            seconds = (self.now() - start).total_seconds()
            buckets = len(rebuilt.manifest.buckets)
            events = sum(file.rows for file in self._lake.files())
            return RebuildReport(events, buckets, self._runs.count, not wrong, tuple(wrong), seconds)

    def verify(self) -> VerifyReport:
        """Read every byte of lake, index and ids against its checksum."""
        with self._lock:
            return verify_folder(self.folder)

    def tidy(self) -> bool:
        """Remove files that neither this version nor a living reader needs; True if nothing had to wait for a reader."""
        with self._order, self._lock:
            pinned = held(self.folder.pins)
            keep = {
                path
                for pin in pinned
                if pin.lake_version != self._lake.version
                for path in self._lake.files_at(pin.lake_version)
            }
            self._lake.vacuum(keep)
            sweep(self.folder.facts, [*keep, *(file.path for file in self._lake.files())])
            wanted = {self._generation.number, *(pin.generation for pin in pinned)}
            sweep_generations(self.folder.index, wanted)
            return not any(pin.lake_version != self._lake.version for pin in pinned)
