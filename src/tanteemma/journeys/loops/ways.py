"""The loops behind the journey graph: one walk over the events, then a grouping of the gaps by edge.

An edge gets a slot when it first occurs, so that nothing but a table of slots grows with the square of the touchpoints, and
that only up to ``DENSE`` of them; beyond it the slots stand in a hash table.

How it is written was measured (2026-11, ns per event): places unsigned, "once per journey" counted without a branch and arrays
passed one by one 5; rows as views 67; arrays passed to a loop as a tuple 60 (each call counts references).
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import WORD, WORD_BITS, Bucket, Values
from tanteemma.journeys.compiled import compiled
from tanteemma.journeys.quantiles import BIN_OF_ONE, BIN_SHIFT
from tanteemma.model.arrays import DROPPED

#: Up to this many touchpoints the slots of all pairs stand in one table (4 MB at most).
DENSE: Final = 1024
#: Columns of the nodes; the last journey seen serves to count a journey once.
N_EVENTS, N_JOURNEYS, N_STARTS, N_ENDS, N_LAST = range(5)
NODE_COLUMNS: Final = 5
#: Columns of the edges; the sum of gaps is two words, the code is source * touchpoints + target.
E_COUNT, E_JOURNEYS, E_HIGH, E_LOW, E_CODE, E_LAST = range(6)
#: Eight columns: one edge is one line of the processor's cache.
EDGE_COLUMNS: Final = 8

_ONE: Final = np.uint64(1)
_NODE: Final = np.uint64(NODE_COLUMNS)
_EDGE: Final = np.uint64(EDGE_COLUMNS)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_SPREAD_SHIFT: Final = np.uint64(29)

Bins = npt.NDArray[np.uint16]
Slots = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]


class Tables(NamedTuple):
    """Where a walk counts: flat ``nodes`` and ``edges``, and the slot of an edge by its place, -1 if none.

    Without ``keys`` the place is the edge's code; with them it is a place in a hash table that holds the codes, -1 if none.
    """

    touchpoints: int
    slot_at: Slots
    keys: Codes
    nodes: Values
    edges: Values


class Walked(NamedTuple):
    """What a walk over one bucket came to; ``slots`` and ``bins``: edge and gap bin of each pair of neighbours.

    ``found`` edges; more than there is room for means that the walk broke off and needs larger tables.
    """

    events: int
    journeys: int
    found: int
    slots: Slots
    bins: Bins


@compiled
def gap_bin(gap: np.int64) -> np.int64:
    """The bin of a gap of so many microseconds: 0 for none, else the top bits of its float64."""
    return np.int64(0) if gap == 0 else (np.float64(gap).view(np.int64) >> BIN_SHIFT) - BIN_OF_ONE + 1


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
def count_node(nodes: Values, here: np.uint64, journey: int, first: int) -> None:
    """Count one event of a touchpoint, its journey once, and whether it starts there."""
    row = here * _NODE
    nodes[row] += 1
    nodes[row + np.uint64(N_JOURNEYS)] += nodes[row + np.uint64(N_LAST)] != journey
    nodes[row + np.uint64(N_LAST)] = journey
    nodes[row + np.uint64(N_STARTS)] += first


@compiled
def count_edge(edges: Values, slot: np.uint64, journey: int, gap: int) -> None:
    """Count one pair of neighbours, its journey once, and its gap."""
    row = slot * _EDGE
    edges[row] += 1
    edges[row + np.uint64(E_HIGH)] += gap >> WORD_BITS
    edges[row + np.uint64(E_LOW)] += gap & WORD
    edges[row + np.uint64(E_JOURNEYS)] += edges[row + np.uint64(E_LAST)] != journey
    edges[row + np.uint64(E_LAST)] = journey


@compiled
def walk(bucket: Bucket, tables: Tables) -> Walked:
    """Every event of the bucket in order: what each touchpoint and each pair of neighbours comes to."""
    kinds, times, offsets, touchpoint_of = bucket.kinds, bucket.times, bucket.offsets, bucket.touchpoint_of
    nodes, edges, slot_at, keys = tables.nodes, tables.edges, tables.slot_at, tables.keys
    masked, chosen, wide = len(bucket.events) > 0, len(bucket.journeys) > 0, np.uint64(tables.touchpoints)
    room = len(edges) // EDGE_COLUMNS
    slots, bins = np.empty(len(kinds), np.int32), np.empty(len(kinds), np.uint16)
    events, journeys, found, pairs = 0, 0, 0, np.uint64(0)
    for journey in range(len(offsets) - 1):
        if chosen and not bucket.journeys[journey]:
            continue
        first, before, before_time = True, np.uint64(0), np.int64(0)
        for event in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            number = touchpoint_of[np.uint64(kinds[event])]
            if number == DROPPED or (masked and not bucket.events[event]):
                continue
            here, time = np.uint64(number), times[event]
            count_node(nodes, here, journey + 1, first)
            if not first:
                place = place_of(before * wide + here, keys)
                slot = np.int64(slot_at[place])
                if slot < 0:
                    if found == room:
                        return Walked(0, 0, room + 1, slots, bins)
                    slot, slot_at[place] = np.int64(found), found
                    edges[np.uint64(slot) * _EDGE + np.uint64(E_CODE)] = np.int64(before * wide + here)
                    found += 1
                    if len(keys):
                        keys[place] = np.int64(before * wide + here)
                count_edge(edges, np.uint64(slot), journey + 1, time - before_time)
                slots[pairs], bins[pairs] = slot, gap_bin(time - before_time)
                pairs += _ONE
            first, before, before_time = False, here, time
            events += 1
        if not first:
            nodes[before * _NODE + np.uint64(N_ENDS)] += 1
            journeys += 1
    return Walked(events, journeys, found, slots[:pairs], bins[:pairs])


@compiled
def grouped_bins(slots: Slots, bins: Bins, start_of_slot: Values) -> Bins:
    """The bins put together edge by edge; ``start_of_slot`` (used up) says where those of a slot begin."""
    grouped = np.empty(len(bins), np.uint16)
    for pair in range(len(slots)):
        slot = np.uint64(slots[pair])
        grouped[np.uint64(start_of_slot[slot])] = bins[pair]
        start_of_slot[slot] += 1
    return grouped


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
    columns = np.uint64(len(sought) // max(1, len(edges) // EDGE_COLUMNS))
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
