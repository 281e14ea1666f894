"""Rewrite the files the tables lie in, because a deleted row stays readable in them until then."""

import threading
from collections.abc import Sequence
from time import monotonic
from typing import Final

from sqlalchemy.engine import Engine

_STEP_S: Final = 0.02


def rewrite_file(engine: Engine, wait_s: float) -> bool:
    """SQLite: write the file afresh and empty the write-ahead log. False if a reader kept the old log for ``wait_s``."""
    pause = threading.Event()
    end = monotonic() + wait_s
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # secure_delete zeroes what is deleted, but pages that were split or merged may keep stale copies
        cursor.execute("VACUUM")
        while True:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            answer = cursor.fetchone()
            if answer is not None and answer[0] == 0:
                return True
            if monotonic() > end:
                return False
            pause.wait(_STEP_S)
    finally:
        connection.close()


def rewrite_tables(engine: Engine, tables: Sequence[str]) -> None:
    """PostgreSQL: write the tables with their indexes afresh."""
    quoted = engine.dialect.identifier_preparer.quote
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in sorted(set(tables)):
            connection.exec_driver_sql(f"VACUUM (FULL) {quoted(table)}")
