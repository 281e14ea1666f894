"""Which first touchpoints lead where? Rules in, first contacts out; see ``journeys.answers_firsts`` for both."""

from typing import Final

import msgspec

from tanteemma.journeys.answers_firsts import FirstsAnswer
from tanteemma.journeys.ask_cells import every_name, map_question
from tanteemma.journeys.ask_firsts import ask_firsts, first_contacts
from tanteemma.journeys.cells.question import Wanted
from tanteemma.journeys.cells.reading import read_moment, read_touchpoints
from tanteemma.journeys.kernels.cell_firsts import CellFirsts
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.cells_counted import counted_of, state_of_counts
from tanteemma.workshop.binding import Rule, parse_binding, rule_for, written_binding

_MOST: Final = 50


class FirstsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint"}):
    """See ``journeys.answers_firsts``."""

    touchpoints: tuple[str, ...] = ()
    goal: str = ""
    since: str = ""
    until: str = ""
    top: int = 3


def _firsts(put: Put[FirstsOptions]) -> FirstsAnswer:
    asked, zone, known = put.options, put.house.settings.time_zone, put.watched.touchpoints()
    if not 1 <= asked.top <= _MOST:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="top", value=str(asked.top), allowed=f"1–{_MOST}")
    rules = read_touchpoints([one for one in asked.touchpoints if one.strip()]) or every_name(known)
    since, until = read_moment("since", asked.since, zone), read_moment("until", asked.until, zone)
    wanted = Wanted(rules, since=since, until=until, zone=zone, lives=put.journey.by != "case")
    question = CellFirsts(map_question(put.watched, put.journey, wanted), _goal(asked.goal, known.names))
    found = ask_firsts(put.watched, put.journey, question, selection=put.filter)
    return FirstsAnswer(
        journey=put.journey.name,
        journeys=int(found.journeys.sum()),
        goal=written_binding(question.goal),
        since=since,
        until=until,
        firsts=first_contacts(question, found, counted_of(put.house, question.cells), asked.top),
        unbound=tuple(one.id for one in rules if one.rule is None),
    )


def _goal(said: str, names: tuple[str, ...]) -> Rule | None:
    """A name of an event as it is, else a rule. Raises Problem BINDING_INVALID."""
    text = said.strip()
    return rule_for((text,)) if text in names else parse_binding(text)


questions.add("first_contacts")(Question(FirstsOptions, _firsts, also=state_of_counts))
