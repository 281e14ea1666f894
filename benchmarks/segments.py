"""How long does a segment of a million people take to count, and what does keeping a hundred of them cost for each event?

python -m benchmarks.segments [--people 1000000] [--rounds 3]
"""

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from benchmarks.alone import measured_alone
from benchmarks.table import Row, Section, at_most
from benchmarks.timing import Spread, in_turns
from tanteemma.serve.worker.keeping_segments import Keeper
from tanteemma.serve.worker.segmented import Known, Segmented
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.intake import Flush
from tanteemma.store.operational import segments
from tanteemma.store.operational.segments import NewSegment
from tanteemma.store.schema import EVENT

COUNT_S: Final = 3.0
KEEP_US: Final = 50.0
LIVE: Final = 100
_FLUSH: Final = 5_000
_CHUNK: Final = 500_000
_EACH: Final = 3
_START_US: Final = 1_700_000_000_000_000
_YEAR_US: Final = 365 * 86_400 * 1_000_000
_NAMES: Final = [f"touchpoint {number:02}" for number in range(20)]
_CONDITIONS: Final = (
    "passes 'touchpoint 01'",
    "count 'touchpoint 02' >= 2 last 90d",
    "since 'touchpoint 03' > 180d",
    "sum of value >= 100 at 'touchpoint 04'",
    "passes 'touchpoint 05' before 'touchpoint 06' and not passes 'touchpoint 07'",
)
_NOTE: Final = (
    "Everybody's whole life, three events each, in a data folder on disk; two threads. *Keeping*: live events arrive, five "
    "thousand in a flush, and everybody they touch is looked at again in every segment, changes written down."
)


def made_flush(position: int, people: int, events: int) -> Flush:
    """So many events of so many people, as live events arrive; the same position gives the same events."""
    dice = np.random.default_rng(position)
    at = dice.integers(0, _YEAR_US, events) + _START_US
    numbers = np.arange(events, dtype=">u8") + position * _CHUNK * 10 + 1
    ids = np.stack([dice.integers(0, 1 << 63, events).astype(">u8"), numbers], axis=1)
    columns = {
        "event_id": pa.array([row.tobytes() for row in ids], pa.binary()),
        "content": pa.array(numbers.astype(np.int64)),
        "source": pa.repeat("shop", events),
        "type": pa.repeat("track", events),
        "name": pa.array(np.array(_NAMES)[dice.integers(0, len(_NAMES), events)]),
        "occurred_at": pa.array(at).cast(EVENT.field("occurred_at").type),
        "received_at": pa.array(at).cast(EVENT.field("received_at").type),
        "ordinal": pa.array(np.arange(events)),
        "subject": pa.array([f"user:{number}" for number in dice.integers(0, people, events)]),
        "value": pa.array(dice.integers(1, 200, events)).cast(pa.decimal128(28, 6)),
        "origin": pa.repeat("live", events),
    }
    none = {field.name: pa.nulls(events, field.type) for field in EVENT}
    arrays = [(none | columns)[field.name].cast(field.type) for field in EVENT]
    return Flush("journal", position, "shop", pa.table(arrays, schema=EVENT), [], events)


def section(people: int, rounds: int) -> Section:
    """Seconds to count, microseconds to keep."""
    with tempfile.TemporaryDirectory() as folder, Store.open(DataFolder.create(Path(folder)), write=True, now=_now) as store:
        segmented = Segmented(store.operational, store.now, "UTC")
        store.beside = segmented
        position = 0
        for position in range(-(-people * _EACH // _CHUNK)):
            store.commit(made_flush(position, people, min(_CHUNK, people * _EACH)))
        store.compact()
        rows = list(_counted(store, segmented, people, rounds))
        rows.append(_kept(store, segmented, position + 1, people, rounds))
    return Section("Segments of customers", tuple(rows), _NOTE)


def _counted(store: Store, segmented: Segmented, people: int, rounds: int) -> Sequence[Row]:
    with store.operational.begin() as tx:
        for number, condition in enumerate(_CONDITIONS):
            segments.define(tx, NewSegment(f"segment {number}", condition))
    known = segmented.catalogue().segments
    with store.snapshot() as snapshot:

        def count(one: Known) -> None:
            segmented.numbers(snapshot, one)

        for one in known.values():
            count(one)
        taken = in_turns({one.stored.condition: lambda one=one: count(one) for one in known.values()}, rounds)  # type: ignore[misc]  # each its own
    rows = []
    for condition, seconds in taken.items():
        found = Spread.of(seconds)
        goal, reached = at_most(COUNT_S, found.middle, "s")
        rows.append(Row(f"count `{condition}`, {people:,} people", found.said("s", 2), "", goal, reached))
    return rows


def _kept(store: Store, segmented: Segmented, position: int, people: int, rounds: int) -> Row:
    with store.operational.begin() as tx:
        for number in range(len(_CONDITIONS), LIVE):
            said = _CONDITIONS[number % len(_CONDITIONS)].replace("2 ", f"{1 + number % 4} ").replace("100", f"{number}")
            segments.define(tx, NewSegment(f"segment {number}", said))
    keeper = Keeper(store, segmented)
    keeper.keep()
    taken = []
    for place in range(max(rounds, 3)):
        store.commit(made_flush(position + place, people, _FLUSH))
        began = time.thread_time()
        keeper.keep()
        taken.append((time.thread_time() - began) / _FLUSH * 1e6)
    found = Spread.of(taken)
    goal, reached = at_most(KEEP_US, found.middle, "µs")
    return Row(f"keep {LIVE} segments, for each event", found.said("µs", 1), "", goal, reached)


def _now() -> datetime:
    return datetime(2024, 11, 15, tzinfo=UTC)


if __name__ == "__main__":
    measured_alone(section, __doc__)
