"""How the operational tables are reached: the SQLite file of the data folder, or PostgreSQL by URL."""

import os
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from tanteemma.model.problems import Problem, ProblemCode

WRITES: Final = "tanteemma_writes"
_PRAGMAS: Final = (
    "journal_mode=WAL",
    # NORMAL lost every acknowledged row in a power cut (measured); FULL none
    "synchronous=FULL",
    # builds differ in their default; without it an erased value stays readable in the file
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)


def connect(where: str | Path, wait_s: float) -> Engine:
    """An engine for a path (SQLite) or a URL (``postgresql://…``). Raises Problem SETTING_INVALID for another URL."""
    if isinstance(where, Path) or "://" not in where:
        return _sqlite(Path(where), wait_s)
    return _postgres(where, wait_s)


def _sqlite(path: Path, wait_s: float) -> Engine:
    if not path.exists():
        _create_private(path)
    engine = sa.create_engine(URL.create("sqlite+pysqlite", database=str(path)), connect_args={"timeout": wait_s})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        # the driver's own transaction control is off: it would begin late and end with every schema change
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a writer takes the lock at once: a read lock that is raised later fails without waiting
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _create_private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _postgres(where: str, wait_s: float) -> Engine:
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise _unusable("…") from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise _unusable(url.get_backend_name())
    try:
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"options": f"-c lock_timeout={int(wait_s * 1000)} -c synchronous_commit=on"},
        )
    except ModuleNotFoundError as error:
        raise _unusable("postgresql", allowed="tanteemma[postgres]") from error


def _unusable(value: str, allowed: str = "postgresql://…") -> Problem:
    return Problem(ProblemCode.SETTING_INVALID, status=500, field="database_url", value=value, allowed=allowed)
