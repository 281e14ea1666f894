"""How far do journeys follow the one that was drawn?"""

import msgspec

from tanteemma.journeys.answers_conformance import ConformanceAnswer, LeftOut
from tanteemma.journeys.ask_conformance import ask_conformance
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.where.parse import parse_drawn
from tanteemma.journeys.where.written import drawn_written
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text
from tanteemma.serve.exporting.ordering import find_document
from tanteemma.serve.map_asked import own_journeys
from tanteemma.serve.map_drawn import drawn_on
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.house import House
from tanteemma.store.listing import describe
from tanteemma.store.operational import documents, drawn_journeys


class ConformanceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``drawn``: the steps, like ``A > (B, C) optional > D repeatable via phone within 2d``, or the name of a kept one.

    ``map``: in place of it the key or name of a CX map; where no journey definition is named, the map's own journeys are meant:
    those of its definition, and of its segment.
    """

    drawn: str = ""
    map: str = ""
    exact: bool = False


class _Drawn(msgspec.Struct, frozen=True):
    steps: tuple[DrawnStep, ...]
    map: str = ""
    left_out: tuple[LeftOut, ...] = ()


def _drawn(put: Put[ConformanceOptions]) -> _Drawn:
    """What journeys are laid beside. Raises Problem FIELD_MISSING, WHERE_INVALID, and for a map as ``find_document``."""
    asked = put.options
    if not asked.drawn and not asked.map:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="drawn")
    with put.house.operational.read() as tx:
        if asked.map:
            document = find_document(tx, asked.map, "map")
            steps, left_out = drawn_on(tx, document.content, put.watched.touchpoints())
            if not steps:
                needs = text("map.drawn.needs", put.house.settings.language)
                wrong = {"field": "map", "value": document.name, "allowed": needs}
                raise Problem(ProblemCode.QUESTION_INVALID, status=422, **wrong)
            return _Drawn(steps, document.name, left_out)
        kept = drawn_journeys.known(tx, asked.drawn)
    return _Drawn(parse_drawn(asked.drawn if kept is None else kept.drawn))


def _of_map(house: House, asked: ConformanceOptions) -> JourneyFilter | None:
    """The journeys a map is about; None without a map. Raises Problem as ``find_document``."""
    if not asked.map:
        return None
    with house.operational.read() as tx:
        return own_journeys(find_document(tx, asked.map, "map").content)


def _conformance(put: Put[ConformanceOptions]) -> ConformanceAnswer:
    drawn = _drawn(put)
    found = ask_conformance(put.watched, put.journey, drawn.steps, selection=put.filter)
    told = describe(put.snapshot, put.journey, [(one.part, one.journey) for one in found.examples])
    named = [
        msgspec.structs.replace(example, id=one.id, case=one.case, subject=one.subject)
        for example, one in zip(found.examples, told, strict=True)
    ]
    return msgspec.structs.replace(
        found,
        examples=tuple(named),
        drawn=drawn_written(drawn.steps),
        journey=put.journey.name,
        where=put.filter.where,
        map=drawn.map,
        left_out=drawn.left_out,
    )


def _kept(house: House) -> str:
    """The state of the drawn journeys and of the maps: what a name means changes with it."""
    with house.operational.read() as tx:
        return f"{drawn_journeys.state_number(tx)}/{documents.stamp(tx)}"


questions.add("conformance")(Question(ConformanceOptions, _conformance, also=_kept, usual=_of_map))
