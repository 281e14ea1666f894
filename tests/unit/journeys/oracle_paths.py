"""Paths the slow way: every journey as a list of visits, cut at its anchor, counted with dictionaries."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tanteemma.journeys.kernels.paths import PathsQuestion
from tests.unit.journeys.oracle import Journey

#: a visit: the touchpoint, when its first event was and when its last
Visit = tuple[str, int, int]


@dataclass
class OraclePaths:
    reached: int = 0
    nodes: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    ended: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    #: gaps by place and both touchpoints
    gaps: dict[tuple[int, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))


def visits(journey: Journey, *, merge: bool) -> list[Visit]:
    found: list[Visit] = []
    for name, time in journey:
        if merge and found and found[-1][0] == name:
            found[-1] = (name, found[-1][1], time)
        else:
            found.append((name, time, time))
    return found


def way_of(journey: Journey, question: PathsQuestion) -> list[Visit]:
    """From the anchor on, or backwards from it, with one step more than asked for (to see who ends)."""
    all_visits = visits(journey, merge=question.merge)
    places = [place for place, (name, _, _) in enumerate(all_visits) if question.touchpoint in {None, name}]
    if not places:
        return []
    last = question.direction == "to" if question.touchpoint is None else question.occurrence == "last"
    anchor = places[-1] if last else places[0]
    way = all_visits[anchor:] if question.direction == "from" else all_visits[anchor::-1]
    return way[: question.steps + 2]


def paths(journeys: Sequence[Journey], question: PathsQuestion) -> OraclePaths:
    found = OraclePaths()
    ahead = question.direction == "from"
    for journey in journeys:
        way = way_of(journey, question)
        found.reached += bool(way)
        for place, visit in enumerate(way[: question.steps + 1]):
            found.nodes[place][visit[0]] += 1
            if place + 1 == len(way):
                found.ended[place][visit[0]] += 1
            elif place < question.steps:
                earlier, later = (visit, way[place + 1]) if ahead else (way[place + 1], visit)
                key = (place if ahead else -place - 1, earlier[0], later[0])
                found.gaps[key].append(later[1] - earlier[2])
    return found
