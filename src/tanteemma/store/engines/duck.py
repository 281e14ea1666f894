"""DuckDB over the lake's files, locked down: one parsed SELECT over the pinned files and no others, nothing to configure."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.schema import STORED

#: table functions are a way to read files; none is needed, the events stand ready as a view
_WRITES: Final = (exp.Into, exp.Command, exp.Copy, exp.Attach, exp.Pragma, exp.Set)
#: names of views that tell about the database itself
_CATALOGUES: Final = ("duckdb_", "pg_", "sqlite_", "information_schema")
#: functions that tell about the machine, or write
_TELLING: Final = frozenset({"current_setting", "getenv", "write_log", "query", "query_table", "getvariable"})
_KINDS_OF_READING: Final = (exp.Select, exp.SetOperation)


def one_select(question: str, views: Collection[str] = ("events",)) -> str:
    """The question, if it is exactly one SELECT over these views. Raises Problem NOT_ONE_SELECT otherwise.

    Checked by two parsers: ours for what stands in it, DuckDB's for how many statements of which kind it sees
    (a COPY could write even into an allowed folder).
    """
    try:
        statements = sqlglot.parse(question, read="duckdb")
        parsed = duckdb.extract_statements(question)
    except (sqlglot.errors.SqlglotError, duckdb.Error, RecursionError) as error:
        raise Problem(ProblemCode.NOT_ONE_SELECT, status=422, reason=type(error).__name__) from error
    only = statements[0] if len(statements) == 1 and len(parsed) == 1 else None
    if only is None or not isinstance(only, _KINDS_OF_READING) or parsed[0].type != duckdb.StatementType.SELECT:
        raise Problem(ProblemCode.NOT_ONE_SELECT, status=422)
    own = {cte.alias for cte in only.find_all(exp.CTE)}
    for name in own:
        if not name.isidentifier() or name.casefold().startswith(
            _CATALOGUES
        ):  # else it could stand for a file or a system view
            raise Problem(ProblemCode.NOT_ONE_SELECT, status=422, value=name)
    for function in only.find_all(exp.Func):
        if (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).casefold() in _TELLING:
            raise Problem(ProblemCode.NOT_ONE_SELECT, status=422, value=function.sql("duckdb"))
    for table in only.find_all(exp.Table):
        known = table.name in own or table.name.casefold() in views
        if not isinstance(table.this, exp.Identifier) or not known or table.args.get("db"):
            raise Problem(ProblemCode.NOT_ONE_SELECT, status=422, value=table.sql("duckdb"), allowed=", ".join(views))
    if any(only.find(kind) for kind in _WRITES):
        raise Problem(ProblemCode.NOT_ONE_SELECT, status=422)
    return question


Prepare = Callable[[duckdb.DuckDBPyConnection], None]


def locked(files: Sequence[Path | str], threads: int, prepare: Prepare | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory that can read these files as the view ``events`` and nothing else; ``prepare`` adds to it before."""
    connection = duckdb.connect(":memory:")
    run = connection.execute
    run(f"SET threads = {threads:d}")
    run("SET TimeZone = 'UTC'")
    run("SET autoinstall_known_extensions = false")
    run("SET autoload_known_extensions = false")
    run("SET python_enable_replacements = false")
    listed = ", ".join(f"'{_quoted(path)}'" for path in files)
    run(f"SET allowed_paths = [{listed}]")  # a file that was replaced may still lie beside them, with people who are erased
    if files:
        run(f"CREATE VIEW events AS SELECT * FROM read_parquet([{listed}], hive_partitioning = false)")  # noqa: S608 - our own file names
    else:
        connection.register("events", STORED.empty_table())
    if prepare is not None:
        prepare(connection)
    run("SET enable_external_access = false")
    run("SET lock_configuration = true")
    return connection


def readable(question: str) -> str:
    """The question, if it can be read at all. Raises Problem SQL_INVALID with what the engine says."""
    try:
        duckdb.extract_statements(question)
    except duckdb.Error as error:
        raise Problem(ProblemCode.SQL_INVALID, status=422, said=in_one_line(str(error))) from error
    return question


def in_one_line(reason: str) -> str:
    r"""What an engine says over several lines, without the arrows that point at columns.

    >>> in_one_line('Parser Error: at "x"\n\nLINE 1: x\n        ^')
    'Parser Error: at "x" · LINE 1: x'
    """
    lines = [line.strip() for line in reason.splitlines()]
    return " · ".join(line for line in lines if line.strip("^"))


def names_in(question: str) -> frozenset[str]:
    """The tables that a checked question reads."""
    found = sqlglot.parse_one(question, read="duckdb").find_all(exp.Table)
    return frozenset(table.name.casefold() for table in found)


class DuckEngine:
    """One locked database in memory over the files of one lake version."""

    def __init__(self, files: Sequence[Path], threads: int) -> None:
        self._connection = locked(files, threads)
        self._lock = threading.Lock()

    def select(self, question: str, values: Mapping[str, object] | None = None) -> pa.Table:
        """The answer to one SELECT over the view ``events``; values are bound by name (``$name``).

        Raises Problem NOT_ONE_SELECT for anything else, QUESTION_INVALID with the engine's reason.
        """
        one_select(question)
        try:
            with self._lock:
                return self._connection.sql(question, params=dict(values or {})).to_arrow_table()
        except duckdb.Error as error:
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, reason=str(error)) from error

    def close(self) -> None:
        """Let go of its memory."""
        self._connection.close()


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")
