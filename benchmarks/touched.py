"""What do people cost that events came for since the last compaction? A question before, right after, and once more.

python -m benchmarks.touched [--people 1000000] [--rounds 3]
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.alone import measured_alone
from benchmarks.segments import made_flush
from benchmarks.table import Row, Section
from benchmarks.timing import Spread
from tanteemma.journeys.ask import ask_graph
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE

EXTRA_S: Final = 0.05
_CHUNK: Final = 500_000
_EACH: Final = 3
#: events that came, one after the other without a compaction: about so many people are touched more each time
_CAME: Final = (1_000, 10_000, 50_000)
_NOTE: Final = (
    "The graph of everybody's whole life, three events each, in a data folder on disk, two threads. Then live events arrive, "
    "each for somebody at random, without a compaction. *First*: right after they were stored; *again*: once more. "
    "The limit, for the first too, is the time before × (1 + the touched people's share) + 50 ms."
)


def section(people: int, rounds: int) -> Section:
    """Seconds of the graph by how many people are touched."""
    with tempfile.TemporaryDirectory() as folder, Store.open(DataFolder.create(Path(folder)), write=True, now=_now) as store:
        position = 0
        for position in range(-(-people * _EACH // _CHUNK)):
            store.commit(made_flush(position, people, min(_CHUNK, people * _EACH)))
        store.compact()
        _asked(store)
        before = Spread.of([_asked(store) for _ in range(rounds + 2)])
        rows = [Row(f"nobody touched, {people:,} people", before.said("ms", scale=1e3))]
        came = 0
        for more in _CAME:
            position, came = position + 1, came + more
            store.commit(made_flush(position, people, more))
            first = _asked(store)
            again = Spread.of([_asked(store) for _ in range(rounds + 2)])
            limit = before.middle * (1 + came / people) + EXTRA_S
            said = f"first {first * 1e3:,.0f} ms, again {again.said('ms', scale=1e3)}"
            rows.append(Row(f"{came:,} touched", said, "", f"≤ {limit * 1e3:,.0f} ms", first <= limit))
    return Section("People touched since the last compaction", tuple(rows), _NOTE)


def _asked(store: Store) -> float:
    began = time.perf_counter()
    with store.snapshot() as snapshot:
        ask_graph(snapshot, WHOLE_LIFE)
    return time.perf_counter() - began


def _now() -> datetime:
    return datetime(2024, 11, 15, tzinfo=UTC)


if __name__ == "__main__":
    measured_alone(section, __doc__)
