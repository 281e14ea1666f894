"""Which ways do customers take from touchpoint to touchpoint, how often, and how long does each take?

Counted as they stand: directly-follows pairs of each journey, in the order (time, ordinal, event id). ``journeys`` of a node or
an edge are the journeys that contain it at least once. The mean is exact; median and p90 come from bins of at most 0.8 %
(``graph_draft`` and ``graph_gaps`` together make them exact: see ``tanteemma.journeys.ask.ask_graph``).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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
#: Portions are looked through on so many threads.
_LANES: Final = 2
#: A sum of gaps that may be larger is taken in parts.
_LONGEST_SPAN: Final = 2.0**62


class GraphQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The edges of one bucket. ``codes``: source * touchpoints + target of each, rising; ``sums``: one row for each.

    The gap bins of edge i are ``bins[starts[i]:starts[i + 1]]``, the last few of them none: two bytes for each pair of
    neighbours, and half a block for each edge.
    """

    codes: Values
    sums: Values
    starts: Values
    bins: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class GraphPartial:
    """The graph of some buckets. Chunks stay as they are until the answer: to lay two together costs as much as to lay all."""

    journeys: int
    nodes: Values
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class GraphDraft:
    """The graph with, for each edge, the bins in which its quantiles lie: ``hits[edge, 2 * quantile + ceiling, column]``."""

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
        """Both together: nodes added, chunks side by side."""
        return GraphPartial(one.journeys + other.journeys, one.nodes + other.nodes, one.chunks + other.chunks)

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
    sums = np.stack([counts, edges[:, ways.E_SEEN] >> ways.SEEN_BITS, gaps >> WORD_BITS, gaps & WORD], axis=1)
    chunk = Chunk(codes, sums, starts * BLOCK, ways.gathered(tables.blocks, owners, start_of_slot))
    return GraphPartial(walked.journeys, nodes, (chunk,))


def draft_of(merged: GraphPartial) -> GraphDraft:
    """Add the edges of all buckets and find the bins of their quantiles."""
    codes = np.unique(np.concatenate([chunk.codes for chunk in merged.chunks]))
    sums = np.zeros((len(codes), 4), dtype=np.int64)
    bounds = np.zeros((len(codes) + 1, len(merged.chunks)), dtype=np.int64)
    for number, chunk in enumerate(merged.chunks):
        rows = np.searchsorted(codes, chunk.codes)
        sums[rows] += chunk.sums
        bounds[rows + 1, number] = np.diff(chunk.starts)
    bounds = np.cumsum(bounds, axis=0)
    hits = np.zeros((len(codes), 2 * len(QUANTILES), rank_loops.HIT_COLUMNS), dtype=np.int64)
    for place, quantile in enumerate(QUANTILES):
        floor, ceiling, _ = ranks(sums[:, COUNT], quantile)
        hits[:, 2 * place, rank_loops.RANK] = floor
        hits[:, 2 * place + 1, rank_loops.RANK] = ceiling
    lanes = _lanes(bounds)
    if len(lanes) > 1:
        with ThreadPoolExecutor(len(lanes)) as pool:
            list(pool.map(partial(_fill, hits, bounds, merged.chunks), lanes))
    else:
        _fill(hits, bounds, merged.chunks, lanes[0])
    return GraphDraft(merged.journeys, merged.nodes, codes, sums, hits)


def _lanes(bounds: Values) -> list[list[slice]]:
    """Edges in portions of about so many bins, dealt out to threads."""
    before = bounds.sum(axis=1)
    portions, first = [], 0
    while first < len(bounds) - 1:
        last = int(np.searchsorted(before, before[first] + _PORTION, side="right")) - 1
        portions.append(slice(first, max(last, first + 1)))
        first = portions[-1].stop
    lanes = max(1, min(_LANES, len(portions)))
    return [portions[lane::lanes] for lane in range(lanes)]


def _fill(hits: Values, bounds: Values, chunks: Sequence[Chunk], portions: Sequence[slice]) -> None:
    """Find the ranks of a few edges at a time, from their bins of all chunks.

    ``bounds[edge, chunk]``: where the bins of an edge begin in a chunk, and where they end in the row below. All at once would
    copy everything to fresh memory, which costs more than to count it.
    """
    before = bounds.sum(axis=1)
    room = np.empty(max((int(before[each.stop] - before[each.start]) for each in portions), default=0), dtype=np.uint16)
    for edges in portions:
        begin, end = bounds[edges.start : edges.stop], bounds[edges.start + 1 : edges.stop + 1]
        pieces = [chunk.bins[begin[0, number] : end[-1, number]] for number, chunk in enumerate(chunks)]
        bins = np.concatenate(pieces, out=room[: before[edges.stop] - before[edges.start]])
        moved = np.cumsum([0, *map(len, pieces[:-1])]) - begin[0]
        rank_loops.fill_hits(bins, np.stack([begin, end], axis=2) + moved[:, None], hits[edges])


def named_graph(draft: GraphDraft, values: npt.NDArray[np.float64] | Values, touchpoints: Touchpoints) -> GraphAnswer:
    """The graph in names; ``values``: microseconds at the ranks of ``draft.hits``."""
    names, width = touchpoints.names, max(1, len(touchpoints.names))
    counts = draft.sums[:, COUNT]
    median_s, p90_s = (
        between(values[:, 2 * place], values[:, 2 * place + 1], ranks(counts, quantile)[2]) / MICROSECONDS
        for place, quantile in enumerate(QUANTILES)
    )
    place_of_name = np.argsort(np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64))
    order = np.lexsort((place_of_name[draft.codes % width], place_of_name[draft.codes // width], -counts))
    edges = []
    columns = (draft.codes[order], draft.sums[order], median_s[order], p90_s[order])
    for code, sums, median, p90 in zip(*(column.tolist() for column in columns), strict=True):
        count, journeys, high, low = sums
        mean = ((high << WORD_BITS) + low) / (count * MICROSECONDS)
        edges.append(Edge(names[code // width], names[code % width], count, journeys, mean, median, p90))
    nodes = [Node(name, *row) for name, row in zip(names, draft.nodes.tolist(), strict=True) if row[0]]
    return GraphAnswer(
        events=int(draft.nodes[:, 0].sum()),
        journeys=draft.journeys,
        nodes=tuple(sorted(nodes, key=lambda node: (-node.events, node.name))),
        edges=tuple(edges),
    )


kernels.add(GraphKernel.name)(GraphKernel())
kernels.add(GraphDraftKernel.name)(GraphDraftKernel())
