"""The question how two selections differ: each analysis once for either of them, over the same snapshot."""

from dataclasses import dataclass

from tanteemma.journeys.answers_comparison import ComparisonAnswer, Spread
from tanteemma.journeys.ask import Journey, Snapshot, ask_funnel, ask_graph
from tanteemma.journeys.comparison import Given, Measured, compared
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.durations import DurationsQuestion
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.spread import SpreadKernel
from tanteemma.journeys.where.tree import (
    Ends,
    Expr,
    FirstSays,
    FirstWhen,
    Follows,
    Funnel,
    Lasts,
    Not,
    Passes,
    Starts,
    Step,
    Variant,
    atoms,
    every,
)
from tanteemma.journeys.where.wish import Wish
from tanteemma.model.problems import Problem, ProblemCode


@dataclass(frozen=True, slots=True)
class _Where:
    """A condition as a wish."""

    where: Expr | None

    def expression(self) -> Expr | None:
        return self.where


def ask_comparison(
    snapshot: Snapshot[Journey],
    journey: Journey,
    one: Wish,
    other: Wish | None = None,
    funnel: FunnelQuestion | None = None,
) -> ComparisonAnswer:
    """How do the journeys that fulfil one condition differ from those that fulfil the other (None: all that do not)?

    Raises Problem QUESTION_INVALID (neither has a condition), and whatever its analyses raise.
    """
    first = one.expression()
    second = Not(first) if other is None and first is not None else other.expression() if other is not None else None
    if first is None and second is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="where", value="", allowed="--where, --against")
    both = every(tuple(part for part in (first, second) if part is not None))
    overlap = 0 if other is None else _spread(snapshot, journey, _Where(both)).journeys
    sides = [_measured(snapshot, journey, _Where(where), funnel) for where in (first, second)]
    return compared(sides[0], sides[1], overlap, _given(both))


def _given(where: Expr | None) -> Given:
    """What a condition is about."""
    found: set[str] = set()
    about = atoms(where) if where is not None else ()
    for atom in about:
        match atom:
            case Passes() | Starts() | Ends():
                found.add(atom.touchpoint)
            case Follows():
                found |= {atom.first, atom.then}
            case Funnel():
                found |= {*atom.steps, *atom.without}
            case FirstWhen() | FirstSays():
                found |= set(atom.touchpoints)
            case Step():
                found |= {*atom.names, *([atom.touchpoint] if atom.touchpoint else ())}
            case Variant():
                found |= set(atom.steps)
    return Given(frozenset(found), any(isinstance(atom, Lasts) for atom in about))


def _measured(snapshot: Snapshot[Journey], journey: Journey, wish: Wish, funnel: FunnelQuestion | None) -> Measured:
    return Measured(
        ask_graph(snapshot, journey, selection=wish),
        _spread(snapshot, journey, wish),
        None if funnel is None else ask_funnel(snapshot, journey, funnel, selection=wish),
    )


def _spread(snapshot: Snapshot[Journey], journey: Journey, wish: Wish) -> Spread:
    return snapshot.ask(narrowed(SpreadKernel(), wish), DurationsQuestion(), journey=journey)
