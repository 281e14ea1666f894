"""Which ways do customers take from touchpoint to touchpoint, how often, and how long does each take?

Counted as they stand: directly-follows pairs of each journey, in the order (time, ordinal, event id). ``journeys`` of a node or
an edge are the journeys that contain it at least once. The mean is exact; median and p90 come from bins of at most 0.8 %
(``graph_draft`` and ``graph_gaps`` together make them exact: see ``tanteemma.journeys.ask.ask_graph``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers import Edge, GraphAnswer, Node
from tanteemma.journeys.bucket import MICROSECONDS, WORD, WORD_BITS, Values, bucket_of
from tanteemma.journeys.loops import ranks as rank_loops
from tanteemma.journeys.loops import ways
from tanteemma.journeys.quantiles import BLOCK, MEDIAN, P90, between, ranks, value_in_bin
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: Columns of a sum over edges.
COUNT, _, HIGH, LOW = range(4)
QUANTILES: Final = (MEDIAN, P90)

_FIRST_ROOM: Final = 1 << 15
_MORE_ROOM: Final = 8
#: Bins that are counted at a time: 2 MB.
_PORTION: Final = 1 << 20
#: A sum of gaps that may be larger is taken in parts.
_LONGEST_SPAN: Final = 2.0**62


class GraphQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The gap bins of one bucket: those of the edge ``codes[i]`` are ``bins[starts[i]:starts[i + 1]]``, the last few none.

    Two bytes for each pair of neighbours, and half a block for each edge.
    """

    codes: Values
    starts: Values
    bins: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class GraphPartial:
    """The graph of some buckets. ``codes``: source * touchpoints + target of each edge, rising; ``sums``: one row for each.

    The chunks stay as they are until the answer: laying their histograms together bucket by bucket costs more than counting.
    """

    events: int
    journeys: int
    nodes: Values
    codes: Values
    sums: Values
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class GraphDraft:
    """The graph with, for each edge, the bins in which its quantiles lie: ``hits[edge, 2 * quantile + ceiling, column]``."""

    events: int
    journeys: int
    nodes: Values
    codes: Values
    sums: Values
    hits: Values


def edge_tables(touchpoints: int, room: int, events: int) -> ways.Tables:
    """Empty tables for a walk over so many events: room for every pair of few touchpoints, else for ``room`` (2^n) edges.

    What is all zero or not filled takes no memory before it is used.
    """
    square = touchpoints * touchpoints
    dense = touchpoints <= ways.DENSE
    places = 0 if dense else 2 * room
    edges = square if dense else room
    blocks = events // BLOCK + min(edges, events) + 1
    return ways.Tables(
        touchpoints=touchpoints,
        slot_at=np.full(square if dense else places, -1, dtype=np.int32),
        keys=np.full(places, -1, dtype=np.int64),
        nodes=np.zeros(touchpoints * ways.COLUMNS, dtype=np.uint64),
        edges=np.zeros(edges * ways.COLUMNS, dtype=np.uint64),
        blocks=np.empty(blocks * BLOCK, dtype=np.uint16),
        owners=np.empty(blocks, dtype=np.int32),
    )


class GraphKernel:
    """The graph with mean, median and p90 of each edge; median and p90 at most 1 % off."""

    name = "graph"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: GraphQuestion
    ) -> GraphPartial:
        """Nodes, edges and gap bins of one bucket."""
        bucket, width, room = bucket_of(arrays, selection, touchpoints), len(touchpoints.names), _FIRST_ROOM
        tables = edge_tables(width, room, arrays.events)
        walked = ways.walk(bucket, tables)
        while walked.found > len(tables.edges) // ways.COLUMNS:
            room *= _MORE_ROOM
            tables = edge_tables(width, room, arrays.events)
            walked = ways.walk(bucket, tables)
        if walked.span >= _LONGEST_SPAN and arrays.journeys > 1:
            halves = (self.partial(*half, touchpoints, question) for half in _halves(arrays, selection))
            return self.merge(*halves)
        return _summed(walked, tables)

    def merge(self, one: GraphPartial, other: GraphPartial) -> GraphPartial:
        """Both together: sums added, edges united, chunks side by side."""
        codes = one.codes if np.array_equal(one.codes, other.codes) else np.union1d(one.codes, other.codes)
        sums = np.zeros((len(codes), 4), dtype=np.int64)
        for part in (one, other):
            sums[np.searchsorted(codes, part.codes)] += part.sums
        sums[:, HIGH] += sums[:, LOW] >> WORD_BITS
        sums[:, LOW] &= WORD
        return GraphPartial(
            events=one.events + other.events,
            journeys=one.journeys + other.journeys,
            nodes=one.nodes + other.nodes,
            codes=codes,
            sums=sums,
            chunks=one.chunks + other.chunks,
        )

    def answer(self, merged: GraphPartial, touchpoints: Touchpoints, question: GraphQuestion) -> GraphAnswer:
        """The graph in names and seconds."""
        draft = draft_of(merged)
        values = value_in_bin(
            draft.hits[:, :, rank_loops.BIN],
            draft.hits[:, :, rank_loops.RANK] - draft.hits[:, :, rank_loops.BEFORE],
            draft.hits[:, :, rank_loops.INSIDE],
        )
        return named_graph(draft, values, touchpoints)


class GraphDraftKernel(GraphKernel):
    """The graph in numbers, with what a second pass needs to know for exact quantiles."""

    name = "graph_draft"

    def answer(self, merged: GraphPartial, touchpoints: Touchpoints, question: GraphQuestion) -> GraphDraft:  # type: ignore[override]  # same numbers, other answer
        """The draft as it is."""
        return draft_of(merged)


def _halves(arrays: JourneyArrays, selection: Selection) -> Iterator[tuple[JourneyArrays, Selection]]:
    """The first and the second half of the journeys."""
    middle = arrays.journeys // 2
    cut = int(arrays.offsets[middle])
    for journeys, events in ((slice(None, middle), slice(None, cut)), (slice(middle, None), slice(cut, None))):
        offsets = arrays.offsets[: middle + 1] if journeys.start is None else arrays.offsets[middle:] - cut
        chosen = None if selection.journeys is None else selection.journeys[journeys]
        kept = None if selection.events is None else selection.events[events]
        half = JourneyArrays(arrays.kinds[events], arrays.times[events], offsets, arrays.people[journeys])
        yield half, Selection(kept, chosen)


def _summed(walked: ways.Walked, tables: ways.Tables) -> GraphPartial:
    """What a walk counted, its edges in the order of their codes."""
    words = tables.edges[: walked.found * ways.COLUMNS]
    ways.close_blocks(words, tables.blocks)
    edges = words.view(np.int64).reshape(-1, ways.COLUMNS)
    order = np.argsort(edges[:, ways.E_CODE])
    owners = tables.owners[: walked.used]
    blocks_of = np.bincount(owners, minlength=walked.found)
    counts = ((blocks_of - 1) * BLOCK + edges[:, ways.E_NEXT] % BLOCK)[order]
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(blocks_of[order])])
    start_of_slot = np.empty(walked.found, dtype=np.int64)
    start_of_slot[order] = starts[:-1]
    edges = edges[order]
    codes, gaps = edges[:, ways.E_CODE].copy(), edges[:, ways.E_GAPS]
    counted = tables.nodes.view(np.int64).reshape(-1, ways.COLUMNS)
    events = counted[:, ways.N_ENDS].copy()
    np.add.at(events, codes // max(1, tables.touchpoints), counts)
    passing, starting, ending = (counted[:, column] for column in (ways.N_SEEN, ways.N_STARTS, ways.N_ENDS))
    nodes = np.stack([events, passing >> ways.SEEN_BITS, starting, ending], axis=1)
    return GraphPartial(
        events=int(events.sum()),
        journeys=walked.journeys,
        nodes=nodes,
        codes=codes,
        sums=np.stack([counts, edges[:, ways.E_SEEN] >> ways.SEEN_BITS, gaps >> WORD_BITS, gaps & WORD], axis=1),
        chunks=(Chunk(codes, starts * BLOCK, ways.gathered(tables.blocks, owners, start_of_slot)),),
    )


def draft_of(merged: GraphPartial) -> GraphDraft:
    """Find the bins of the quantiles of every edge."""
    counts = merged.sums[:, COUNT]
    hits = np.zeros((len(counts), 2 * len(QUANTILES), rank_loops.HIT_COLUMNS), dtype=np.int64)
    for place, quantile in enumerate(QUANTILES):
        floor, ceiling, _ = ranks(counts, quantile)
        hits[:, 2 * place, rank_loops.RANK] = floor
        hits[:, 2 * place + 1, rank_loops.RANK] = ceiling
    for edges, bins, segments in _portions(merged):
        rank_loops.fill_hits(bins, segments, hits[edges])
    return GraphDraft(merged.events, merged.journeys, merged.nodes, merged.codes, merged.sums, hits)


def _portions(merged: GraphPartial) -> Iterator[tuple[slice, npt.NDArray[np.uint16], Values]]:
    """A few edges at a time: their bins from all chunks, and where those of each edge are (``[edge, chunk, begin or end]``).

    All at once would copy everything to fresh memory, which costs more than to count it.
    """
    bounds = np.stack([chunk.starts[np.searchsorted(chunk.codes, merged.codes)] for chunk in merged.chunks], axis=1)
    bounds = np.concatenate([bounds, [[chunk.starts[-1] for chunk in merged.chunks]]])
    first = 0
    while first < len(merged.codes):
        room = bounds[first].sum() + _PORTION
        last = max(first + 1, int(np.searchsorted(bounds.sum(axis=1), room, side="right")) - 1)
        pieces = [chunk.bins[bounds[first, c] : bounds[last, c]] for c, chunk in enumerate(merged.chunks)]
        moved = np.cumsum([0, *map(len, pieces[:-1])]) - bounds[first]
        begins, ends = bounds[first:last] + moved, bounds[first + 1 : last + 1] + moved
        yield slice(first, last), np.concatenate(pieces), np.stack([begins, ends], axis=2)
        first = last


def named_graph(draft: GraphDraft, values: npt.NDArray[np.float64] | Values, touchpoints: Touchpoints) -> GraphAnswer:
    """The graph in names; ``values``: microseconds at the ranks of ``draft.hits``."""
    names, width = touchpoints.names, max(1, len(touchpoints.names))
    nodes = [Node(names[number], *map(int, row)) for number, row in enumerate(draft.nodes) if row[0]]
    counts = draft.sums[:, COUNT]
    quantiles_s = [
        (between(values[:, 2 * place], values[:, 2 * place + 1], ranks(counts, quantile)[2]) / MICROSECONDS).tolist()
        for place, quantile in enumerate(QUANTILES)
    ]
    edges = []
    for code, sums, median_s, p90_s in zip(draft.codes.tolist(), draft.sums.tolist(), *quantiles_s, strict=True):
        source, target = divmod(code, width)
        count, journeys, high, low = sums
        mean_s = ((high << WORD_BITS) + low) / (count * MICROSECONDS)
        edges.append(Edge(names[source], names[target], count, journeys, mean_s, median_s, p90_s))
    return GraphAnswer(
        events=draft.events,
        journeys=draft.journeys,
        nodes=tuple(sorted(nodes, key=lambda node: (-node.events, node.name))),
        edges=tuple(sorted(edges, key=lambda edge: (-edge.count, edge.source, edge.target))),
    )


kernels.add(GraphKernel.name)(GraphKernel())
kernels.add(GraphDraftKernel.name)(GraphDraftKernel())
