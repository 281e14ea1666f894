"""Answers to the questions of ``messages_ways``: the kernels over the pinned state."""

from collections.abc import Callable
from typing import Final

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.serve.worker.asked import Watched
from tanteemma.serve.worker.messages_ways import AskPaths
from tanteemma.store.index.definition import JourneyDefinition


def _paths(snapshot: Watched, journey: JourneyDefinition, message: AskPaths) -> object:
    question = PathsQuestion(
        touchpoint=message.touchpoint,
        direction=message.direction,  # type: ignore[arg-type]  # the kernel refuses any other word
        steps=message.steps,
        occurrence=message.occurrence,  # type: ignore[arg-type]  # as above
        merge=message.merge,
        nodes=message.nodes,
    )
    return journeys.ask_paths(snapshot, journey, question, selection=message.filter)


ANSWERS: Final[dict[type, Callable[..., object]]] = {AskPaths: _paths}
