"""Rows of a table or view, by dlt: what changed since the last pull, in the order of the cursor, read only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import dlt
from dlt.sources.credentials import ConnectionStringCredentials
from dlt.sources.sql_database import sql_table

from tanteemma.ingest.sources.pulling.guard import Guard
from tanteemma.ingest.sources.pulling.places import check_folder
from tanteemma.ingest.sources.pulling.plan import SqlPlan
from tanteemma.ingest.sources.pulling.task import Task
from tanteemma.ingest.sources.pulling.writing import Row, start_of
from tanteemma.model.problems import Problem, ProblemCode

_CHUNK: Final = 5_000
_SAMPLE: Final = 200
_CONNECT_S: Final = 10
_PORTS: Final = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433}
_STATEMENT_MS: Final = 600_000


def host_of(plan: SqlPlan) -> str:
    """The host that is connected to, empty for a file or a local socket."""
    return ConnectionStringCredentials(plan.url).host or ""


def rows_of(plan: SqlPlan, task: Task, guard: Guard) -> Iterator[Row]:
    """The rows. Raises Problem, and what the driver raises."""
    schema, _, table = plan.table.rpartition(".")
    start = start_of(task.state, plan.overlap_s)
    since: Any = None
    if plan.cursor:
        since = dlt.sources.incremental(plan.cursor, initial_value=start, on_cursor_value_missing="include", row_order="asc")
    resource = sql_table(
        credentials=_credentials(plan, task, guard),
        table=table,
        schema=schema or None,
        incremental=since,
        chunk_size=_SAMPLE if task.sample else _CHUNK,
        backend="sqlalchemy",
        reflection_level="minimal",
        engine_kwargs=_engine(plan),
    )
    columns = list(resource.compute_table_schema()["columns"])
    if plan.cursor and plan.cursor not in columns:
        raise Problem(ProblemCode.PULL_COLUMN_GONE, status=422, field=plan.cursor, allowed=", ".join(columns))
    yield from resource


def _credentials(plan: SqlPlan, task: Task, guard: Guard) -> ConnectionStringCredentials:
    made = ConnectionStringCredentials(plan.url)
    engine = made.drivername.partition("+")[0]
    if engine == "sqlite":
        path = Path(made.database or "")
        check_folder(path, task.folders)
        if not path.is_file():
            raise Problem(ProblemCode.PULL_NOTHING_THERE, status=404, value=path.name)
        return ConnectionStringCredentials(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true")
    if task.secret:
        made.password = task.secret
    query = dict(made.query or {})
    if not made.host:
        guard.check("127.0.0.1")
    else:
        addresses = guard.addresses(made.port or _PORTS[engine])
        if engine == "postgresql":  # its driver resolves names itself, so it is told the address that was checked
            query.setdefault("hostaddr", addresses[0])
    if engine == "postgresql":
        query.setdefault("options", f"-c default_transaction_read_only=on -c statement_timeout={_STATEMENT_MS}")
        query.setdefault("connect_timeout", str(_CONNECT_S))
        if not {"hostaddr", "host"}.isdisjoint(_asked(plan)):
            raise Problem(ProblemCode.PULL_SETTING, status=422, field="url", value="host", allowed="postgresql://user@host/db")
    made.query = query
    return made


def _asked(plan: SqlPlan) -> set[str]:
    return set(ConnectionStringCredentials(plan.url).query or {})


def _engine(plan: SqlPlan) -> dict[str, Any]:
    if plan.url.startswith(("mysql", "mariadb")):
        return {"connect_args": {"connect_timeout": _CONNECT_S}}
    return {}
