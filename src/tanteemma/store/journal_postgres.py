"""The journal in PostgreSQL: one row a commit, numbered in the order of the commits, whoever writes.

What was acknowledged is in the server's write-ahead log (``synchronous_commit=on``); the server's ``fsync`` must be on too.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Self

import psycopg
from psycopg import errors

from tanteemma.model.events import JournalEntry
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.journal import pack, unpack

_CONNECT_S: Final = 10
_LOCK: Final = (
    0x6A6F75726E616C  # any fixed number: two processes that open a new database create the tables one after the other
)
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS journal_end (one boolean PRIMARY KEY DEFAULT true CHECK (one), last bigint NOT NULL)",
    "CREATE TABLE IF NOT EXISTS journal_entry (seq bigint PRIMARY KEY, body bytea NOT NULL)",
    "INSERT INTO journal_end (last) VALUES (0) ON CONFLICT DO NOTHING",
    # compressing costs more than it saves; samples of bodies in the statistics would outlive an erasure
    "ALTER TABLE journal_entry ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN body SET STATISTICS 0",
)
# The row of the last number is locked until the commit, so a number becomes visible only after all smaller ones:
# a sequence would let a reader pass a commit that is still on its way.
_APPEND: Final = """
    WITH next AS (UPDATE journal_end SET last = last + 1 RETURNING last)
    INSERT INTO journal_entry (seq, body) SELECT last, %b FROM next RETURNING seq
"""
_PAGE: Final = 200


class PostgresJournal:
    """The journal in the database of the operational tables; the same face as ``SqliteJournal``."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._lock = threading.Lock()
        self._kept: psycopg.Connection[Any] | None = None
        with self._connected() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            if connection.execute("SELECT to_regclass('journal_end')").fetchone() == (None,):
                for statement in _TABLES:
                    connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, entries: Sequence[JournalEntry]) -> int:
        """Make entries durable in one commit.

        Raises Problem NO_ROOM when the server's disk is full, BUSY when it cannot be reached (then it is not known whether
        the commit came through: sent again, the events are recognised), OSError for anything else.
        """
        with self._connected() as connection:
            row = connection.execute(_APPEND, (pack(entries),)).fetchone()
        return int(row[0]) if row else 0

    def read(self, after: int, max_events: int) -> list[tuple[int, JournalEntry]]:
        """Entries after a sequence number: whole commits, at least one, until ``max_events`` events are reached."""
        found: list[tuple[int, JournalEntry]] = []
        events = 0
        while True:
            page = self._page(after)
            for sequence, body in page:
                for entry in unpack(body, sequence):
                    found.append((sequence, entry))
                    events += len(entry.events) + len(entry.quarantined)
                if events >= max_events:
                    return found
            if len(page) < _PAGE:
                return found
            after = page[-1][0]

    def trim(self, through: int) -> None:
        """Forget commits up to and including a sequence number (the lake has them)."""
        with self._connected() as connection:
            connection.execute("DELETE FROM journal_entry WHERE seq <= %s", (through,))

    def scrub(self) -> None:
        """Leave no bytes of trimmed commits in the table (the server's write-ahead log and backups are the operator's)."""
        with self._connected() as connection:
            connection.execute("VACUUM (FULL) journal_entry")

    def last(self) -> int:
        """The highest sequence number ever given, 0 if none."""
        with self._connected() as connection:
            row = connection.execute("SELECT last FROM journal_end").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _page(self, after: int) -> list[tuple[int, bytes]]:
        query = "SELECT seq, body FROM journal_entry WHERE seq > %s ORDER BY seq LIMIT %s"
        with self._connected() as connection:
            rows = connection.execute(query, (after, _PAGE), binary=True).fetchall()
        return [(int(sequence), bytes(body)) for sequence, body in rows]

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        with self._lock:
            try:
                if self._kept is None or self._kept.closed:
                    self._kept = psycopg.connect(
                        self._url, autocommit=True, connect_timeout=_CONNECT_S, options="-c synchronous_commit=on"
                    )
                yield self._kept
            except errors.DiskFull as error:
                raise Problem(ProblemCode.NO_ROOM, status=503, place="postgresql") from error
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self._forget()
                raise Problem(ProblemCode.BUSY, status=503, retry_after=1) from error
            except psycopg.Error as error:
                self._forget()
                raise OSError(f"journal in PostgreSQL: {type(error).__name__}") from error

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
