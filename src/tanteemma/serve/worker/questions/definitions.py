"""Before a definition is saved: which case keys are there, and what would its journeys be like?"""

from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.answers import DurationsAnswer
from tanteemma.journeys.kernels.durations import DurationsKernel, DurationsQuestion
from tanteemma.model.arrays import NO_PERSON, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.defining import definition_of
from tanteemma.serve.worker.messages import DefineJourney
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.index.parts import Keys, Part, cut
from tanteemma.store.snapshot import Snapshot

_KEYS: Final = """
SELECT met.key AS key, count(*) AS events, count(DISTINCT met.value) AS cases
FROM (SELECT unnest(map_entries(keys)) AS met FROM events WHERE keys IS NOT NULL)
GROUP BY met.key ORDER BY events DESC, key LIMIT 100
"""
_CASES: Final = """
SELECT map_extract(keys, $key)[1] AS one, epoch_us(occurred_at) AS at_us, name
FROM events WHERE map_extract(keys, $key)[1] IS NOT NULL ORDER BY one, occurred_at, ordinal, event_id
"""


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing can be chosen."""


class CaseKey(msgspec.Struct, frozen=True):
    """A name under which events state a case (order, claim, ticket …), how many events do, and how many cases they name."""

    key: str
    events: int
    cases: int


class CaseKeys(msgspec.Struct, frozen=True):
    """The most frequent case keys first, at most a hundred."""

    keys: list[CaseKey]


def _case_keys(put: Put[NoOptions]) -> CaseKeys:
    return CaseKeys([CaseKey(**row) for row in put.snapshot.rows(_KEYS).to_pylist()])


class PreviewOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A definition as ``DefineJourney`` states it, without its name."""

    by: str = "person"
    key: str | None = None
    gap_s: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None


def _preview(put: Put[PreviewOptions]) -> DurationsAnswer:
    message = DefineJourney(name="…", **msgspec.structs.asdict(put.options))
    wanted = definition_of(message, put.snapshot)
    if wanted.by == "case" and wanted.key not in put.snapshot.view.generation.manifest.keys:
        return _of_unindexed(put.snapshot, wanted)
    return journeys.ask_durations(put.watched, wanted)


def _of_unindexed(snapshot: Snapshot, wanted: JourneyDefinition) -> DurationsAnswer:
    """The journeys of a case key that nobody defined yet: put in order from the events themselves."""
    table = snapshot.rows(_CASES, {"key": wanted.key})
    part, touchpoints = _as_part(table)
    found = cut(part, touchpoints, wanted.cut)
    kernel, question = DurationsKernel(), DurationsQuestion()
    return kernel.answer(kernel.partial(found.arrays, Selection(), touchpoints, question), touchpoints, question)


def _as_part(table: pa.Table) -> tuple[Part, Touchpoints]:
    cases, names = (table[column].combine_chunks().dictionary_encode() for column in ("one", "name"))
    case = cases.indices.to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.diff(case, prepend=-1))
    offsets = np.append(starts, len(case)).astype(np.int64)
    arrays = JourneyArrays(
        kinds=names.indices.to_numpy(zero_copy_only=False).astype(np.uint32),
        times=table["at_us"].to_numpy().astype(np.int64),
        offsets=offsets,
        people=np.full(len(starts), NO_PERSON, np.uint32),
    )
    own = tuple(names.dictionary.to_pylist())
    words = np.empty(len(starts), np.uint64)
    return Part(arrays, None, Keys(words, words)), Touchpoints(np.arange(len(own), dtype=np.uint32), own)


questions.add("case_keys")(Question(NoOptions, _case_keys))
questions.add("definition_preview")(Question(PreviewOptions, _preview))
