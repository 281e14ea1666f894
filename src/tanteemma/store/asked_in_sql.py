"""One SELECT that somebody wrote, over views that stay as they are: asked in a process of its own, with limits that hold."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
import pyarrow as pa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.engines.duck import names_in, one_select, readable
from tanteemma.store.engines.sandbox import Done, Failed, Task, Value
from tanteemma.store.engines.shared_views import JOINED, JOURNEYS, SCORES, VIEWS, needed
from tanteemma.store.snapshot import Snapshot
from tanteemma.store.tabled import journeys_table

_PROGRAM: Final = "tanteemma.store.engines.sandbox"
_LOOK_S: Final = 0.1
_JOINED: Final = pa.schema([pa.field("subject", pa.string()), pa.field("person", pa.binary())])
#: What the scores of a day say: see ``shared_views``.
SCORES_OF_DAYS: Final = pa.schema(
    [
        pa.field("day", pa.date32()),
        pa.field("metric", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("n", pa.int64()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("unit", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long it may take, how much memory it may need, how many rows are wanted at most (None: all)."""

    seconds: float
    memory_bytes: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A question with the values of its ``$names``, on the clocks of a time zone."""

    question: str
    values: Mapping[str, Value]
    zone: str


@dataclass(frozen=True, slots=True)
class Made:
    """What is laid beside the events: subjects that belong to another person than their own, and the scores of each day."""

    joined: Mapping[str, bytes]
    scores: Callable[[], pa.Table]


class Answer:
    """Read ``batches`` to their end; then ``done`` says how many rows there were and whether there were more."""

    def __init__(self, stream: pa.RecordBatchStreamReader, finish: Callable[[], Done]) -> None:
        self.schema: pa.Schema = stream.schema
        self.done = Done(0, more=False)
        self._stream = stream
        self._finish = finish

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Raises Problem SQL_INVALID, SQL_TOO_LARGE, QUESTION_TOO_SLOW."""
        try:
            yield from self._stream
        except (pa.ArrowException, OSError):  # the writer ended in the middle: why, it said itself
            self.done = self._finish()
            raise
        self.done = self._finish()


@contextmanager
def asked(
    snapshot: Snapshot,
    written: Written,
    limits: Limits,
    made: Made,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Answer]:
    """The answer as a stream; what is made is made only if it is needed, ``check`` raises when nobody waits any more.

    Raises Problem NOT_ONE_SELECT, SQL_INVALID, SQL_TOO_LARGE, QUESTION_TOO_SLOW.
    """
    one_select(readable(written.question), VIEWS)
    wanted = needed(names_in(written.question))
    tables: dict[str, Callable[[], pa.Table]] = {
        JOINED: lambda: _joined(made.joined),
        JOURNEYS: lambda: journeys_table(snapshot),
        SCORES: made.scores,
    }
    with ExitStack() as closing:
        numbers = {name: _kept(tables[name](), closing) for name in wanted}
        check()
        task = Task(
            question=written.question,
            values=dict(written.values),
            files=tuple(str(path) for path in snapshot.sound_files()),
            tables=numbers,
            zone=written.zone,
            most=limits.most,
            memory_bytes=limits.memory_bytes,
        )
        yield from _run(task, limits, closing, check)


def _run(task: Task, limits: Limits, closing: ExitStack, check: Callable[[], None]) -> Iterator[Answer]:
    command = [sys.executable, "-m", _PROGRAM]
    child = subprocess.Popen(  # noqa: S603 - a program of ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=tuple(task.tables.values())
    )
    watch = _Watch(child, limits.seconds, check)
    closing.callback(watch.close)
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("no pipes")
    try:
        child.stdin.write(msgspec.json.encode(task) + b"\n")
        child.stdin.flush()
        stream = pa.ipc.open_stream(child.stdout)
    except (pa.ArrowException, OSError):  # it ended before it wrote anything: why, it said itself
        watch.finish(limits)
        raise
    yield Answer(stream, lambda: watch.finish(limits))


class _Watch:
    """Stops the process when its time is over or nobody waits any more, and hears how it went."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float, check: Callable[[], None]) -> None:
        self._child = child
        self._end = time.monotonic() + seconds
        self._check = check
        self._over = threading.Event()
        self._why: BaseException | None = None
        self._said: list[bytes] = []
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._look, self._listen)]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        if self._child.stderr is not None:
            self._said += self._child.stderr.read().splitlines()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S) and self._child.poll() is None:
            try:
                self._check()
            except BaseException as nobody:  # noqa: BLE001 - raised again where the answer is read
                self._why = nobody
            if self._why is not None or time.monotonic() > self._end:
                self._why = self._why or Problem(ProblemCode.QUESTION_TOO_SLOW, status=503)
                self._child.kill()
                return

    def finish(self, limits: Limits) -> Done:
        """How it went. Raises Problem."""
        code = self._child.wait()
        for thread in self._threads:
            thread.join()
        if self._why is not None:
            raise self._why
        said = _last(self._said)
        if isinstance(said, Done):
            return said
        if said is not None and not said.is_too_large:
            raise Problem(ProblemCode.SQL_INVALID, status=422, said=said.reason)
        if said is None and code >= 0:
            raise RuntimeError(b"\n".join(self._said[-20:]).decode(errors="replace"))
        # said None: what it asked for could not even be refused in words
        raise Problem(ProblemCode.SQL_TOO_LARGE, status=422, limit=f"{limits.memory_bytes >> 20} MiB")

    def close(self) -> None:
        """Nobody reads any more."""
        self._over.set()
        if self._child.poll() is None:
            self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        self._child.wait()
        for thread in self._threads:
            thread.join()
        if self._child.stderr is not None:
            self._child.stderr.close()


def _last(said: list[bytes]) -> Done | Failed | None:
    for one in reversed(said):
        try:
            found: Done | Failed = msgspec.json.decode(one, type=Done | Failed)
        except msgspec.DecodeError:
            continue
        return found
    return None


def _kept(table: pa.Table, closing: ExitStack) -> int:
    """A table in a file that is nowhere but in memory; its number."""
    number = os.memfd_create("table")
    closing.callback(os.close, number)
    with os.fdopen(os.dup(number), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table, max_chunksize=65_536)
    return number


def _joined(people: Mapping[str, bytes]) -> pa.Table:
    return pa.table({"subject": list(people), "person": list(people.values())}, schema=_JOINED)
