"""How much effort are journeys for the customers, and which are the worst?"""

from datetime import datetime

import msgspec

from tanteemma.journeys.answers_effort import EffortAnswer, EffortGroup, EffortPick, EffortStage
from tanteemma.journeys.ask_effort import ask_effort, ask_effort_groups
from tanteemma.journeys.dimensions import read_dimension
from tanteemma.journeys.effort import scale_of
from tanteemma.journeys.kernels.effort import DAY_S, EffortQuestion
from tanteemma.journeys.kernels.effort_groups import EffortGroupsQuestion
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.store.listing import FoundJourney, describe


class EffortOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``stage``: milestones in their order; ``goal``: what steps are counted to; ``weights``, ``halves``: ``repeats=50,…``.

    ``pause``: from when on a time between two events is waiting (none: a day); ``top``: how many journeys are named.
    ``band``: only journeys with an index in it are named (20-40); ``by``: broken down by channel, touchpoint, source, a period
    or ``property:NAME``.
    """

    stage: tuple[str, ...] = ()
    goal: str | None = None
    weights: tuple[str, ...] = ()
    halves: tuple[str, ...] = ()
    pause: str = ""
    top: int = 20
    band: str = ""
    by: str = ""


class EffortJourney(msgspec.Struct, frozen=True):
    """One of the journeys with most effort, as a list names it, and what was counted of it."""

    id: str
    case: str | None
    subject: str | None
    started_at: datetime
    index: float
    contacts: int
    switches: int
    waiting_s: float
    repeats: int
    steps: int | None
    elapsed_s: float


class EffortDocument(msgspec.Struct, frozen=True):
    """The answer of the kernel with the journeys by name."""

    goal: str | None
    pause_s: float
    has_channels: bool
    weights: dict[str, float]
    halves: dict[str, float]
    whole: EffortStage
    stages: tuple[EffortStage, ...]
    most: tuple[EffortJourney, ...]
    by: tuple[EffortGroup, ...] = ()


def _effort(put: Put[EffortOptions]) -> EffortDocument:
    asked = put.options
    question = EffortQuestion(
        stages=tuple(name for name in asked.stage if name.strip()),
        goal=asked.goal or None,
        scale=scale_of(asked.weights, asked.halves),
        pause_s=_seconds(asked.pause),
        top=asked.top,
        band=_band(asked.band),
    )
    found = ask_effort(put.watched, put.journey, question, selection=put.filter)
    told = describe(put.snapshot, put.journey, [(pick.part, pick.journey) for pick in found.most])
    groups: tuple[EffortGroup, ...] = ()
    if asked.by:
        by = read_dimension(asked.by, put.house.settings.time_zone)
        groups = ask_effort_groups(put.watched, put.journey, EffortGroupsQuestion(question, by), selection=put.filter)
    document = _document(found, [_named(pick, one) for pick, one in zip(found.most, told, strict=True)])
    return msgspec.structs.replace(document, by=groups)


def _band(said: str) -> tuple[float, float] | None:
    if not said.strip():
        return None
    ends = said.replace("–", "-").split("-")
    try:
        low, high = (float(end) for end in ends)
    except ValueError as wrong:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="band", value=said[:80], allowed="20-40") from wrong
    return low, high


def _seconds(pause: str) -> float:
    if not pause.strip():
        return DAY_S
    seconds = seconds_of_span(pause)
    if seconds is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="pause", value=pause, allowed="30m, 12h, 1d, 1w")
    return seconds


def _document(found: EffortAnswer, most: list[EffortJourney]) -> EffortDocument:
    own = {name: getattr(found, name) for name in EffortAnswer.__struct_fields__ if name != "most"}
    return EffortDocument(**own, most=tuple(most))


def _named(pick: EffortPick, one: FoundJourney) -> EffortJourney:
    return EffortJourney(
        id=one.id,
        case=one.case,
        subject=one.subject,
        started_at=one.started_at,
        index=pick.index,
        contacts=pick.contacts,
        switches=pick.switches,
        waiting_s=pick.waiting_s,
        repeats=pick.repeats,
        steps=pick.steps,
        elapsed_s=pick.elapsed_s,
    )


questions.add("effort")(Question(EffortOptions, _effort))
