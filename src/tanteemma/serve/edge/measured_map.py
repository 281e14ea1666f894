"""What is measured at the touchpoints and phases of a map: asked of the worker by the rules that people wrote on it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tanteemma.journeys.answers_cells import CellsAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.messages import Analyse
from tanteemma.store.operational import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content, Part

#: what the page waits for figures before it is shown without them; the grid that comes after it waits longer
_AT_ONCE_S: Final = 0.15
_PATIENT_S: Final = 30.0
_RUNNING: Final[set[asyncio.Task[CellsAnswer]]] = set()


class Measurable(msgspec.Struct, frozen=True):
    """What a map asks: the rule of each touchpoint, the touchpoints of each phase, what is believed, on which journeys."""

    rules: Mapping[str, str]
    phases: Mapping[str, tuple[str, ...]]
    believed: Mapping[str, float]
    journey: str | None
    segment: str | None

    @property
    def bound(self) -> bool:
        """Is anything bound at all?"""
        return any(self.rules.values())


class Measured(msgspec.Struct, frozen=True):
    """The answer; ``pending``: it is still being counted; ``problem``: why there is none."""

    answer: CellsAnswer | None = None
    pending: bool = False
    problem: str = ""


def measurable(tx: Transaction, content: Content) -> Measurable:
    """What this map asks; a touchpoint without a rule of its own is measured by the building block it shows."""
    touchpoints = content.of_kind("touchpoint")
    shared = {key: _rule_of(tx, key) for key in sorted({part.text("shared") for part in touchpoints} - {""})}
    phases = [part.id for part in content.of_kind("phase")]
    return Measurable(
        rules={part.id: part.text("rule") or shared.get(part.text("shared"), "") for part in touchpoints},
        phases={phase: tuple(part.id for part in touchpoints if part.place.get("phase") == phase) for phase in phases},
        believed=_believed(content, touchpoints, phases),
        journey=content.text("journey") or None,
        segment=content.text("segment") or None,
    )


def _rule_of(tx: Transaction, key: str) -> str:
    try:
        return keeping.open_document(tx, key).content.text("rule")
    except Problem:
        return ""


def _believed(content: Content, touchpoints: list[Part], phases: list[str]) -> dict[str, float]:
    found = {part.id: part.number("feeling") for part in touchpoints}
    for phase in phases:
        said = [one.number("feeling") for one in content.at({"phase": phase}, "feeling")]
        known = [one for one in said if one is not None]
        found[phase] = sum(known) / len(known) if known else None
    return {name: value for name, value in found.items() if value is not None}


def options_of(asked: Measurable, said: Mapping[str, str], language: str) -> dict[str, Any]:
    """The options of the question ``cells``; ``said``: ``since``, ``until`` of the address."""
    return {
        "touchpoint": tuple(f"{name}={rule}" for name, rule in asked.rules.items()),
        "phase": tuple(f"{name}={','.join(inside)}" for name, inside in asked.phases.items() if inside),
        "believed": tuple(f"{name}={value:g}" for name, value in asked.believed.items()),
        "since": said.get("since", "")[:10],
        "until": said.get("until", "")[:10],
        "breaks": True,
        "language": language,
    }


def filter_of(asked: Measurable, segment: str = "") -> JourneyFilter:
    """The journeys a map is measured on: its own, of one segment if it names one."""
    name = segment or asked.segment
    where = () if not name else ("segment = '{}'".format(name.replace("'", "''")),)
    return JourneyFilter(journey=asked.journey, where=where)


async def measured(request: AnyRequest, asked: Measurable, *, patient: bool) -> Measured:
    """The figures, if they are there soon; a question that takes longer goes on and is answered to the next who asks."""
    if not asked.bound:
        return Measured()
    edge, said = edge_of(request), request.query_params
    options = msgspec.json.encode(options_of(asked, said, language_for(request)))
    wanted = filter_of(asked, said.get("segment", ""))
    message = Analyse(name="cells", options=options, journey=wanted.journey, filter=wanted)
    task = asyncio.ensure_future(asking.document(edge, message, CellsAnswer))
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    done, _ = await asyncio.wait({task}, timeout=_PATIENT_S if patient else _AT_ONCE_S)
    if not done:
        task.add_done_callback(_heard)
        return Measured(pending=True)
    try:
        return Measured(answer=task.result())
    except Problem as problem:
        return Measured(problem=problem.sentence(language_for(request)))


def _heard(task: "asyncio.Task[CellsAnswer]") -> None:
    """Nobody waits for it any more: an error is no surprise."""
    if not task.cancelled():
        task.exception()
