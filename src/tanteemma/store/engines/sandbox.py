"""``python -m tanteemma.store.engines.sandbox``: one SELECT that somebody wrote, in a process that may be stopped any time.

Its limits are kept by the system, not by the engine: DuckDB cannot be interrupted within one long function, and its own limit
of memory does not count every list it makes. The task comes as one line on the standard input, the answer goes to the standard
output as an Arrow stream, and how it went is the last line on the standard error. The process ends when its standard input
does, so also with whoever started it.
"""

import os
import resource
import sys
import threading
from collections.abc import Iterator
from typing import IO, Final

import duckdb
import msgspec
import pyarrow as pa

from tanteemma.store.engines.duck import in_one_line, locked
from tanteemma.store.engines.shared_views import shared_views

Value = str | int | float | bool | None
#: What the libraries themselves take before the first row is read.
_OWN_BYTES: Final = 700 << 20
_BATCH_ROWS: Final = 10_000
_BATCH_BYTES: Final = 32 << 20
_LETTERS_OF_REASON: Final = 600


class Task(msgspec.Struct, frozen=True):
    """What to do. ``files``: of the lake; ``tables``: name -> open file with an Arrow stream; ``most``: rows at most."""

    question: str
    values: dict[str, Value]
    files: tuple[str, ...]
    tables: dict[str, int]
    zone: str
    most: int | None
    memory_bytes: int
    threads: int = 2


class Done(msgspec.Struct, frozen=True, tag=True):
    """It was written: all of it, or (``more``) its first rows."""

    rows: int
    more: bool


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It was not. ``is_too_large``: it asked for more memory than it may have."""

    reason: str
    is_too_large: bool = False


def answer(task: Task, out: IO[bytes]) -> Done:
    """Ask and write. Raises duckdb.Error, MemoryError."""
    tables = {name: _table(number) for name, number in task.tables.items()}

    def prepare(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"SET memory_limit = '{task.memory_bytes >> 20}MiB'")
        connection.execute("SET temp_directory = ''")
        connection.execute(f"SET TimeZone = '{task.zone}'")
        for name, table in tables.items():
            connection.register(name, table)
        for view in shared_views(tables, task.zone):
            connection.execute(view)

    rows, more = 0, False
    with locked(task.files, task.threads, prepare) as connection:
        found = connection.sql(task.question, params=dict(task.values)).to_arrow_reader(_BATCH_ROWS)
        with pa.ipc.new_stream(out, found.schema) as stream:
            for batch in _small(found):
                room = batch.num_rows if task.most is None else task.most - rows
                more = batch.num_rows > room
                stream.write_batch(batch.slice(0, room))
                rows += min(room, batch.num_rows)
                if more:
                    break
    return Done(rows, more)


def _small(batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Batches of which whoever reads can hold one. Raises MemoryError for a single row that is too large."""
    for whole in batches:
        waiting = [whole]
        while waiting:
            batch = waiting.pop()
            if batch.get_total_buffer_size() <= _BATCH_BYTES or batch.nbytes <= _BATCH_BYTES:
                yield batch
                continue
            half = batch.num_rows // 2
            if not half:
                raise MemoryError
            waiting += [batch.slice(half), batch.slice(0, half)]


def _table(number: int) -> pa.Table:
    with os.fdopen(number, "rb") as file:
        file.seek(0)
        return pa.ipc.open_stream(file).read_all()


def main() -> int:
    """One task."""
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    most = task.memory_bytes + _OWN_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    said: Done | Failed
    try:
        said = answer(task, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except (duckdb.OutOfMemoryException, MemoryError):  # pyarrow's is a MemoryError too
        said = Failed("", is_too_large=True)
    except (duckdb.Error, pa.ArrowException) as error:
        said = Failed(in_one_line(str(error))[:_LETTERS_OF_REASON])
    except BrokenPipeError:  # nobody reads any more
        return 1
    sys.stderr.buffer.write(b"\n" + msgspec.json.encode(said) + b"\n")
    sys.stderr.flush()
    return 0


def _end_with_whoever_asked() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    code = main()
    os._exit(code)
