"""``python -m tanteemma.ingest.sources.pulling.child``: one pull, in a process that may be stopped any time.

Its limits are kept by the system. The task comes as one line on the standard input, how it went is the last line on the
standard output. It ends when its standard input does, so also with whoever started it. dlt is told to tell nobody anything.
"""

import logging
import os
import resource
import sys
import threading
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tanteemma.ingest.sources.pulling.guard import Guard
from tanteemma.ingest.sources.pulling.plan import FilesPlan, RestPlan, SqlPlan, place_of
from tanteemma.ingest.sources.pulling.task import Failed, Fetched, Outcome, Task

_SAMPLE: Final = 200
_ROOM: Final = 1 << 20


def fetch(task: Task) -> Outcome:
    """Do it. Never raises: what goes wrong is the answer."""
    from tanteemma.ingest.sources.pulling import failing  # noqa: PLC0415 - loads dlt, after the limits are set

    guard: Guard | None = None
    try:
        guard = _guard(task)
        if isinstance(task.plan, FilesPlan):
            from tanteemma.ingest.sources.pulling.files import fetch_files  # noqa: PLC0415 - as above

            return fetch_files(task.plan, task)
        return _rows(task, guard)
    except BaseException as error:  # noqa: BLE001 - drivers are plug-ins: whatever they raise ends this pull, and is named
        return failing.failed(error, guard, place_of(task.plan))


def _guard(task: Task) -> Guard:
    plan = task.plan
    if isinstance(plan, SqlPlan):
        from tanteemma.ingest.sources.pulling.sql import host_of  # noqa: PLC0415 - loads dlt

        host = host_of(plan)
    else:
        host = urlsplit(plan.url).hostname or ""
    guard = Guard(host, task.networks)
    guard.install()
    return guard


def _rows(task: Task, guard: Guard) -> Fetched:
    from tanteemma.ingest.sources.pulling.writing import Writer  # noqa: PLC0415 - loads pyarrow

    plan = task.plan
    if isinstance(plan, SqlPlan):
        from tanteemma.ingest.sources.pulling import sql  # noqa: PLC0415 - loads dlt

        rows = sql.rows_of(plan, task, guard)
    else:
        from tanteemma.ingest.sources.pulling import rest  # noqa: PLC0415 - loads dlt

        assert isinstance(plan, RestPlan)  # noqa: S101 - the third kind has no rows of its own
        rows = rest.rows_of(plan, task)
    is_sql = isinstance(plan, SqlPlan)
    with Path(task.out).open("wb") as out:
        writer = Writer(out, plan.cursor, task.state, task.limits)
        written = writer.write(rows, pauses=is_sql and bool(plan.cursor), most=_SAMPLE if task.sample else None)
        out.flush()
        os.fsync(out.fileno())
    return Fetched(rows=written.rows, state=written.state, columns=written.columns, complete=is_sql)


def _limit(task: Task) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (task.limits.memory_bytes, task.limits.memory_bytes))
    most = task.limits.bytes + _ROOM
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    seconds = int(task.limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    os.nice(5)


def _end_with_whoever_asked() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> int:
    """One task."""
    logging.disable(logging.CRITICAL)  # what the libraries log may hold what a customer wrote
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    _limit(task)
    said = fetch(task)
    answer = sys.__stdout__
    if answer is None:
        return 1
    try:
        answer.buffer.write(b"\n" + msgspec.json.encode(said) + b"\n")
    except UnicodeEncodeError:
        answer.buffer.write(b"\n" + msgspec.json.encode(Failed(code="pull_reply")) + b"\n")
    answer.flush()
    return 0


if __name__ == "__main__":
    code = main()
    os._exit(code)
