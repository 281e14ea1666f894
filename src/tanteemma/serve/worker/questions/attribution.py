"""Which contacts on the way to a goal get the credit for it?"""

from typing import Final

import msgspec

from tanteemma.journeys.ask_attribution import ask_attribution
from tanteemma.journeys.attribution.answers import AttributionAnswer
from tanteemma.journeys.attribution.shares import HALF_LIFE_S
from tanteemma.journeys.dimensions import Kind, read_dimension
from tanteemma.journeys.kernels.conversion_paths import ConversionsQuestion
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text
from tanteemma.serve.worker.asking import Put, Question

_ALLOWED: Final = "touchpoint, channel, source, property:NAME"


class AttributionOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``goal`` (a touchpoint); ``by``: what a step is; ``within_s``: how long before the goal it may lie."""

    goal: str
    by: str = Kind.TOUCHPOINT.value
    within_s: float | None = None
    half_life_s: float = HALF_LIFE_S
    language: str = "en"


def _attribution(put: Put[AttributionOptions]) -> AttributionAnswer:
    asked = put.options
    dimension = read_dimension(asked.by, put.house.settings.time_zone)
    if dimension.kind in {Kind.ALL, Kind.PERIOD}:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--by", value=asked.by, allowed=_ALLOWED)
    if not asked.half_life_s > 0 or not (asked.within_s is None or asked.within_s > 0):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--half-life", value=asked.half_life_s, allowed="7d")
    question = ConversionsQuestion(asked.goal, dimension, asked.within_s)
    found = ask_attribution(put.watched, put.journey, question, asked.half_life_s, selection=put.filter)
    return msgspec.structs.replace(found, note=text("attribution.note", asked.language))


questions.add("attribution")(Question(AttributionOptions, _attribution))
