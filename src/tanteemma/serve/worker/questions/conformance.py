"""How far do journeys follow the one that was drawn?"""

import msgspec

from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.journeys.ask_conformance import ask_conformance
from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question


class ConformanceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``drawn``: the steps, like ``A > (B, C) optional > D repeatable via phone within 2d``; always exact."""

    drawn: str
    exact: bool = False


def _conformance(put: Put[ConformanceOptions]) -> ConformanceAnswer:
    return ask_conformance(put.watched, put.journey, parse_drawn(put.options.drawn), selection=put.filter)


questions.add("conformance")(Question(ConformanceOptions, _conformance))
