"""The slow, obvious version of conformance: every way to lay a journey beside a drawing, tried out by recursion."""

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from tanteemma.journeys.drawn import DrawnStep
from tests.unit.journeys.oracle import Journey

Move = tuple[str, int | None, int | None]


@dataclass
class Beside:
    """Cost, worst cost, the moves (name, event, step from 1), and what is said of it."""

    cost: int
    worst: int
    moves: tuple[Move, ...]
    reached: set[int] = field(default_factory=set)
    misplaced: set[int] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)
    timed: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    added: list[tuple[int, str]] = field(default_factory=list)


def least(names: tuple[str, ...], steps: tuple[DrawnStep, ...]) -> tuple[int, tuple[Move, ...]]:
    """The cheapest way; a step may happen again only if it was matched before. Of equal ones that which matches first."""

    @cache
    def from_here(event: int, step: int, matched: bool) -> tuple[int, tuple[Move, ...]]:
        ways: list[tuple[int, tuple[Move, ...]]] = []

        def add(cost: int, move: Move, then: tuple[int, tuple[Move, ...]]) -> None:
            ways.append((cost + then[0], (move, *then[1])))

        if event < len(names):
            if step < len(steps) and names[event] in steps[step].touchpoints:
                add(0, ("matched", event, step + 1), from_here(event + 1, step + 1, True))
            if matched and steps[step - 1].repeats and names[event] in steps[step - 1].touchpoints:
                add(0, ("again", event, step), from_here(event + 1, step, True))
            add(1, ("added", event, None), from_here(event + 1, step, matched))
        if step < len(steps):
            add(int(not steps[step].optional), ("skipped", None, step + 1), from_here(event, step + 1, False))
        return min(ways, key=lambda way: way[0]) if ways else (0, ())

    return from_here(0, 0, False)


def beside(journey: Journey, steps: tuple[DrawnStep, ...]) -> Beside:
    """A journey (with events) beside the drawing."""
    names = tuple(name for name, _ in journey)
    cost, moves = least(names, steps)
    found = Beside(cost, len(names) + sum(not step.optional for step in steps), moves)
    arrivals = [(step, journey[event][1]) for move, event, step in moves if move == "matched" and step and event is not None]
    found.reached = {step for step, _ in arrivals}
    for (place, time), (_, then) in pairwise(arrivals):
        within_s = steps[place - 1].within_s
        if within_s is not None:
            found.timed.add(place)
            if then - time > round(within_s * 1_000_000):
                found.late.add(place)
    before = 0
    for move, event, step in moves:
        if move == "matched" and step:
            before = step
        if move == "added" and event is not None:
            places = [number for number, one in enumerate(steps, 1) if names[event] in one.touchpoints]
            missing = [number for number in places if number not in found.reached]
            if missing:
                found.misplaced.add(missing[0])
            elif places:
                found.repeated.add(places[0])
            else:
                found.added.append((before, names[event]))
    return found
