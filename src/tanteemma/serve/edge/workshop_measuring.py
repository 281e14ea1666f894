"""What is measured at every touchpoint and phase of a map, asked of the worker once: a workshop uncovers it."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tanteemma.journeys.answers_cells import Cell, CellsAnswer
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.map_page import rule_of
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content
from tanteemma.workshop.guessing import MeasuredPart

_MOST: Final = 300
_MOST_SPOTS: Final = 3


def shared_of(tx: Transaction, content: Content) -> dict[str, Content]:
    """The building blocks that touchpoints of a map show, by key."""
    keys = {part.text("shared") for part in content.of_kind("touchpoint") if part.text("shared")}
    return {key: keeping.open_document(tx, key).content for key in sorted(keys)}


def options_of(content: Content, shared: Mapping[str, Content]) -> dict[str, str | list[str]]:
    """The question: every touchpoint with its rule, every phase with its touchpoints. Empty if no touchpoint has a rule."""
    touchpoints = content.of_kind("touchpoint")[:_MOST]
    rules = {part.id: rule_of(part, shared) for part in touchpoints}
    if not any(rules.values()):
        return {}
    phases = {
        phase.id: [part.id for part in content.at({"phase": phase.id}, "touchpoint") if part.id in rules]
        for phase in content.of_kind("phase")
    }
    return {
        "touchpoint": [f"{identity}={rule}" for identity, rule in rules.items()],
        "phase": [f"{identity}={','.join(parts)}" for identity, parts in phases.items()],
    }


async def measure(edge: Edge, key: str, language: str) -> dict[str, MeasuredPart]:
    """What is measured on this map now, by part. Raises Problem where the worker is away or a rule cannot be read."""

    def look(tx: Transaction) -> tuple[dict[str, str | list[str]], str]:
        content = keeping.open_document(tx, key).content
        return options_of(content, shared_of(tx, content)), content.text("journey")

    options, journey = await edge.access.read(look)
    if not options:
        return {}
    wanted = JourneyFilter(journey=journey or None)
    options |= {"breaks": "true", "language": language}
    message = Analyse(name="cells", options=msgspec.json.encode(options), journey=wanted.journey, filter=wanted)
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
