"""The operational tables, opened: transactions that hold, one writer at a time on SQLite, migrations done first."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy.engine import Engine

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.clock import Clock, utc_now
from tanteemma.store.operational.connecting import WRITES, connect
from tanteemma.store.operational.migrating import bring_up_to_date
from tanteemma.store.operational.mishaps import told_plainly
from tanteemma.store.operational.scrubbing import rewrite_file, rewrite_tables
from tanteemma.store.operational.transaction import Transaction

WAIT_S: Final = 10.0


class Operational:
    """The tables people, keys, imports and jobs lie in; the same on SQLite and PostgreSQL.

    ``with operational.begin() as tx`` writes, ``with operational.read() as tx`` reads one consistent state. A transaction is
    short: no network and no file in it.
    """

    def __init__(self, engine: Engine, clock: Clock, wait_s: float) -> None:
        self.engine = engine
        self.clock = clock
        self._wait_s = wait_s
        self._writer = threading.Lock()
        self._writing = threading.local()
        self._writes = engine.execution_options(**{WRITES: True})
        one_state = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reads = engine.execution_options(**one_state) if self.on_postgres else engine

    @classmethod
    def open(cls, where: str | Path, *, clock: Clock = utc_now, wait_s: float = WAIT_S) -> Self:
        """Open by path or ``postgresql://`` URL and migrate. Raises Problem DATA_NEWER for tables of a newer version."""
        engine = connect(where, wait_s)
        try:
            with told_plainly(engine):
                bring_up_to_date(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, clock, wait_s)

    @property
    def on_postgres(self) -> bool:
        """Is this the PostgreSQL engine?"""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that writes. Commits at the end, rolls back on any error.

        Raises Problem BUSY (503) if another writer does not let go in time, NO_ROOM (503) if the disk is full.
        """
        with self._one_writer(), told_plainly(self.engine), self._writes.begin() as connection:
            tx = Transaction(connection, self.clock())
            yield tx
        tx.committed()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads: one state, whatever others write meanwhile."""
        with told_plainly(self.engine), self._reads.connect() as connection, connection.begin() as transaction:
            yield Transaction(connection, self.clock())
            transaction.rollback()

    def scrub(self, tables: Sequence[str]) -> None:
        """Leave no bytes of removed or changed rows of these tables on disk: rewrite them (SQLite: the whole file).

        Raises Problem BUSY if a reader holds on to the old state for too long.
        """
        with self._one_writer(), told_plainly(self.engine):
            if self.on_postgres:
                rewrite_tables(self.engine, tables)
            elif not rewrite_file(self.engine, self._wait_s):
                raise Problem(ProblemCode.BUSY, status=503)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if getattr(self._writing, "open", False):
            raise RuntimeError("this thread is already in a transaction; pass it on instead of opening a second one")
        # within one process a lock hands over at once; SQLite itself polls
        if not self.on_postgres and not self._writer.acquire(timeout=self._wait_s):
            raise Problem(ProblemCode.BUSY, status=503)
        self._writing.open = True
        try:
            yield
        finally:
            self._writing.open = False
            if not self.on_postgres:
                self._writer.release()
