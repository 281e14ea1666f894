"""Whoever adds what came after the noted position of the journal to what is kept counts each event once, at every moment.

The reader looks as ``serve.known_people`` does, at every state of the file that others can see; gathering and adding go on.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tanteemma.identity.profile import filling, keeping
from tanteemma.identity.profile.facet import unpacked
from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import key_of
from tanteemma.store.house import Store
from tanteemma.store.profiles.kept import POSITION, KeptFacets, Row
from tests.server.running import wait_until
from tests.store.made_events import Made, flush_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NOW_US = int(NOW.timestamp() * 1_000_000)
SUBJECTS = [f"user:{number}" for number in range(8)]


class Watched(KeptFacets):
    """Looks at itself after every change that others can see."""

    def __init__(self, path: Path, come: Mapping[int, Counter[str]]) -> None:
        super().__init__(path, write=True)
        self.come = come
        self.wrong: list[str] = []
        self.looks = 0
        self.inside = False

    @contextmanager
    def changing(self) -> Iterator[None]:
        with super().changing():
            self.inside = True
            try:
                yield
            finally:
                self.inside = False
        self.look()

    def set_note(self, name: str, value: str) -> None:
        super().set_note(name, value)
        if not self.inside:
            self.look()

    def look(self) -> None:
        """Each kept facet has what came up to the position, no more and no less."""
        position = int(self.note(POSITION) or -1)
        for row in self.get([key_of(subject) for subject in SUBJECTS]).values():
            expected = sum(count[row.subject] for place, count in self.come.items() if place <= position)
            counted = unpacked(row.body).events
            self.looks += 1
            if counted != expected:
                self.wrong.append(f"{row.subject}: {counted}, up to {position} came {expected}")


def _events(position: int, most: int) -> list[Made]:
    return [
        Made(position * 10_000 + number, SUBJECTS[(position * 5 + number) % len(SUBJECTS)], None, "A", NOW_US)
        for number in range(most)
    ]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Store, ProfileKeeper, Watched, Callable[[int, int], None]]]:
    come: dict[int, Counter[str]] = {}
    folder = DataFolder.create(path)
    with Store.open(folder, write=True) as store, Watched(folder.profiles_db, come) as kept:
        keeper = ProfileKeeper(store, kept, BERLIN, lambda: NOW)
        store.followers.append(keeper.follow)

        def commit(position: int, most: int) -> None:
            new = _events(position, most)
            come[position] = Counter(str(one.subject) for one in new)
            store.commit(flush_of(position, new))

        yield store, keeper, kept, commit


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LARGE", 25)
    monkeypatch.setattr(keeping, "_QUIET_S", 0.0)
    monkeypatch.setattr(filling, "ROWS", 20)


@pytest.mark.parametrize("many", [5, 40])
def test_what_is_gathered_while_it_waits_to_be_added_counts_once(tmp_path: Path, many: int) -> None:
    with _opened(tmp_path) as (_, keeper, kept, commit):
        keeper.complete_now()
        commit(1, many)  # in the lake; the keeper has not taken it yet
        keeper.declared_anew()
        keeper.start_anew()
        while keeper.step():
            continue
        keeper.start_anew()
        commit(2, many)
        keeper.gather(SUBJECTS)
        assert kept.wrong == []
        assert kept.looks >= 2 * min(many, len(SUBJECTS))


def test_reading_while_all_goes_on_counts_each_event_once(tmp_path: Path) -> None:
    with _opened(tmp_path) as (store, keeper, kept, commit):
        running = threading.Thread(target=keeper.run)
        running.start()
        try:
            for position in range(1, 120):
                commit(position, 40 if position % 17 == 0 else 1 + position % 9)
                if position % 4 == 0:
                    keeper.start_anew()
                if position % 7 == 0:
                    keeper.gather(SUBJECTS[position % 8 :][:3])
                if position % 29 == 0:
                    store.compact()
        finally:
            keeper.stop()
            running.join()
        keeper.complete_now()
        assert kept.wrong == []
        assert kept.count == len(SUBJECTS)


def test_a_full_disk_is_waited_out_and_nothing_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_AFTER_TROUBLE_S", 0.05)
    with _opened(tmp_path) as (_, keeper, kept, commit):
        full = threading.Event()
        put, met = kept.put, threading.Event()

        def put_if_there_is_room(rows: Iterable[Row], before: Mapping[bytes, frozenset[str]]) -> None:
            if full.is_set():
                met.set()
                raise sqlite3.OperationalError("database or disk is full")
            put(rows, before)

        monkeypatch.setattr(kept, "put", put_if_there_is_room)
        running = threading.Thread(target=keeper.run)
        running.start()
        try:
            commit(1, 20)
            wait_until(lambda: kept.note(POSITION) == "1")
            full.set()
            commit(2, 20)
            assert met.wait(10)
            commit(3, 5)
            full.clear()
            wait_until(lambda: kept.count == len(SUBJECTS) and kept.note(POSITION) == "3")
        finally:
            keeper.stop()
            running.join()
        assert kept.wrong == []
