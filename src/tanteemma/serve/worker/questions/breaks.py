"""Where does the experience break, how many does it hit, and what does it cost?"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from tanteemma.journeys.answers_breaks import Break, BreakExample, BreaksAnswer
from tanteemma.journeys.ask_breaks import Told, ask_breaks, with_cost
from tanteemma.journeys.findings.detecting import all_detectors
from tanteemma.journeys.findings.survey import Scope, Survey, survey
from tanteemma.journeys.kernels.told import ToldKernel, ToldQuestion
from tanteemma.model.arrays import Fact, Form
from tanteemma.model.assumptions import Assumptions
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import LANGUAGES, text
from tanteemma.serve.pages.breaks_words import Sentences
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.known_properties import known_properties
from tanteemma.store.listing import describe
from tanteemma.store.operational import assumptions, findings
from tanteemma.store.operational.records import Mark, StoredMark

_MOST_PROPERTIES: Final = 24
_DELIGHT: Final = "delight"
_SCORE: Final = Fact("score", Form.NUMBER)


class BreaksOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``kind``: only these kinds; ``goal``: the good end (none: the most frequent successful one); ``cost``: with costs.

    ``language``: of the sentences in ``reason`` (none: that of the installation).
    """

    kind: tuple[str, ...] = ()
    goal: tuple[str, ...] = ()
    cost: bool = True
    language: str | None = None


def find(put: Put[BreaksOptions]) -> BreaksAnswer:
    """The document of ``emma journeys breaks``. Raises Problem QUESTION_INVALID, UNKNOWN_TOUCHPOINT."""
    asked = put.options
    unknown = [kind for kind in asked.kind if kind not in all_detectors()]
    if unknown:
        allowed = ", ".join(all_detectors())
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="kind", value=unknown[0], allowed=allowed)
    seen = surveyed(put, asked.goal)
    told = ask_breaks(seen, put.journey.name, asked.kind)
    stated = _stated(put) if asked.cost else None
    said = _said(put)
    found = [_marked(_complete(put, seen, one, stated), said) for one in told]
    found.sort(key=lambda one: one.kind == _DELIGHT)
    aside = tuple(one for one in found if one.mark == Mark.ASIDE)
    counted = tuple(one for one in found if one.mark != Mark.ASIDE)
    return BreaksAnswer(put.journey.name, seen.roles.goals, seen.outline.journeys, counted, aside)


def surveyed(put: Put[BreaksOptions], goals: Sequence[str]) -> Survey:
    """All journeys that are asked for, from far away."""
    told = known_properties(put.snapshot, _MOST_PROPERTIES)
    scores = put.watched.ask(ToldKernel(), ToldQuestion((_SCORE,)), journey=put.journey)
    scope = Scope(
        is_case=put.journey.by == "case",
        properties=(*told.words, *told.days),
        goals=tuple(goals),
        has_scores=scores[_SCORE] > 0,
    )
    return survey(put.watched, put.journey, scope, selection=put.filter)


def _said(put: Put[BreaksOptions]) -> dict[str, StoredMark]:
    """What people said of findings of these journeys, by their ids."""
    with put.house.operational.read() as tx:
        return {one.finding: one for one in findings.marks(tx) if one.journey == put.journey.name}


def _marked(found: Break, said: Mapping[str, StoredMark]) -> Break:
    mark = said.get(found.id)
    return found if mark is None else msgspec.structs.replace(found, mark=mark.mark, note=mark.note)


def _stated(put: Put[BreaksOptions]) -> Assumptions:
    with put.house.operational.read() as tx:
        return assumptions.current(tx)


def _complete(put: Put[BreaksOptions], seen: Survey, told: Told, stated: Assumptions | None) -> Break:
    """A finding with its cost, its examples and its sentences."""
    found = told.told if stated is None else with_cost(seen, told, stated)
    picks = [(pick.part, pick.journey) for pick in told.picks]
    examples = tuple(
        BreakExample(one.id, one.case, one.started_at, one.seconds, one.steps)
        for one in describe(put.snapshot, put.journey, picks)
    )
    said = put.options.language
    language = said if said in LANGUAGES else put.house.settings.language
    words = Sentences(partial(_say, language), language, put.house.settings.time_zone)
    return msgspec.structs.replace(found, examples=examples, reason=words.reason(found))


def stated_and_said(house: House) -> str:
    """The state of what people stated and said of findings: costs and the list change with it."""
    with house.operational.read() as tx:
        return f"{assumptions.state_number(tx)}.{findings.state_number(tx)}"


def _say(language: str, key: str, /, **params: object) -> str:
    return text(key, language, **params)


questions.add("breaks")(Question(BreaksOptions, find, also=stated_and_said))
