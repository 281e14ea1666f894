"""How far do journeys follow the one that was drawn?"""

import msgspec

from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.journeys.ask_conformance import ask_conformance
from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.house import House
from tanteemma.store.listing import describe
from tanteemma.store.operational import drawn_journeys


class ConformanceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``drawn``: the steps, like ``A > (B, C) optional > D repeatable via phone within 2d``, or the name of a kept one."""

    drawn: str
    exact: bool = False


def _conformance(put: Put[ConformanceOptions]) -> ConformanceAnswer:
    with put.house.operational.read() as tx:
        kept = drawn_journeys.known(tx, put.options.drawn)
    steps = parse_drawn(put.options.drawn if kept is None else kept.drawn)
    found = ask_conformance(put.watched, put.journey, steps, selection=put.filter)
    told = describe(put.snapshot, put.journey, [(one.part, one.journey) for one in found.examples])
    named = [
        msgspec.structs.replace(example, id=one.id, case=one.case, subject=one.subject)
        for example, one in zip(found.examples, told, strict=True)
    ]
    return msgspec.structs.replace(found, examples=tuple(named))


def _kept(house: House) -> str:
    """The state of the drawn journeys: what a name means changes with it."""
    with house.operational.read() as tx:
        return str(drawn_journeys.state_number(tx))


questions.add("conformance")(Question(ConformanceOptions, _conformance, also=_kept))
