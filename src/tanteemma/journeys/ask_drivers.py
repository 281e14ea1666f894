"""The question which facts of journeys go with an outcome, over a snapshot of the journeys."""

import dataclasses
from typing import TypeVar

import msgspec

from tanteemma.journeys.ask import Snapshot
from tanteemma.journeys.drivers.analysis import Wanted, analyse
from tanteemma.journeys.drivers.answers import DriversAnswer
from tanteemma.journeys.drivers.columns import DELAY, PROPERTY, TOUCHPOINT, facts_of_rows
from tanteemma.journeys.drivers.facts import Facts
from tanteemma.journeys.drivers.outcomes import Outcome, OutcomeKind
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.driver_rows import MOST_ROWS, OutcomesKernel, RowsKernel, RowsQuestion
from tanteemma.journeys.where.wish import Wish
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode

Journey = TypeVar("Journey")


class DriversWish(msgspec.Struct, frozen=True):
    """The outcome and, by name, the drivers (none: all there are); ``properties`` and ``delays`` that can be read.

    A driver is one of ``NUMBERS``, ``touchpoint:NAME``, ``property:NAME``, ``delay:NAME`` (a property that holds a promised
    day), or the bare name of a touchpoint or property.
    """

    outcome: Outcome
    drivers: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    delays: tuple[str, ...] = ()
    shapes: bool = True
    adjusted: bool = True


def ask_drivers(
    snapshot: Snapshot[Journey], journey: Journey, wish: DriversWish, *, selection: Wish | None = None
) -> DriversAnswer:
    """Which facts of the journeys go with the outcome?

    Raises Problem UNKNOWN_TOUCHPOINT, SCALES_MIXED, TOO_FEW_ROWS, and what ``drivers.analysis`` raises.
    """
    question = RowsQuestion(wish.outcome, *_asked(wish))
    journeys = snapshot.ask(narrowed(OutcomesKernel(), selection), question, journey=journey)
    question = msgspec.structs.replace(question, one_of=-(-journeys // MOST_ROWS) or 1)
    rows = snapshot.ask(narrowed(RowsKernel(), selection), question, journey=journey)
    facts = facts_of_rows(rows, question, snapshot.touchpoints().names, _title(wish.outcome))
    chosen = _chosen(facts, wish)
    found = analyse(chosen, Wanted(bool(wish.drivers), earlier=True, shapes=wish.shapes, adjusted=wish.adjusted))
    return msgspec.structs.replace(found, journeys=rows.journeys, nothing_before=rows.nothing_before)


def _title(outcome: Outcome) -> str:
    return outcome.name if outcome.kind is not OutcomeKind.MONEY else "value"


def _asked(wish: DriversWish) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The properties and delays to read: those named, else all that can be."""
    if not wish.drivers:
        return wish.properties, wish.delays
    bare = [name.removeprefix(PROPERTY) for name in wish.drivers if name.startswith(PROPERTY) or name in wish.properties]
    late = [name.removeprefix(DELAY) for name in wish.drivers if name.startswith(DELAY)]
    return tuple(dict.fromkeys(bare)), tuple(dict.fromkeys(late))


def _chosen(facts: Facts, wish: DriversWish) -> Facts:
    """Only the drivers that were named. Raises Problem QUESTION_INVALID with the nearest names for others."""
    if not wish.drivers:
        return facts
    known = {driver.name: driver for driver in facts.drivers}
    found = []
    for name in wish.drivers:
        meant = next((full for full in (name, f"{TOUCHPOINT}{name}", f"{PROPERTY}{name}") if full in known), None)
        if meant is None:
            hint = ", ".join(nearest(name, known))
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--drivers", value=name, hint=hint)
        if meant not in found:
            found.append(meant)
    return dataclasses.replace(facts, drivers=tuple(known[name] for name in found))
