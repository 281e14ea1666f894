"""Which gaps lie exactly at the median and the p90 of an edge? The second pass behind exact quantiles of the graph.

The first pass (``graph_draft``) says in which bins the wanted ranks lie; this one collects only the gaps of those bins.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.kernels.graph import GraphDraft, edge_tables
from tanteemma.journeys.loops import ranks, ways
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class GapsQuestion(msgspec.Struct, frozen=True):
    """The edges (int64 codes) and, for each, the bins of its ranks (int64, ``columns`` of them), as bytes."""

    codes: bytes
    bins: bytes
    columns: int


@dataclass(frozen=True, slots=True)
class GapsPartial:
    """Gaps by cell (edge * columns + column), in no order."""

    cells: npt.NDArray[np.int32]
    gaps: Values


@dataclass(frozen=True, slots=True)
class GapsAnswer:
    """Gaps in microseconds, rising inside each cell; those of cell i are ``gaps[starts[i]:starts[i + 1]]``."""

    starts: Values
    gaps: Values


def gaps_question(draft: GraphDraft) -> GapsQuestion:
    """What the second pass has to collect."""
    bins = draft.hits[:, :, ranks.BIN]
    return GapsQuestion(draft.codes.tobytes(), np.ascontiguousarray(bins).tobytes(), bins.shape[1])


def values_at_ranks(draft: GraphDraft, found: GapsAnswer) -> Values:
    """The exact values at the ranks of the draft, in microseconds."""
    bins = draft.hits[:, :, ranks.BIN]
    first_column = (bins[:, :, None] == bins[:, None, :]).argmax(axis=2)
    cells = np.arange(len(bins))[:, None] * bins.shape[1] + first_column
    places = found.starts[cells] + draft.hits[:, :, ranks.RANK] - draft.hits[:, :, ranks.BEFORE]
    values: Values = found.gaps[places]
    return values


class GapsKernel:
    """The gaps in the sought bins of the sought edges."""

    name = "graph_gaps"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: GapsQuestion
    ) -> GapsPartial:
        """Those of one bucket."""
        codes = np.frombuffer(question.codes, dtype=np.int64)
        sought = np.frombuffer(question.bins, dtype=np.int64).astype(np.int32)
        room = max(1, 1 << len(codes).bit_length())
        tables = edge_tables(len(touchpoints.names), room, 0)
        ways.enter(codes, tables)
        fitted = tables._replace(edges=np.zeros(len(codes) * ways.COLUMNS, dtype=np.uint64))
        return GapsPartial(*ways.gaps_in_bins(bucket_of(arrays, selection, touchpoints), fitted, sought))

    def merge(self, one: GapsPartial, other: GapsPartial) -> GapsPartial:
        """Both together."""
        return GapsPartial(np.concatenate([one.cells, other.cells]), np.concatenate([one.gaps, other.gaps]))

    def answer(self, merged: GapsPartial, touchpoints: Touchpoints, question: GapsQuestion) -> GapsAnswer:
        """All of them, cell by cell."""
        order = np.lexsort((merged.gaps, merged.cells))
        cells = len(question.bins) // np.dtype(np.int64).itemsize
        starts = np.searchsorted(merged.cells[order], np.arange(cells + 1))
        return GapsAnswer(starts, merged.gaps[order])


kernels.add(GapsKernel.name)(GapsKernel())
