"""The loops behind the journey graph: one walk over the events that counts edges and keeps the bins of their gaps.

An edge gets a slot when it first occurs, so that nothing but a table of slots grows with the square of the touchpoints, and
that only up to ``DENSE`` of them; beyond it the slots stand in a hash table. The bins of an edge are appended to blocks of its
own: two bytes for each pair of neighbours, whatever the number of touchpoints.

How it is written was measured (2026-11, ns per event): places unsigned, "once per journey" counted without a branch and arrays
passed one by one 5; rows as views 67; arrays passed to a loop as a tuple 60 (each call counts references).
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BIN_OF_ONE, BIN_SHIFT, BINS, BLOCK
from tanteemma.model.arrays import DROPPED

#: Up to this many touchpoints the slots of all pairs stand in one table (4 MB at most).
DENSE: Final = 1024
#: Columns of the nodes. Events are not counted: each one is the source of an edge or an end.
N_SEEN, N_STARTS, N_ENDS = range(3)
#: Columns of the edges: where its next bin goes, and its code, which is source * touchpoints + target.
E_NEXT, E_SEEN, E_GAPS, E_CODE = range(4)
#: A row is four words. The first ``SEEN_BITS`` of a word "seen" count journeys, the rest is the last journey that was counted.
COLUMNS: Final = 4
SEEN_BITS: Final = 32
_ONE: Final = np.uint64(1)
_ROW: Final = np.uint64(COLUMNS)
_LAST: Final = np.uint64((1 << SEEN_BITS) - 1)
_SEEN: Final = np.uint64(SEEN_BITS)
_BLOCK: Final = np.uint64(BLOCK)
_BLOCK_WORDS: Final = np.uint64(BLOCK // 4)
_IN_BLOCK: Final = np.uint64(BLOCK - 1)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_SPREAD_SHIFT: Final = np.uint64(29)

Bins = npt.NDArray[np.uint16]
Slots = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


class Tables(NamedTuple):
    """Where a walk counts: flat ``nodes`` and ``edges``, and the slot of an edge by its place, -1 if none.

    Without ``keys`` the place is the edge's code; with them it is a place in a hash table that holds the codes, -1 if none.
    ``blocks``: room for the bins, ``owners``: the slot of each block.
    """

    touchpoints: int
    slot_at: Slots
    keys: Codes
    nodes: Words
    edges: Words
    blocks: Bins
    owners: Slots


class Walked(NamedTuple):
    """What a walk over one bucket came to: ``found`` edges in ``used`` blocks.

    More edges than there is room for means that the walk broke off and needs larger tables. ``span``: all durations together,
    at least as large as any sum of gaps; those are right only while it is less than 2^62.
    """

    journeys: int
    found: int
    used: int
    span: float


@compiled
def gap_bin(gap: np.int64) -> np.int64:
    """The bin of a gap of so many microseconds: 0 for none, else the top bits of its float64."""
    return max(np.int64(0), (np.float64(gap).view(np.int64) >> BIN_SHIFT) - (BIN_OF_ONE - 1))


@compiled
def place_of(code: np.uint64, keys: Codes) -> np.uint64:
    """Where the slot of an edge stands: at its code or, if there is a hash table, where that holds or may take it."""
    if len(keys) == 0:
        return code
    last = np.uint64(len(keys) - 1)
    place = (code + _ONE) * _SPREAD
    place = (place ^ (place >> _SPREAD_SHIFT)) & last
    while keys[place] >= 0 and keys[place] != np.int64(code):
        place = (place + _ONE) & last
    return place


@compiled
def seen_by(word: np.uint64, journey: np.uint64) -> np.uint64:
    """A word "seen" after this journey, counted once."""
    return ((word + (np.uint64((word & _LAST) != journey) << _SEEN)) & ~_LAST) | journey


@compiled
def count_edge(edges: Words, row: np.uint64, journey: np.uint64, gap: np.uint64) -> np.uint64:
    """Count one pair of neighbours, its journey once, and its gap; where the bin of the gap goes."""
    free: np.uint64 = edges[row]
    edges[row] = free + _ONE
    edges[row + np.uint64(E_SEEN)] = seen_by(edges[row + np.uint64(E_SEEN)], journey)
    edges[row + np.uint64(E_GAPS)] += gap
    return free


@compiled
def give_slot(slot_at: Slots, keys: Codes, place: np.uint64, code: np.uint64, slot: np.int64) -> None:
    """Keep the slot of an edge at its place."""
    slot_at[place] = slot
    if len(keys):
        keys[place] = np.int64(code)


@compiled
def open_edge(edges: Words, slot: np.int64, code: np.uint64, block: np.uint64) -> None:
    """Begin the row of an edge with its first block."""
    edges[np.uint64(slot) * _ROW] = block * _BLOCK
    edges[np.uint64(slot) * _ROW + np.uint64(E_CODE)] = code


@compiled
def walk(bucket: Bucket, tables: Tables) -> Walked:
    """Every event of the bucket in order: what each touchpoint and each edge comes to."""
    kinds, times, offsets, touchpoint_of, shown, chosen = bucket
    touchpoints, slot_at, keys, nodes, edges, blocks, owners = tables
    masked, choosy, wide, room = len(shown) > 0, len(chosen) > 0, np.uint64(touchpoints), len(edges) // COLUMNS
    journeys, found, span, used = 0, 0, 0.0, np.uint64(0)
    for journey in range(len(offsets) - 1):
        if choosy and not chosen[journey]:
            continue
        first, before, before_time, this = True, np.uint64(0), np.int64(0), np.uint64(journey + 1)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not shown[event]):
                continue
            here, time = np.uint64(number), times[event]
            nodes[here * _ROW] = seen_by(nodes[here * _ROW], this)
            if first:
                nodes[here * _ROW + np.uint64(N_STARTS)] += _ONE
            else:
                code = before * wide + here
                place = place_of(code, keys)
                slot = np.int64(slot_at[place])
                if slot < 0:
                    if found == room:
                        return Walked(0, room + 1, int(used), 0.0)
                    slot, owners[used] = np.int64(found), found
                    give_slot(slot_at, keys, place, code, slot)
                    open_edge(edges, slot, code, used)
                    found, used = found + 1, used + _ONE
                row = np.uint64(slot) * _ROW
                free = count_edge(edges, row, this, np.uint64(time - before_time))
                blocks[free] = gap_bin(time - before_time)
                if free & _IN_BLOCK == _IN_BLOCK:
                    edges[row], owners[used], used = used * _BLOCK, slot, used + _ONE
            first, before, before_time = False, here, time
        if not first:
            nodes[before * _ROW + np.uint64(N_ENDS)] += _ONE
            span += times[offsets[journey + 1] - 1] - times[offsets[journey]]
            journeys += 1
    return Walked(journeys, found, int(used), span)


@compiled
def gathered(blocks: Bins, owners: Slots, start_of_slot: Values) -> Bins:
    """The blocks put together edge by edge; ``start_of_slot`` (used up) says at which block those of a slot begin."""
    together = np.empty(len(owners) * BLOCK, np.uint16)
    words, target_words = blocks.view(np.uint64), together.view(np.uint64)
    for block in range(len(owners)):
        slot = np.uint64(owners[block])
        source, target = np.uint64(block) * _BLOCK_WORDS, np.uint64(start_of_slot[slot]) * _BLOCK_WORDS
        for word in range(_BLOCK_WORDS):
            target_words[target + word] = words[source + word]
        start_of_slot[slot] += 1
    return together


@compiled
def close_blocks(edges: Words, blocks: Bins) -> None:
    """Fill up the last block of each edge."""
    for slot in range(len(edges) // COLUMNS):
        free = edges[np.uint64(slot) * _ROW]
        for place in range(free, (free | _IN_BLOCK) + _ONE):
            blocks[place] = BINS


@compiled
def enter(codes: Codes, tables: Tables) -> None:
    """Give the slots 0, 1, … to these edges (all different)."""
    for slot in range(len(codes)):
        place = place_of(np.uint64(codes[slot]), tables.keys)
        tables.slot_at[place] = slot
        if len(tables.keys):
            tables.keys[place] = codes[slot]


@compiled
def gaps_in_bins(bucket: Bucket, tables: Tables, sought: Slots) -> tuple[Slots, Values]:
    """The gaps of the sought edges that fall into their sought bins: row * bins per row + column in ``sought``, and the gap.

    ``tables`` hold the sought edges only; ``sought``: the bins of each slot, one row each, flat. A bin that stands twice in a
    row counts at its first column.
    """
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    edges, slot_at, keys = tables.edges, tables.slot_at, tables.keys
    masked, chosen, wide = len(bucket.events) > 0, len(bucket.journeys) > 0, np.uint64(tables.touchpoints)
    columns = np.uint64(len(sought) // max(1, len(edges) // COLUMNS))
    cells, gaps, found = np.empty(len(kinds), np.int32), np.empty(len(kinds), np.int64), np.uint64(0)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        first, before, before_time = True, np.uint64(0), np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            here, time = np.uint64(number), times[event]
            slot = np.int64(-1) if first else np.int64(slot_at[place_of(before * wide + here, keys)])
            if slot >= 0:
                gap = time - before_time
                cell = cell_of(sought, np.uint64(slot) * columns, columns, gap_bin(gap))
                cells[found], gaps[found] = cell, gap
                found += np.uint64(cell >= 0)
            first, before, before_time = False, here, time
    return cells[:found].copy(), gaps[:found].copy()


@compiled
def cell_of(sought: Slots, start: np.uint64, columns: np.uint64, gap_in: np.int64) -> np.int64:
    """The first of ``columns`` places from ``start`` that seeks this bin, -1 if none does."""
    for cell in range(start, start + columns):
        if sought[cell] == gap_in:
            return np.int64(cell)
    return np.int64(-1)
