"""The same kernels on Spark: one task per bucket over the same index files; what is touched stays with the driver.

The data folder must be readable by every executor under the same path. No second implementation of any analysis exists: a task
opens its bucket, runs the kernel's ``partial`` and sends it back; merging and answering happen here as on one machine.
Facts (money, scores, properties) are read by the tasks too; so that their words have one numbering everywhere, a first round of
tasks tells which words there are.
"""

import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.model.arrays import Fact, FactColumn, Form, JourneyArrays, Kernel, Mask, Selection, Touchpoints, facts_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.beside import Known, beside_of, columns_beside
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.facts import Facts
from tanteemma.store.index.generation import Generation
from tanteemma.store.index.parts import Cut, Keys, Part, cut
from tanteemma.store.lakefiles import FileReader
from tanteemma.store.snapshot import Snapshot, nothing

Q = TypeVar("Q")
P = TypeVar("P")
A = TypeVar("A")

_TASK: Final = pa.schema([("bucket", pa.int32()), ("people_before", pa.int64()), ("mask", pa.binary())])
_ROW: Final = "bucket int, people_before bigint, mask binary"
_RESULT: Final = "partial binary"
Words = dict[Fact, tuple[str, ...]]


class Work(msgspec.Struct, frozen=True):
    """What every task needs to know besides its bucket."""

    generation: str
    lake: str
    facts: str
    order: str
    cut: Cut


@contextmanager
def spark_session(master: str) -> Iterator[Any]:
    """A session with this master, ended with the block. Raises Problem SPARK_MISSING, JAVA_MISSING, SPARK_AWAY."""
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - as above
    except ImportError as error:
        raise Problem(ProblemCode.SPARK_MISSING, status=422) from error
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise Problem(ProblemCode.JAVA_MISSING, status=422)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("emma")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        raise Problem(ProblemCode.SPARK_AWAY, status=503, value=master, said=str(error)) from error
    except Exception as error:  # py4j hands on whatever Java threw
        if type(error).__module__.partition(".")[0] != "py4j":
            raise
        raise Problem(ProblemCode.SPARK_AWAY, status=503, value=master, said=str(error)) from error
    try:
        yield session
    finally:
        session.stop()


_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


class OnSpark:
    """A snapshot whose kernels run on the executors of a Spark session; it answers as the snapshot does, to the last digit."""

    def __init__(self, session: Any, snapshot: Snapshot) -> None:  # noqa: ANN401 - a SparkSession; pyspark is an extra
        self._session = session
        self._snapshot = snapshot

    def touchpoints(self) -> Touchpoints:
        """How kinds read in this snapshot."""
        return self._snapshot.touchpoints()

    def ask(self, kernel: Kernel[Q, P, A], question: Q, *, journey: JourneyDefinition) -> A:
        """The kernel's answer."""
        view, touchpoints = self._snapshot.view, self.touchpoints()
        whole = JourneyDefinition(journey.name, "case" if journey.by == "case" else "person", journey.key)
        parts = self._snapshot.parts(whole)
        buckets = len(view.generation.manifest.buckets)
        facts, known_beside = beside_of(self._snapshot.beside, self._snapshot, facts_of(kernel, question))
        folder = view.generation.folder
        work = Work(str(folder), str(view.reader.lake), str(view.facts.folder), journey.order, journey.cut)
        rows = self._rows(parts)
        if any(fact.form is Form.WORD for fact in facts):
            for told in self._run(rows, lambda bucket, *_: pickle.dumps(words_of(work, facts, bucket))):
                for fact, words in told:
                    view.facts.learn(fact, words)
        here = [_with_beside(self._touched(part, whole, journey.cut, facts), known_beside) for part in parts[buckets:]]
        known = {fact: view.facts.words(fact) for fact in facts if fact.form is Form.WORD}
        ship = pickle.dumps((work, kernel, question, touchpoints, facts, known, known_beside))
        partials: list[P] = list(self._run(rows, lambda *row: partial_of(ship, *row)))
        partials += [
            kernel.partial(part.arrays, Selection(None, part.counts), touchpoints, question)
            for part in (here if partials or here else [nothing()])
        ]
        return kernel.answer(reduce(kernel.merge, partials), touchpoints, question)

    def _rows(self, whole: Sequence[Part]) -> list[tuple[int, int, bytes | None]]:
        """A task for each bucket: its number, how many people come before it, which of its lives or cases count."""
        rows, before = [], 0
        for place, bucket in enumerate(self._snapshot.view.generation.manifest.buckets):
            counts = whole[place].counts
            rows.append((place, before, None if counts is None else np.packbits(counts).tobytes()))
            before += bucket.people
        return rows

    def _touched(self, part: Part, whole: JourneyDefinition, where: Cut, facts: Sequence[Fact]) -> Part:
        """What is touched, cut into the journeys asked for, with its facts."""
        view, number = self._snapshot.view, part.arrays.part
        part = cut(part, self.touchpoints(), where)
        told = {fact: view.told(whole, number, fact) for fact in facts}
        columns = {
            fact: view.facts.joined(fact, values if part.rows is None else values[part.rows]) for fact, values in told.items()
        }
        return replace(part, arrays=replace(part.arrays, part=number, facts=columns))

    def _run(self, rows: Sequence[tuple[int, int, bytes | None]], task: Callable[..., bytes]) -> Iterator[Any]:
        """What each task gives for its row, unpacked."""
        if not rows:
            return

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                columns = (batch.column(name).to_pylist() for name in _TASK.names)
                done = [task(*row) for row in zip(*columns, strict=True)]
                yield pa.record_batch({"partial": pa.array(done, pa.binary())})

        table = self._session.createDataFrame(rows, _ROW).repartition(len(rows), "bucket")
        for row in table.mapInArrow(run, _RESULT).collect():
            yield pickle.loads(row.partial)  # noqa: S301 - made by our own tasks


def _with_beside(part: Part, known: Known) -> Part:
    columns = {**part.arrays.facts, **columns_beside(known, part.arrays.people)}
    return replace(part, arrays=replace(part.arrays, facts=columns))


def partial_of(ship: bytes, bucket: int, people_before: int, mask: bytes | None) -> bytes:
    """One task: open the bucket, run the kernel, pack its partial."""
    unpacked: tuple[Work, Any, Any, Touchpoints, tuple[Fact, ...], Words, Known] = pickle.loads(ship)  # noqa: S301 - made by our own driver
    work, kernel, question, touchpoints, facts, words, known = unpacked
    generation = Generation(Path(work.generation))
    files = generation.manifest.buckets[bucket]
    arrays = generation.settled(files, work.order, people_before)
    counts: Mask | None = None
    if mask is not None:
        counts = np.unpackbits(np.frombuffer(mask, np.uint8), count=len(arrays.high)).astype(np.bool_)
    part = Part(JourneyArrays(arrays.kinds, arrays.times, arrays.offsets, arrays.people), counts, Keys(arrays.high, arrays.low))
    part = cut(part, touchpoints, work.cut)
    beside = columns_beside(known, part.arrays.people)
    told = _facts_of(work)
    for fact, met in words.items():
        told.learn(fact, met)
    columns = {fact: _column(told, work, files.lake_file, part, fact) for fact in facts} | beside
    numbered = replace(part.arrays, part=bucket, facts=columns)
    return pickle.dumps(kernel.partial(numbered, Selection(None, part.counts), touchpoints, question))


def words_of(work: Work, facts: Sequence[Fact], bucket: int) -> list[tuple[Fact, tuple[str, ...]]]:
    """One task: the words of the facts in a bucket."""
    told, file = _facts_of(work), Generation(Path(work.generation)).manifest.buckets[bucket].lake_file
    wanted = [fact for fact in facts if fact.form is Form.WORD]
    for fact in wanted:
        told.column(file, fact)
    return [(fact, told.words(fact)) for fact in wanted]


def _facts_of(work: Work) -> Facts:
    return Facts(FileReader(Path(work.lake)), Path(work.facts), write=False)


def _column(told: Facts, work: Work, file: str, part: Part, fact: Fact) -> FactColumn:
    values = told.column(file, fact, work.order)
    return told.joined(fact, values if part.rows is None else values[part.rows])
