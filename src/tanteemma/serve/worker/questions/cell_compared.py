"""How much of an outcome goes with each step of a map, and how do two times or selections differ in its cells?"""

from typing import Any, Literal

import msgspec

from tanteemma.journeys.answers_weights import CompareAnswer, WeightsAnswer
from tanteemma.journeys.ask_cells import Measured, ask_measured, cells_of, every_name, map_question
from tanteemma.journeys.ask_scores import Both
from tanteemma.journeys.cells.comparing import compared_cells
from tanteemma.journeys.cells.question import Wanted
from tanteemma.journeys.cells.reading import read_moment, read_phases, read_touchpoints
from tanteemma.journeys.cells.weighing import weights_answer
from tanteemma.journeys.drivers.outcomes import read_outcome
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.cell_weights import CellWeights, CellWeightsKernel
from tanteemma.journeys.kernels.cells import CellsKernel
from tanteemma.journeys.loops import cells as loop
from tanteemma.journeys.where.wish import Passing, Wish
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asking import Put, Question


class WeightsOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint", "phases": "phase"}
):
    """See ``journeys.answers_weights``."""

    touchpoints: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    outcome: str = "nps"
    of: Literal["touchpoints", "phases"] = "touchpoints"


class CompareOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint", "phases": "phase"}
):
    """See ``journeys.answers_weights``."""

    touchpoints: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    other_since: str = ""
    other_until: str = ""
    against: tuple[str, ...] = ()


def _wanted(put: Put[Any], since: str = "", until: str = "") -> Wanted:
    asked, zone = put.options, put.house.settings.time_zone
    rules = read_touchpoints([one for one in asked.touchpoints if one.strip()]) or every_name(put.watched.touchpoints())
    return Wanted(
        rules,
        read_phases([one for one in asked.phases if one.strip()]),
        read_moment("since", since, zone),
        read_moment("until", until, zone),
        zone=zone,
        lives=put.journey.by != "case",
    )


def _weights(put: Put[WeightsOptions]) -> WeightsAnswer:
    outcome, phases = read_outcome(put.options.outcome), put.options.of == "phases"
    cells = map_question(put.watched, put.journey, _wanted(put))
    question = CellWeights(cells, outcome, phases)
    found = put.watched.ask(narrowed(CellWeightsKernel(), put.filter), question, journey=put.journey)
    rows = cells.bound[len(cells.rules) :] if phases else cells.rules
    return weights_answer([row.id for row in rows], put.options.outcome, found)


def _compare(put: Put[CompareOptions]) -> CompareAnswer:
    asked = put.options
    against = tuple(one for one in asked.against if one.strip())
    other: Wish = Passing(where=against, zone=put.filter.zone) if against else put.filter
    times = bool(asked.other_since.strip() or asked.other_until.strip())
    if not against and not times:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="against", value="", allowed="against, other_since")
    one_side = ask_measured(put.watched, put.journey, _wanted(put, asked.since, asked.until), selection=put.filter)
    ends = (asked.other_since, asked.other_until) if times else (asked.since, asked.until)
    other_side = ask_measured(put.watched, put.journey, _wanted(put, *ends), selection=other)
    overlap = None if times else _overlap(put, one_side, other)
    cells, others = (cells_of(side, put.house.settings.language) for side in (one_side, other_side))
    pairs = [compared_cells(mine, theirs, independent=not overlap) for mine, theirs in zip(cells, others, strict=True)]
    return CompareAnswer(_journeys(one_side), _journeys(other_side), overlap, *pairs)


def _overlap(put: Put[CompareOptions], side: Measured, other: Wish) -> int:
    both = narrowed(CellsKernel(), Both(put.filter, other))
    return int(put.watched.ask(both, side.question, journey=put.journey).counts[-1, loop.JOURNEYS])


def _journeys(side: Measured) -> int:
    return int(side.counts.counts[-1, loop.JOURNEYS])


questions.add("cells_weights")(Question(WeightsOptions, _weights))
questions.add("cells_compare")(Question(CompareOptions, _compare))
