"""The slow, obvious versions: plain lists and loops, for comparison with the compiled ones."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

Step = tuple[str, int]
Journey = Sequence[Step]


@dataclass
class OracleEdge:
    gaps: list[int] = field(default_factory=list)
    journeys: set[int] = field(default_factory=set)


def quantile_s(microseconds: Sequence[int], percent: float) -> float:
    return float(np.percentile(np.array(microseconds, dtype=np.int64), percent)) / 1_000_000


def mean_s(microseconds: Sequence[int]) -> float:
    return sum(microseconds) / (len(microseconds) * 1_000_000)


def nodes(journeys: Sequence[Journey]) -> list[tuple[str, int, int, int, int]]:
    events: Counter[str] = Counter(name for journey in journeys for name, _ in journey)
    passing = Counter(name for journey in journeys for name in {name for name, _ in journey})
    starts = Counter(journey[0][0] for journey in journeys)
    ends = Counter(journey[-1][0] for journey in journeys)
    rows = [(name, events[name], passing[name], starts[name], ends[name]) for name in events]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def edges(journeys: Sequence[Journey]) -> dict[tuple[str, str], OracleEdge]:
    found: dict[tuple[str, str], OracleEdge] = defaultdict(OracleEdge)
    for number, journey in enumerate(journeys):
        for (source, then), (target, now) in pairwise(journey):
            found[source, target].gaps.append(now - then)
            found[source, target].journeys.add(number)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1].gaps), item[0])))


def durations(journeys: Sequence[Journey]) -> list[int]:
    return [journey[-1][1] - journey[0][1] for journey in journeys]


def variants(journeys: Sequence[Journey]) -> list[tuple[tuple[str, ...], int, float]]:
    lengths: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for journey in journeys:
        lengths[tuple(name for name, _ in journey)].append(journey[-1][1] - journey[0][1])
    rows = [(steps, len(found), quantile_s(found, 50)) for steps, found in lengths.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def funnel(
    journeys: Sequence[Journey], steps: Sequence[str], within: int, *, strict: bool, without: Sequence[str] = ()
) -> list[list[int]]:
    """For each step the gaps from the step before, one for each journey that reaches it (zeros for the first)."""
    gaps: list[list[int]] = [[] for _ in steps]
    for journey in journeys:
        for step, arrival in enumerate(arrivals(journey, steps, within, strict=strict, without=without)):
            if arrival is not None:
                event, before = arrival
                gaps[step].append(journey[event][1] - journey[before][1] if step else 0)
    return gaps


def arrivals(
    journey: Journey, steps: Sequence[str], within: int, *, strict: bool, without: Sequence[str] = ()
) -> list[tuple[int, int] | None]:
    """For each step the event by which it is reached first, and the last event of the step before it could come from."""
    found: list[tuple[int, int] | None] = [None] * len(steps)
    begin = 0
    for cut in [place for place, (name, _) in enumerate(journey) if name in without] + [len(journey)]:
        reached = _arrivals(journey[begin:cut], steps, within, strict=strict)
        for step, pairs in enumerate(reached):
            if pairs and found[step] is None:
                event, before = min(pairs, key=lambda arrival: (arrival[0], -arrival[1]))
                found[step] = event + begin, before + begin
        begin = cut + 1
    return found


def arrivals_in_any_order(
    journey: Journey, steps: Sequence[str], within: int, without: Sequence[str] = ()
) -> list[tuple[int, int] | None]:
    """For each number of steps the first event that completes so many in one stretch, and the step's event before it."""
    found: list[tuple[int, int] | None] = [None] * len(steps)
    at_steps = [place for place, (name, _) in enumerate(journey) if name in steps]
    for last in at_steps:
        for first in range(last + 1):
            stretch = journey[first : last + 1]
            if stretch[-1][1] - stretch[0][1] > within or any(name in without for name, _ in stretch):
                continue
            for count in range(len({name for name, _ in stretch} & set(steps))):
                if found[count] is None:
                    found[count] = last, max((place for place in at_steps if place < last), default=last)
    return found


def _arrivals(journey: Journey, steps: Sequence[str], within: int, *, strict: bool) -> list[set[tuple[int, int]]]:
    """For each step all pairs (event of this step, event of the step before) on ways from any start."""
    reached: list[set[tuple[int, int]]] = [set() for _ in steps]
    for start, (name, began) in enumerate(journey):
        if name != steps[0]:
            continue
        here = {start}
        reached[0].add((start, start))
        for step in range(1, len(steps)):
            pairs = {
                (event, before)
                for before in here
                for event in range(before + 1, min(before + 2, len(journey)) if strict else len(journey))
                if journey[event][0] == steps[step] and journey[event][1] - began <= within
            }
            reached[step] |= pairs
            here = {event for event, _ in pairs}
    return reached


def passes(journey: Journey, name: str) -> bool:
    return any(name == step for step, _ in journey)


def takes(journey: Journey, edge: tuple[str, str]) -> bool:
    return any((source, target) == edge for (source, _), (target, _) in pairwise(journey))
