"""The same kernels on Spark: one task per bucket over the same index files; what is touched stays with the driver.

The data folder must be readable by every executor under the same path. No second implementation of any analysis exists: a task
opens its bucket, runs the kernel's ``partial`` and sends it back; merging and answering happen here as on one machine.
"""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.model.arrays import JourneyArrays, Kernel, Mask, Selection, Touchpoints
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.generation import Generation
from tanteemma.store.index.parts import Cut, Keys, Part, cut
from tanteemma.store.snapshot import Snapshot

Q = TypeVar("Q")
P = TypeVar("P")
A = TypeVar("A")

_TASK: Final = pa.schema([("bucket", pa.int32()), ("people_before", pa.int64()), ("mask", pa.binary())])
_RESULT: Final = "partial binary"


class Work(msgspec.Struct, frozen=True):
    """What every task needs to know besides its bucket."""

    generation: str
    order: str
    cut: Cut


def ask_on_spark(session: Any, snapshot: Snapshot, kernel: Kernel[Q, P, A], question: Q, journey: JourneyDefinition) -> A:  # noqa: ANN401 - a SparkSession; pyspark is an extra
    """Answer one question with a Spark session's executors; equal to ``snapshot.ask`` to the last digit."""
    view, touchpoints = snapshot.view, snapshot.touchpoints()
    parts = view.parts(journey)
    work = Work(str(view.generation.folder), journey.order, journey.cut)
    rows, before = [], 0
    whole = view.parts(JourneyDefinition("", journey.by if journey.by == "case" else "person", journey.key))
    for place, bucket in enumerate(view.generation.manifest.buckets):
        counts = whole[place].counts
        rows.append((place, before, None if counts is None else np.packbits(counts).tobytes()))
        before += bucket.people
    ship = pickle.dumps((work, kernel, question, touchpoints))

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            done = [
                partial_of(ship, *row) for row in zip(*(batch.column(name).to_pylist() for name in _TASK.names), strict=True)
            ]
            yield pa.record_batch({"partial": pa.array(done, pa.binary())})

    table = session.createDataFrame(rows, "bucket int, people_before bigint, mask binary").repartition(len(rows), "bucket")
    partials: list[P] = [pickle.loads(row.partial) for row in table.mapInArrow(run, _RESULT).collect()]  # noqa: S301 - made by our own tasks
    partials += [
        kernel.partial(part.arrays, Selection(None, part.counts), touchpoints, question) for part in parts[len(rows) :]
    ]
    return kernel.answer(reduce(kernel.merge, partials), touchpoints, question)


def partial_of(ship: bytes, bucket: int, people_before: int, mask: bytes | None) -> bytes:
    """One task: open the bucket, run the kernel, pack its partial."""
    work, kernel, question, touchpoints = _unpacked(ship)
    generation = Generation(Path(work.generation))
    arrays = generation.settled(generation.manifest.buckets[bucket], work.order, people_before)
    counts: Mask | None = None
    if mask is not None:
        counts = np.unpackbits(np.frombuffer(mask, np.uint8), count=len(arrays.high)).astype(np.bool_)
    part = Part(JourneyArrays(arrays.kinds, arrays.times, arrays.offsets, arrays.people), counts, Keys(arrays.high, arrays.low))
    part = cut(part, touchpoints, work.cut)
    numbered = replace(part.arrays, part=bucket)
    return pickle.dumps(kernel.partial(numbered, Selection(None, part.counts), touchpoints, question))


def _unpacked(ship: bytes) -> tuple[Work, Any, Any, Touchpoints]:
    unpacked: tuple[Work, Any, Any, Touchpoints] = pickle.loads(ship)  # noqa: S301 - made by our own driver
    return unpacked
