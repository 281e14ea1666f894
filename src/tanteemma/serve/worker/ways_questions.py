"""Answers to the questions of ``messages_ways``: the kernels over the pinned state."""

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.kernels.rhythm import RhythmQuestion
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Watched
from tanteemma.serve.worker.messages_ways import AskCohorts, AskConcurrency, AskPaths, AskRhythm, Timed
from tanteemma.store.index.definition import JourneyDefinition

Message = TypeVar("Message")
_UTC: Final = "UTC"


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


def _rhythm(snapshot: Watched, journey: JourneyDefinition, message: AskRhythm) -> object:
    question = RhythmQuestion(
        time_zone=message.time_zone or _UTC,
        of=message.of,  # type: ignore[arg-type]  # the kernel refuses any other word
        touchpoint=message.touchpoint,
    )
    return journeys.ask_rhythm(snapshot, journey, question, selection=message.filter)


def _concurrency(snapshot: Watched, journey: JourneyDefinition, message: AskConcurrency) -> object:
    question = ConcurrencyQuestion(time_zone=message.time_zone or _UTC, grain=_grain(message.grain))
    return journeys.ask_concurrency(snapshot, journey, question, selection=message.filter)


def _cohorts(snapshot: Watched, journey: JourneyDefinition, message: AskCohorts) -> object:
    grain = _grain(message.grain)
    return journeys.ask_cohorts(snapshot, journey, message.time_zone or _UTC, grain, selection=message.filter)


def _grain(said: str | None) -> Grain | None:
    """The grain of this word. Raises Problem QUESTION_INVALID."""
    try:
        return None if said is None else Grain(said)
    except ValueError as wrong:
        allowed = ", ".join(Grain)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="grain", value=said, allowed=allowed) from wrong


def on_clocks(message: Message, time_zone: str) -> Message:
    """The question with the time zone of the installation, unless it names one itself.

    >>> on_clocks(AskCohorts(), "Europe/Berlin")
    AskCohorts(grain=None, time_zone='Europe/Berlin', journey=None, filter=JourneyFilter(...))
    """
    if isinstance(message, Timed) and message.time_zone is None:
        return msgspec.structs.replace(message, time_zone=time_zone)
    return message


ANSWERS: Final[dict[type, Callable[..., object]]] = {
    AskPaths: _paths,
    AskRhythm: _rhythm,
    AskConcurrency: _concurrency,
    AskCohorts: _cohorts,
}
