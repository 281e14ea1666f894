"""One open transaction: everything in it happens together or not at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.sql import Executable

T = TypeVar("T")
_MANY = 5_000


class Transaction:
    """What the functions of this package work in. ``now`` is one instant for the whole transaction."""

    __slots__ = ("_after", "connection", "now")

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._after: list[Callable[[], None]] = []

    @property
    def on_postgres(self) -> bool:
        """Is this the PostgreSQL engine?"""
        return self.connection.dialect.name == "postgresql"

    def run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement; a sequence of rows runs it once for each."""
        return self.connection.execute(statement, rows)

    def insert(self, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that knows ON CONFLICT in the engine's own dialect."""
        return postgresql.insert(table) if self.on_postgres else sqlite.insert(table)

    def all(self, statement: sa.Select[Any], kind: type[T]) -> list[T]:
        """Every row of a query as ``kind``, whose fields are named as the columns."""
        return [kind(**row) for row in self.run(statement).mappings()]

    def one(self, statement: sa.Select[Any], kind: type[T]) -> T | None:
        """The first row of a query as ``kind``, or None."""
        row = self.run(statement).mappings().first()
        return None if row is None else kind(**row)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the transaction is durable; never if it is rolled back."""
        self._after.append(call)

    def committed(self) -> None:
        """Make the calls that waited for the commit."""
        for call in self._after:
            call()


def in_portions(items: Sequence[T], size: int = _MANY) -> Iterator[Sequence[T]]:
    """The items in pieces small enough for one statement.

    >>> list(in_portions([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    for start in range(0, len(items), size):
        yield items[start : start + size]
