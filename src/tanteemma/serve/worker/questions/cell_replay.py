"""How did a map look week by week? One answer for a whole time slider."""

from typing import Final

import msgspec

from tanteemma.journeys.answers_replay import ReplayAnswer
from tanteemma.journeys.ask_cells import every_name
from tanteemma.journeys.ask_replay import ask_replay
from tanteemma.journeys.cells.emotion import read_weights
from tanteemma.journeys.cells.question import Wanted
from tanteemma.journeys.cells.reading import read_moment, read_phases, read_touchpoints
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.remembering import keeping

#: A year, and the week it begins in.
_WEEKS: Final = 53
_MOST_WEEKS: Final = 110


class ReplayOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint", "phases": "phase"}
):
    """See ``journeys.answers_replay``."""

    touchpoints: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    until: str = ""
    weeks: int = _WEEKS
    weights: tuple[str, ...] = ()
    language: str = ""


def _replay(put: Put[ReplayOptions]) -> ReplayAnswer:
    asked, zone = put.options, put.house.settings.time_zone
    if not 1 <= asked.weeks <= _MOST_WEEKS:
        allowed = f"1–{_MOST_WEEKS}"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="weeks", value=str(asked.weeks), allowed=allowed)
    rules = read_touchpoints([one for one in asked.touchpoints if one.strip()]) or every_name(put.watched.touchpoints())
    phases = read_phases([one for one in asked.phases if one.strip()])
    until = read_moment("until", asked.until, zone)
    wanted = Wanted(rules, phases, until=until, zone=zone, lives=put.journey.by != "case")
    language = asked.language if asked.language in LANGUAGES else put.house.settings.language
    whole = wanted, asked.weeks, read_weights(asked.weights), language
    return ask_replay(put.watched, put.journey, whole, selection=put.filter, keeping=keeping(put))


questions.add("cells_replay")(Question(ReplayOptions, _replay))
