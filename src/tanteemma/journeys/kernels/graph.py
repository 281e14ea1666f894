"""Which ways do customers take from touchpoint to touchpoint, how often, and how long does each take?

Counted as they stand: directly-follows pairs of each journey, in the order (time, ordinal, event id). ``journeys`` of a node or
an edge are the journeys that contain it at least once. The mean is exact; median and p90 come from bins of at most 0.8 %
(``graph_draft`` and ``graph_gaps`` together make them exact: see ``tanteemma.journeys.ask.ask_graph``).
"""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers import Edge, GraphAnswer, Node
from tanteemma.journeys.bucket import MICROSECONDS, WORD, WORD_BITS, Values, bucket_of
from tanteemma.journeys.loops import ranks as rank_loops
from tanteemma.journeys.loops import ways
from tanteemma.journeys.quantiles import MEDIAN, P90, between, ranks, value_in_bin
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

#: Columns of a sum over edges.
COUNT, JOURNEYS, HIGH, LOW = range(4)
QUANTILES: Final = (MEDIAN, P90)

_FIRST_ROOM: Final = 1 << 15
_MORE_ROOM: Final = 8


class GraphQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The gap bins of one bucket: those of the edge ``codes[i]`` are ``bins[starts[i]:starts[i + 1]]``. 2 bytes per pair."""

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


def edge_tables(touchpoints: int, room: int) -> ways.Tables:
    """Empty tables for a walk: room for every pair of few touchpoints, else for ``room`` edges (a power of two).

    What is all zero takes no memory before it is used.
    """
    square = touchpoints * touchpoints
    dense = touchpoints <= ways.DENSE
    places = 0 if dense else 2 * room
    return ways.Tables(
        touchpoints=touchpoints,
        slot_at=np.full(square if dense else places, -1, dtype=np.int32),
        keys=np.full(places, -1, dtype=np.int64),
        nodes=np.zeros(touchpoints * ways.NODE_COLUMNS, dtype=np.int64),
        edges=np.zeros((square if dense else room) * ways.EDGE_COLUMNS, dtype=np.int64),
    )


@kernels.add("graph")
class GraphKernel:
    """The graph with mean, median and p90 of each edge; median and p90 at most 1 % off."""

    name = "graph"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: GraphQuestion
    ) -> GraphPartial:
        """Nodes, edges and gap bins of one bucket."""
        bucket, width, room = bucket_of(arrays, selection, touchpoints), len(touchpoints.names), _FIRST_ROOM
        tables = edge_tables(width, room)
        walked = ways.walk(bucket, tables)
        while walked.found > len(tables.edges) // ways.EDGE_COLUMNS:
            room *= _MORE_ROOM
            tables = edge_tables(width, room)
            walked = ways.walk(bucket, tables)
        edges = tables.edges.reshape(-1, ways.EDGE_COLUMNS)[: walked.found]
        order = np.argsort(edges[:, ways.E_CODE])
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(edges[order, ways.E_COUNT])])
        start_of_slot = np.empty(walked.found, dtype=np.int64)
        start_of_slot[order] = starts[:-1]
        codes = edges[order, ways.E_CODE]
        return GraphPartial(
            events=walked.events,
            journeys=walked.journeys,
            nodes=tables.nodes.reshape(-1, ways.NODE_COLUMNS)[:, : ways.N_LAST].copy(),
            codes=codes,
            sums=edges[order][:, [ways.E_COUNT, ways.E_JOURNEYS, ways.E_HIGH, ways.E_LOW]],
            chunks=(Chunk(codes, starts, ways.grouped_bins(walked.slots, walked.bins, start_of_slot)),),
        )

    def merge(self, one: GraphPartial, other: GraphPartial) -> GraphPartial:
        """Both together: sums added, edges united, chunks side by side."""
        codes = np.union1d(one.codes, other.codes)
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


@kernels.add("graph_draft")
class GraphDraftKernel(GraphKernel):
    """The graph in numbers, with what a second pass needs to know for exact quantiles."""

    name = "graph_draft"

    def answer(self, merged: GraphPartial, touchpoints: Touchpoints, question: GraphQuestion) -> GraphDraft:  # type: ignore[override]  # same numbers, other answer
        """The draft as it is."""
        return draft_of(merged)


def draft_of(merged: GraphPartial) -> GraphDraft:
    """Find the bins of the quantiles of every edge."""
    counts = merged.sums[:, COUNT]
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    bins = np.empty(int(starts[-1]), dtype=np.uint16)
    start_at = starts[:-1].copy()
    for chunk in merged.chunks:
        rank_loops.poured(bins, start_at, np.searchsorted(merged.codes, chunk.codes), chunk.starts, chunk.bins)
    hits = np.zeros((len(counts), 2 * len(QUANTILES), rank_loops.HIT_COLUMNS), dtype=np.int64)
    for place, quantile in enumerate(QUANTILES):
        floor = ((counts - 1) * quantile).astype(np.int64)
        hits[:, 2 * place, rank_loops.RANK] = floor
        hits[:, 2 * place + 1, rank_loops.RANK] = np.minimum(floor + 1, counts - 1)
    rank_loops.fill_hits(bins, starts, hits)
    return GraphDraft(merged.events, merged.journeys, merged.nodes, merged.codes, merged.sums, hits)


def named_graph(draft: GraphDraft, values: npt.NDArray[np.float64], touchpoints: Touchpoints) -> GraphAnswer:
    """The graph in names; ``values``: microseconds at the ranks of ``draft.hits``."""
    names, width = touchpoints.names, max(1, len(touchpoints.names))
    nodes = [Node(names[number], *map(int, row)) for number, row in enumerate(draft.nodes) if row[0]]
    edges = []
    for code, sums, at_ranks in zip(draft.codes.tolist(), draft.sums.tolist(), values.tolist(), strict=True):
        count = sums[COUNT]
        total = (sums[HIGH] << WORD_BITS) + sums[LOW]
        median, p90 = (
            between(at_ranks[2 * place], at_ranks[2 * place + 1], ranks(count, quantile)[2]) / MICROSECONDS
            for place, quantile in enumerate(QUANTILES)
        )
        source, target = divmod(code, width)
        edges.append(Edge(names[source], names[target], count, sums[JOURNEYS], total / (count * MICROSECONDS), median, p90))
    return GraphAnswer(
        events=draft.events,
        journeys=draft.journeys,
        nodes=tuple(sorted(nodes, key=lambda node: (-node.events, node.name))),
        edges=tuple(sorted(edges, key=lambda edge: (-edge.count, edge.source, edge.target))),
    )
