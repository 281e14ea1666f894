"""The file of gathered facets: one row a subject, found by key in microseconds, and the words people are searched by.

Everything in it is derived from the lake, so it may be lost. A subject that has no row is not known here, and whoever needs
it gathers it from the lake; a row that is there is whole up to the lake version it names. SQLite of its own, so that neither
the operational tables nor the journal wait for it; also beside PostgreSQL it stays a file of the worker's machine.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import msgspec

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS facet (
  number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, subject TEXT NOT NULL, as_of INTEGER NOT NULL,
  last_us INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS facet_last ON facet (last_us);
CREATE TABLE IF NOT EXISTS word (word TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (word, number)) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5(word, tokenize='trigram');
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
#: an index of names that were spelt once is looked up by this mark in front
NAME: Final = "n:"
#: notes about the whole file: everybody is kept; up to which position of the journal
COMPLETE: Final = "complete"
POSITION: Final = "position"
_PAGES_KIB: Final = 32 * 1024
_MAPPED: Final = 4 << 30
_PORTION: Final = 500
#: words are counted so far when the rarest is looked for; so many subjects that fit are put in order
_OFTEN: Final = 2_000
_FITTING: Final = 1_000


class Row(msgspec.Struct, frozen=True, gc=False):
    """One subject: its key (16 bytes), the lake version up to which ``body`` is whole, its newest event, its words."""

    key: bytes
    subject: str
    as_of: int
    last_us: int
    body: bytes
    words: frozenset[str] = frozenset()


class KeptFacets:
    """``write`` for the one who keeps the file up to date; readers of other processes see whole transactions.

    Without a path it is kept in memory, for one question.
    """

    def __init__(self, path: Path | None, *, write: bool) -> None:
        self._path = path
        self._write = write
        self._lock = threading.RLock()
        self._connection = self._open()

    @classmethod
    def to_read(cls, path: Path) -> Self | None:
        """Those of a file that its keeper made, None while it is being made."""
        try:
            kept = cls(path, write=False)
            kept.note(COMPLETE)
        except sqlite3.Error:
            return None
        return kept

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        where = ":memory:" if self._path is None else self._path.as_uri() + ("" if self._write else "?mode=ro")
        connection = sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False, timeout=15)
        pragmas = [f"mmap_size={_MAPPED}", f"cache_size=-{_PAGES_KIB}"]
        if self._write:
            pragmas = ["journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", *pragmas]
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        if self._write:
            connection.executescript(_SCHEMA)
        return connection

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Everything inside happens together or not at all."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # --- state ---------------------------------------------------------------------------------------------------------

    def note(self, name: str) -> str | None:
        """A note about the whole file."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_note(self, name: str, value: str) -> None:
        """Keep a note about the whole file."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def forget_note(self, name: str) -> None:
        """Take a note away."""
        with self._lock:
            self._connection.execute("DELETE FROM state WHERE name = ?", (name,))

    @property
    def count(self) -> int:
        """How many subjects are kept."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM facet").fetchone()[0])

    # --- facets --------------------------------------------------------------------------------------------------------

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Row]:
        """Rows of these keys, as far as they are kept (without their words)."""
        found: dict[bytes, Row] = {}
        with self._lock:
            for start in range(0, len(keys), _PORTION):
                portion = keys[start : start + _PORTION]
                query = f"SELECT key, subject, as_of, last_us, body FROM facet WHERE key IN ({','.join('?' * len(portion))})"  # noqa: S608 - only question marks are put in
                for key, subject, as_of, last_us, body in self._connection.execute(query, portion):
                    found[key] = Row(key, subject, as_of, last_us, body)
        return found

    def put(self, rows: Iterable[Row], before: Mapping[bytes, frozenset[str]]) -> None:
        """Keep these. ``before``: the words a key had until now (empty for a new one)."""
        rows = sorted(rows, key=lambda row: row.key)
        upsert = (
            "INSERT INTO facet (key, subject, as_of, last_us, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " as_of = excluded.as_of, last_us = excluded.last_us, body = excluded.body RETURNING number"
        )
        with self._lock:
            gone: list[tuple[str, int]] = []
            come: list[tuple[str, int]] = []
            for row in rows:
                told = (row.key, row.subject, row.as_of, row.last_us, row.body)
                number = int(self._connection.execute(upsert, told).fetchone()[0])
                had = before.get(row.key, frozenset())
                if row.words != had:
                    gone += [(word, number) for word in had - row.words]
                    come += [(word, number) for word in row.words - had]
            self._connection.executemany("DELETE FROM word WHERE word = ? AND number = ?", gone)
            self._learn(sorted({word for word, _ in come if word.startswith(NAME)}))
            self._connection.executemany("INSERT OR IGNORE INTO word VALUES (?, ?)", sorted(come))

    def _learn(self, names: Sequence[str]) -> None:
        """Names met for the first time become part of the vocabulary that misspelt ones are compared with."""
        fresh = [
            (name.removeprefix(NAME),)
            for name in names
            if self._connection.execute("SELECT 1 FROM word WHERE word = ? LIMIT 1", (name,)).fetchone() is None
        ]
        self._connection.executemany("INSERT INTO vocabulary VALUES (?)", fresh)

    def drop(self, keys: Sequence[bytes], words: Mapping[bytes, frozenset[str]]) -> int:
        """Forget these subjects and these words of theirs, to be gathered anew; how many there were."""
        dropped = 0
        with self._lock:
            for key in keys:
                row = self._connection.execute("DELETE FROM facet WHERE key = ? RETURNING number", (key,)).fetchone()
                if row is not None:
                    dropped += 1
                    own = [(word, row[0]) for word in words.get(key, ())]
                    self._connection.executemany("DELETE FROM word WHERE word = ? AND number = ?", own)
        return dropped

    def erase(self, keys: Sequence[bytes]) -> int:
        """Forget these subjects for ever, with every word that only they had; how many there were."""
        erased = 0
        with self.changing():
            for key in keys:
                row = self._connection.execute("DELETE FROM facet WHERE key = ? RETURNING number", (key,)).fetchone()
                if row is None:
                    continue
                erased += 1
                theirs = self._connection.execute("DELETE FROM word WHERE number = ? RETURNING word", (row[0],)).fetchall()
                self._unlearn([word for (word,) in theirs if word.startswith(NAME)])
        return erased

    def _unlearn(self, names: Sequence[str]) -> None:
        for name in names:
            if self._connection.execute("SELECT 1 FROM word WHERE word = ? LIMIT 1", (name,)).fetchone() is None:
                self._connection.execute("DELETE FROM vocabulary WHERE word = ?", (name.removeprefix(NAME),))

    def clear(self, notes: Mapping[str, str]) -> None:
        """Forget everything: it is gathered anew. Of the notes only the position stays; ``notes`` are kept with it."""
        with self.changing():
            for statement in ("DELETE FROM facet", "DELETE FROM word", "DELETE FROM vocabulary"):
                self._connection.execute(statement)
            self._connection.execute("DELETE FROM state WHERE name <> ?", (POSITION,))
            for name, value in notes.items():
                self.set_note(name, value)

    def scrub(self) -> None:
        """Leave no bytes of what was dropped on the disk."""
        with self._lock:
            self._connection.execute("INSERT INTO vocabulary(vocabulary) VALUES('optimize')")
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- searching -----------------------------------------------------------------------------------------------------

    def newest(self, most: int) -> list[Row]:
        """Subjects with the newest events."""
        with self._lock:
            query = "SELECT key, subject, as_of, last_us, body FROM facet ORDER BY last_us DESC LIMIT ?"
            return [Row(*row) for row in self._connection.execute(query, (most,))]

    def rows_with(self, groups: Sequence[Sequence[str]], most: int) -> list[Row]:
        """Subjects that have at least one word of every group, the newest first.

        Where very many fit, those count that became known last: the words of the rarest group are walked from the newest
        subject on, in one merged run, and no further than needed.
        """
        if not groups:
            return []
        first, *others = sorted(groups, key=self._how_often)
        run = " UNION ".join("SELECT number FROM word WHERE word = ?" for _ in first)
        tests = "".join(
            f" AND EXISTS (SELECT 1 FROM word WHERE word IN ({','.join('?' * len(group))}) AND number = one.number)"  # noqa: S608 - only question marks are put in
            for group in others
        )
        query = (
            "SELECT key, subject, as_of, last_us, body FROM facet WHERE number IN "  # noqa: S608 - only question marks are put in
            f"(SELECT number FROM ({run} ORDER BY number DESC) AS one WHERE 1{tests} LIMIT ?) ORDER BY +last_us DESC LIMIT ?"
        )
        values = [word for group in (first, *others) for word in group]
        with self._lock:
            return [Row(*row) for row in self._connection.execute(query, (*values, _FITTING, most))]

    def _how_often(self, group: Sequence[str]) -> int:
        return sum(self.how_many(word, _OFTEN) for word in group)

    def how_many(self, word: str, most: int) -> int:
        """How many subjects have a word, counted up to ``most``."""
        with self._lock:
            query = "SELECT count(*) FROM (SELECT 1 FROM word WHERE word = ? LIMIT ?)"
            return int(self._connection.execute(query, (word, most)).fetchone()[0])

    def beginning_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so, alphabetically, each once."""
        found: list[str] = []
        after = prefix
        with self._lock:
            while len(found) < most:
                row = self._connection.execute(
                    "SELECT word FROM word WHERE word >= ? ORDER BY word LIMIT 1", (after,)
                ).fetchone()
                if row is None or not row[0].startswith(prefix):
                    break
                found.append(row[0])
                after = row[0] + "\x00"
        return found

    def alike(self, trigrams: Sequence[str], most: int) -> list[str]:
        """Names of the vocabulary that share pieces of three letters, the most similar first."""
        if not trigrams:
            return []
        query = "SELECT word FROM vocabulary WHERE vocabulary MATCH ? ORDER BY rank LIMIT ?"
        asked = " OR ".join(map(_quoted, trigrams))
        with self._lock:
            return [row[0] for row in self._connection.execute(query, (asked, most))]


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
