"""Tables of a SQLite file that somebody else made: read only, nothing in it is trusted, nothing of it is run.

Only ordinary tables and stored columns are seen: views, virtual tables and generated columns would run what their maker wrote.
SQL functions are refused, extensions cannot be loaded, other files cannot be attached. ``immutable`` keeps SQLite from
writing a lock, a journal or a log beside the file.
"""

import itertools
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tanteemma.model.problems import Problem, ProblemCode

#: The first bytes of every SQLite file.
MAGIC: Final = b"SQLite format 3\x00"
#: Bytes of a file; sorting needs about as much again in the folder for temporary files.
LARGEST: Final = 2 << 30
#: Tables, columns of one table, bytes of one cell or row.
_MOST_TABLES: Final = 1_000
_MOST_COLUMNS: Final = 1_000
_LARGEST_CELL: Final = 1 << 20
#: Until the next rows must be there.
_LONGEST_S: Final = 120.0
_STEPS: Final = 20_000
_FETCHED: Final = 1_000
#: What reading may end with; the words of an error may hold bytes of the file that are no text.
_BROKEN: Final = (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError)
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: _LARGEST_CELL,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: _MOST_COLUMNS,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
#: trusted_schema: what stands in the schema may call no function with effects. cell_size_check: damaged pages are noticed.
_PRAGMAS: Final = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=FILE", "cache_size=-2048")
_READS: Final = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ))
#: For the one table of our own, in a temporary file of this connection.
_OWN: Final = frozenset(
    (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_CREATE_TEMP_TABLE, sqlite3.SQLITE_CREATE_TEMP_INDEX)
)

Cell = str | int | float | bytes | None


class Order:
    """The order in which the ``rows`` of one table stand, by one of its columns (see ``ForeignTables.order``)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = 0


class ForeignTables:
    """The ordinary tables of one file: ``tables`` says their columns by name. See ``foreign_tables``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._until = 0.0
        self._orders = itertools.count(1)
        connection.set_progress_handler(self._too_long, _STEPS)
        self.tables = {name: self._columns(name) for name in self._names()}

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
        """All rows of a table in the order in which they stand. Raises Problem UNREADABLE_FILE, EVENT_TOO_LARGE."""
        wanted = ", ".join(_quoted(column) for column in columns)
        # without this word an index may be read in place of the table, and its order is another one
        return self._read(f"SELECT {wanted} FROM main.{_quoted(table)} NOT INDEXED")  # noqa: S608 - names, quoted

    def order(self, table: str, column: str) -> Order:
        """Number the rows of a table, 0 first, by what stands in ``column``; of equal cells the first counts."""
        order = Order(f"order_{next(self._orders)}")
        numbered = ((cell, number) for number, (cell,) in enumerate(self.rows(table, [column])))
        with self._guarded():
            self._connection.execute(f"CREATE TEMP TABLE {order.name} (cell PRIMARY KEY, number INTEGER) WITHOUT ROWID")
        for some in iter(lambda: list(itertools.islice(numbered, _FETCHED)), []):
            order.rows += len(some)
            filled = [one for one in some if one[0] is not None]
            with self._guarded():
                self._connection.executemany(f"INSERT OR IGNORE INTO temp.{order.name} VALUES (?, ?)", filled)  # noqa: S608 - our own name
        return order

    def rows_in(self, order: Order, table: str, key: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a table with the number of their ``key`` in front, sorted by it; None, if it has none, comes first."""
        wanted = ", ".join(f"t.{_quoted(column)}" for column in columns)
        numbers = f"temp.{order.name} AS o ON o.cell = t.{_quoted(key)}"
        select = f"SELECT o.number, {wanted} FROM main.{_quoted(table)} AS t NOT INDEXED LEFT JOIN {numbers}"  # noqa: S608 - names, quoted
        return self._read(f"{select} ORDER BY o.number")

    def _names(self) -> list[str]:
        # virtual tables have no page of their own
        select = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rootpage"
        names = [name for (name,) in itertools.islice(self._read(select), _MOST_TABLES) if isinstance(name, str)]
        return [name for name in names if not name.startswith("sqlite_")]

    def _columns(self, table: str) -> tuple[str, ...]:
        described = self._read(f"PRAGMA main.table_xinfo({_quoted(table)})")
        return tuple(name for _, name, *_, hidden in described if not hidden)

    def _read(self, select: str) -> Iterator[tuple[Any, ...]]:
        with self._guarded():
            found = self._connection.execute(select)
        while True:
            with self._guarded():
                some = found.fetchmany(_FETCHED)
            if not some:
                return
            yield from some

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """SQLite's own words stay here: they may repeat what stands in the file."""
        self._until = time.monotonic() + _LONGEST_S
        try:
            yield
        except (sqlite3.DataError, OverflowError) as error:
            raise Problem(ProblemCode.EVENT_TOO_LARGE, status=413, limit=_LARGEST_CELL) from error
        except _BROKEN as error:
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error

    def _too_long(self) -> int:
        return time.monotonic() > self._until


@contextmanager
def foreign_tables(path: Path) -> Iterator[ForeignTables]:
    """Open somebody's SQLite file for reading. Raises Problem TOO_LARGE, UNREADABLE_FILE."""
    if path.stat().st_size > LARGEST:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=LARGEST)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _tie_down(connection)
        yield ForeignTables(connection)
    finally:
        connection.close()


def _tie_down(connection: sqlite3.Connection) -> None:
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except _BROKEN as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.set_authorizer(_allow)


def _allow(action: int, one: str | None, _two: str | None, where: str | None, _trigger: str | None) -> int:
    """Reading is allowed, asking for columns, and writing to our own temporary tables; nothing else."""
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if one == "table_xinfo" else sqlite3.SQLITE_DENY
    own = action in _OWN and (where == "temp" or one in {"sqlite_temp_master", "sqlite_temp_schema"})
    return sqlite3.SQLITE_OK if action in _READS or own else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
