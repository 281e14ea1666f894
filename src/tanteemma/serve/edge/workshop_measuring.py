"""What is measured at every touchpoint and phase of a map, asked of the worker once: a workshop uncovers it."""

from typing import Final

import msgspec

from tanteemma.journeys.answers_cells import Cell, CellsAnswer
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.map_asked import filter_of, map_and_asked, options_of
from tanteemma.serve.worker.messages import Analyse
from tanteemma.workshop.guessing import MeasuredPart

_MOST_SPOTS: Final = 3


async def measure(edge: Edge, key: str, language: str) -> dict[str, MeasuredPart]:
    """What is measured on this map now, by part. Raises Problem where the worker is away or a rule cannot be read."""
    _, asked = await edge.access.read(lambda tx: map_and_asked(tx, key))
    if not asked.evidenced:
        return {}
    wanted, options = filter_of(asked), msgspec.json.encode(options_of(asked, {}, language))
    message = Analyse(name="cells", options=options, journey=wanted.journey, filter=wanted)
    answer = await asking.document(edge, message, CellsAnswer)
    return {cell.id: measured_of(cell) for cell in (*answer.touchpoints, *answer.phases)}


def measured_of(cell: Cell) -> MeasuredPart:
    """What a workshop shows of a cell."""
    emotion = cell.emotion
    score = max(cell.scores, key=lambda one: one.n, default=None)
    return MeasuredPart(
        emotion=None if emotion is None else emotion.value,
        low=None if emotion is None else emotion.low,
        high=None if emotion is None else emotion.high,
        journeys=cell.journeys,
        evidence=cell.evidence.value,
        title="" if score is None else score.title,
        unit="" if score is None else score.unit,
        score=None if score is None else score.value,
        score_low=None if score is None else score.low,
        score_high=None if score is None else score.high,
        answers=0 if score is None else score.n,
        spots=tuple(dict.fromkeys(one.reason for one in cell.findings))[:_MOST_SPOTS],
    )
