"""What do all journeys look like from far away? The graph in numbers with every waiting time, and the time it covers."""

from dataclasses import dataclass

import msgspec
import numpy as np

from tanteemma.journeys.findings.outline import Outline
from tanteemma.journeys.kernels.graph import GraphKernel, GraphPartial, GraphQuestion
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_NEVER = np.iinfo(np.int64)


class OutlineQuestion(msgspec.Struct, frozen=True):
    """Nothing to choose: which journeys count is said by the selection."""


@dataclass(frozen=True, slots=True)
class OutlinePartial:
    """The graph of some buckets, their oldest and their newest event (microseconds)."""

    graph: GraphPartial
    first_us: int
    last_us: int


class OutlineKernel:
    """The graph in numbers."""

    name = "outline"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: OutlineQuestion
    ) -> OutlinePartial:
        """One bucket. Journeys that do not count lend no time; an event that is not shown may."""
        graph = GraphKernel().partial(arrays, selection, touchpoints, GraphQuestion())
        filled = np.diff(arrays.offsets) > 0
        if selection.journeys is not None:
            filled &= selection.journeys
        first, last = arrays.times[arrays.offsets[:-1][filled]], arrays.times[arrays.offsets[1:][filled] - 1]
        return OutlinePartial(graph, int(first.min(initial=_NEVER.max)), int(last.max(initial=_NEVER.min)))

    def merge(self, one: OutlinePartial, other: OutlinePartial) -> OutlinePartial:
        """Both together."""
        graph = GraphKernel().merge(one.graph, other.graph)
        return OutlinePartial(graph, min(one.first_us, other.first_us), max(one.last_us, other.last_us))

    def answer(self, merged: OutlinePartial, touchpoints: Touchpoints, question: OutlineQuestion) -> Outline:
        """The counts of all buckets together; the waiting times stay where they are until they are asked for."""
        chunks = merged.graph.chunks
        codes = np.unique(np.concatenate([chunk.codes for chunk in chunks]))
        edges = np.zeros((len(codes), 4), np.int64)
        for chunk in chunks:
            edges[np.searchsorted(codes, chunk.codes)] += chunk.sums
        return Outline(
            names=touchpoints.names,
            journeys=merged.graph.journeys,
            nodes=merged.graph.nodes,
            codes=codes,
            edges=edges,
            chunks=chunks,
            first_us=merged.first_us,
            last_us=merged.last_us,
        )


kernels.add(OutlineKernel.name)(OutlineKernel())
