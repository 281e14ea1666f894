"""Questions about journeys: the kernels over the pinned state, each answer kept until the state changes."""

from collections.abc import Callable
from typing import Final

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked, Watched
from tanteemma.serve.worker.asking import Place
from tanteemma.serve.worker.conditions import ready
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import (
    Answered,
    AskBands,
    AskDurations,
    AskGraph,
    AskReach,
    AskVariants,
)
from tanteemma.serve.worker.segmented import depends
from tanteemma.store.index.definition import JourneyDefinition

JourneyQuestion = AskGraph | AskVariants | AskDurations | AskBands | AskReach
_MOST_TOP: Final = 100_000


def answer_question(house: House, message: JourneyQuestion, asked: Asked, place: Place = Watched) -> Answered:
    """The document of one analysis. Raises Problem, or Unwanted when a newer question took its place."""
    packed = msgspec.msgpack.encode(message)
    with house.readers.pinned() as snapshot:
        version = snapshot.version + depends(packed, house.segmented)
        known = house.answers.get(packed, version)
        if known is not None:
            return known
        asked.check()
        definition = snapshot.definition(message.journey or message.filter.journey)
        message = msgspec.structs.replace(message, filter=ready(house, snapshot, definition, message.filter))
        document = _ANSWERS[type(message)](place(snapshot, asked), definition, message)
        return house.answers.keep(packed, version, msgspec.json.encode(document))


def _graph(snapshot: Watched, journey: JourneyDefinition, message: AskGraph) -> object:
    return journeys.ask_graph(snapshot, journey, selection=message.filter, exact=message.exact)


def _variants(snapshot: Watched, journey: JourneyDefinition, message: AskVariants) -> object:
    if not 0 < message.top <= _MOST_TOP:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="top", value=message.top, allowed=f"1–{_MOST_TOP}")
    return journeys.ask_variants(snapshot, journey, top=message.top, selection=message.filter)


def _durations(snapshot: Watched, journey: JourneyDefinition, message: AskDurations) -> object:
    return journeys.ask_durations(snapshot, journey, selection=message.filter)


def _bands(snapshot: Watched, journey: JourneyDefinition, message: AskBands) -> object:
    return journeys.ask_duration_bands(snapshot, journey, selection=message.filter)


def _reach(snapshot: Watched, journey: JourneyDefinition, message: AskReach) -> object:
    return journeys.ask_reach(snapshot, journey, selection=message.filter)


_ANSWERS: Final[dict[type, Callable[..., object]]] = {
    AskGraph: _graph,
    AskVariants: _variants,
    AskDurations: _durations,
    AskBands: _bands,
    AskReach: _reach,
}
