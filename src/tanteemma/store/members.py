"""The people behind a selection, one row each: whom their first event names, since when they are known, how much they did."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.store.beside import by_journey
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.snapshot import Snapshot

_ROWS: Final = 50_000
_TIME: Final = pa.timestamp("us", tz="UTC")


def member_rows(snapshot: Snapshot, chosen: npt.NDArray[np.bool_]) -> Iterator[pa.Table]:
    """Tables with ``id``, ``subject``, ``first_contact``, ``last_contact``, ``events``; ``chosen``: by number of person."""
    for part in snapshot.people():
        here = by_journey(chosen, part.arrays.people)
        lives = np.flatnonzero(here if part.counts is None else here & part.counts)
        for start in range(0, len(lives), _ROWS):
            some = lives[start : start + _ROWS]
            first, end = part.arrays.offsets[some], part.arrays.offsets[some + 1]
            high, low = part.keys.take(some)
            table = snapshot.read_events(WHOLE_LIFE, part.arrays.part, first, ["subject"])
            yield pa.table(
                {
                    "id": [f"{one:016x}{other:016x}" for one, other in zip(high.tolist(), low.tolist(), strict=True)],
                    "subject": table["subject"],
                    "first_contact": pa.array(part.arrays.times[first], pa.int64()).cast(_TIME),
                    "last_contact": pa.array(part.arrays.times[end - 1], pa.int64()).cast(_TIME),
                    "events": pa.array(end - first, pa.int64()),
                }
            )
