"""The journal: the acknowledged truth of live events until the lake has them durably.

A SQLite file of its own (WAL, ``synchronous=FULL``), one blob a commit, no secondary index: what a sender was told is on disk.
"""

import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol, Self

import msgspec

from tanteemma.model.events import JournalEntry
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.folder import DataFolder

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[JournalEntry])
_CRC_BYTES: Final = 4
_BUSY_MS: Final = 15_000


class Journal(Protocol):
    """What both journals (SQLite, PostgreSQL) can do.

    Sequence numbers grow and are never used twice; several entries of one commit share theirs: a reader gets whole commits.
    """

    def append(self, entries: Sequence[JournalEntry]) -> int:
        """Make entries durable in one commit; the sequence number of that commit."""
        ...

    def read(self, after: int, max_events: int) -> list[tuple[int, JournalEntry]]:
        """Entries after a sequence number: whole commits, at least one, until ``max_events`` events are reached."""
        ...

    def trim(self, through: int) -> None:
        """Forget commits up to and including a sequence number (the lake has them)."""
        ...

    def scrub(self) -> None:
        """Leave no bytes of trimmed commits on disk."""
        ...

    def last(self) -> int:
        """The highest sequence number ever given, 0 if none."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


def pack(entries: Sequence[JournalEntry]) -> bytes:
    """Entries as one blob with its checksum in front."""
    body = _encoder.encode(entries)
    return zlib.crc32(body).to_bytes(_CRC_BYTES, "big") + body


def unpack(blob: bytes, sequence: int) -> list[JournalEntry]:
    """Entries of one blob. Raises Problem DATA_DAMAGED naming the commit if the checksum does not fit."""
    body = memoryview(blob)[_CRC_BYTES:]
    if zlib.crc32(body) != int.from_bytes(blob[:_CRC_BYTES], "big"):
        raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=f"journal #{sequence}")
    return _decoder.decode(body)


class SqliteJournal:
    """The journal in its own SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"busy_timeout={_BUSY_MS}"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, entries: Sequence[JournalEntry]) -> int:
        """Make entries durable in one commit. Raises Problem NO_ROOM when the disk is full; sqlite3 errors otherwise."""
        try:
            cursor = self._connection.execute("INSERT INTO entry (body) VALUES (?)", (pack(entries),))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                raise Problem(ProblemCode.NO_ROOM, status=503, place=str(self._path.parent)) from error
            raise
        return int(cursor.lastrowid or 0)

    def read(self, after: int, max_events: int) -> list[tuple[int, JournalEntry]]:
        """Entries after a sequence number, whole commits. Raises Problem DATA_DAMAGED."""
        found: list[tuple[int, JournalEntry]] = []
        events = 0
        for sequence, blob in self._connection.execute("SELECT seq, body FROM entry WHERE seq > ? ORDER BY seq", (after,)):
            for entry in unpack(blob, sequence):
                found.append((sequence, entry))
                events += len(entry.events) + len(entry.quarantined)
            if events >= max_events:
                break
        return found

    def trim(self, through: int) -> None:
        """Forget commits up to and including a sequence number."""
        self._connection.execute("DELETE FROM entry WHERE seq <= ?", (through,))

    def scrub(self) -> None:
        """Leave no bytes of trimmed commits on disk."""
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def last(self) -> int:
        """The highest sequence number ever given, 0 if none."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def open_journal(folder: DataFolder, postgres_url: str | None = None) -> Journal:
    """The journal of a data folder: its own SQLite file, or PostgreSQL when the operational tables are there."""
    if postgres_url is None:
        return SqliteJournal(folder.journal_db)
    from tanteemma.store.journal_postgres import PostgresJournal  # noqa: PLC0415 - psycopg is an extra, loaded only when asked for

    return PostgresJournal(postgres_url)
