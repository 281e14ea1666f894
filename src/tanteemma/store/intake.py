"""What a flush is and what became of it: settled against every id ever taken in, counted, and nothing twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.model.events import BadItem
from tanteemma.model.problems import ProblemCode
from tanteemma.store.hashing import Words
from tanteemma.store.index.build import starts_of
from tanteemma.store.index.rows import fixed_words
from tanteemma.store.operational.records import BadRow, Counts
from tanteemma.store.runs import IdRuns, Ids
from tanteemma.store.schema import EVENT
from tanteemma.store.sorting import Longs, by_key

JOURNAL: Final = "journal"
SAMPLE: Final = "sample"
#: told of new rows in the order of lake versions (rows, version, app, its position); must return at once
Follower = Callable[[pa.Table, int, str, int], None]


@dataclass(frozen=True, slots=True)
class Flush:
    """Positions up to ``position`` of ``app`` (``journal``, ``import:<n>``, ``sample``) from one source.

    ``table``: rows in schema EVENT; ``bad``: what could not be read. ``received`` = rows + bad + duplicates + rejected.
    """

    app: str
    position: int
    source: str
    table: pa.Table
    bad: Sequence[BadItem]
    received: int
    duplicates: int = 0
    rejected: int = 0
    first_position: int | None = None

    @property
    def first(self) -> int:
        """The first of the positions it stands for."""
        return self.position if self.first_position is None else self.first_position

    @property
    def origin(self) -> str:
        """``live``, ``file:<n>`` or ``sample``: where its rows came from, for ever."""
        if self.app == JOURNAL:
            return "live"
        return f"file:{self.app.removeprefix('import:')}" if self.app.startswith("import:") else self.app


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of what was received: received = accepted + duplicate + quarantined + rejected.

    ``again`` is True if the position had been committed before (a replay after a crash): then nothing was done now.
    """

    counts: Counts
    lake_version: int
    conflicts: tuple[BadItem, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Rows that are new, with their ids; rows that conflict with what an id already stands for; counts per flush."""

    new: pa.Table
    ids: Ids
    counts: Mapping[str, Counts]
    conflicts: Mapping[str, tuple[BadItem, ...]] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        """Counts of all flushes together."""
        return sum(self.counts.values(), Counts())


_NEW, _DUPLICATE, _CONFLICT = 0, 1, 2


def settle(flushes: Sequence[Flush], runs: IdRuns) -> Settled:
    """Decide for each row: new, a duplicate (same id, same content) or a conflict (same id, other content)."""
    tables = [flush.table if flush.table.schema == EVENT else flush.table.cast(EVENT) for flush in flushes]
    table = tables[0] if len(tables) == 1 else pa.concat_tables(tables).combine_chunks()
    high, low = fixed_words(table["event_id"])
    content = table["content"].combine_chunks().to_numpy(zero_copy_only=False)
    order = by_key(high, low)
    fate = _fates(high, low, content, order, runs)
    counts: dict[str, Counts] = {}
    conflicts: dict[str, tuple[BadItem, ...]] = {}
    at = 0
    for flush in flushes:
        own = fate[at : at + flush.table.num_rows]
        clash = np.flatnonzero(own == _CONFLICT)
        conflicts[flush.source] = tuple(_conflict(flush, int(row), place) for place, row in enumerate(clash))
        counts[flush.source] = Counts(
            received=flush.received,
            accepted=int((own == _NEW).sum()),
            duplicate=flush.duplicates + int((own == _DUPLICATE).sum()),
            quarantined=len(flush.bad) + len(clash),
            rejected=flush.rejected,
        )
        at += flush.table.num_rows
    fresh = fate == _NEW
    new = table if fresh.all() else table.filter(pa.array(fresh))
    ids = order[fresh[order]]
    return Settled(new, Ids(high[ids], low[ids], content[ids]), counts, conflicts)


def _fates(high: Words, low: Words, content: Longs, order: Longs, runs: IdRuns) -> npt.NDArray[np.int8]:
    """What becomes of each row; ``order`` sorts the ids."""
    fate = np.zeros(len(high), np.int8)
    if not len(high):
        return fate
    high, low = high[order], low[order]
    starts = starts_of(high, low)
    first = order[np.repeat(starts, np.diff(np.append(starts, len(order))))]
    same = content[order] == content[first]
    own = np.where(first != order, np.where(same, _DUPLICATE, _CONFLICT), _NEW)
    known, before = runs.contents(high, low)  # sorted ids are searched several times quicker
    own[known] = np.where(before[known] == content[order][known], _DUPLICATE, _CONFLICT)
    fate[order] = own
    return fate


def _conflict(flush: Flush, row: int, place: int) -> BadItem:
    """The conflicting row as it would have been stored. A file's row keeps its number; live ones count on after the bad."""
    cells = {name: value for name, value in flush.table.slice(row, 1).to_pylist()[0].items() if value is not None}
    event_id = cells.pop("event_id").hex()
    raw = msgspec.json.encode(cells, enc_hook=str)
    index = len(flush.bad) + place if flush.app == JOURNAL else int(cells["ordinal"])
    return BadItem(index, ProblemCode.MESSAGE_ID_CONFLICT.value, "message_id", raw, {"event_id": event_id})


def bad_rows(flush: Flush, conflicts: Sequence[BadItem], now: datetime) -> list[BadRow]:
    """What of a flush goes into quarantine."""
    return [
        BadRow(flush.source, flush.origin, flush.position, item.index, item.code, item.field, item.raw, item.params, now)
        for item in (*flush.bad, *conflicts)
    ]
