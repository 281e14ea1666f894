"""The cells of a map, slow and obvious: each event looked at by each rule, in plain Python."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tanteemma.journeys.bucket import MICROSECONDS
from tanteemma.journeys.cells.question import Cells
from tanteemma.workshop.binding import Rule, Seen, catches
from tests.unit.journeys.told import Event

Journey = Sequence[Event]


@dataclass
class Row:
    """What is counted of one target."""

    events: int = 0
    journeys: int = 0
    persons: set[int] = field(default_factory=set)
    ends: int = 0
    open: int = 0
    again: int = 0
    came_again: int = 0
    recent: int = 0
    earlier: int = 0
    times: list[int] = field(default_factory=list)
    weeks: Counter[int] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    waits: list[int] = field(default_factory=list)


def caught(rule: Rule | None, event: Event) -> bool:
    return catches(rule, Seen(event.name, event.channel, {**event.says}))


def rows(journeys: Sequence[tuple[int | None, Journey]], asked: Cells) -> list[Row]:
    """Touchpoints, phases, what nothing catches, everything."""
    rules = [bound.rule for bound in asked.bound]
    found = [Row() for _ in range(len(rules) + 2)]
    for person, journey in journeys:
        of_event = [_targets(rules, event) for event in journey]
        for target, row in enumerate(found):
            _count(row, [target in targets for targets in of_event], (person, journey), asked)
        for target, row in enumerate(found):
            for place in range(1, len(journey)):
                enters = target not in of_event[place - 1] or target < len(asked.rules)
                if target in of_event[place] and enters and inside(journey[place], asked):
                    row.waits.append(journey[place].at - journey[place - 1].at)
    return found


def _targets(rules: Sequence[Rule | None], event: Event) -> set[int]:
    own = {place for place, rule in enumerate(rules) if caught(rule, event)}
    return own | ({len(rules) + 1} if own else {len(rules), len(rules) + 1})


def inside(event: Event, asked: Cells) -> bool:
    return asked.from_us <= event.at < asked.until_us


def _count(row: Row, is_there: list[bool], who: tuple[int | None, Journey], asked: Cells) -> None:
    person, journey = who
    own = [event for event, there in zip(journey, is_there, strict=True) if there]
    met = [event for event in own if inside(event, asked)]
    row.events += len(met)
    row.journeys += bool(met)
    if met and person is not None:
        row.persons.add(person)
    row.recent += sum(asked.recent_us <= event.at < asked.trend_us for event in own)
    row.earlier += sum(asked.earlier_us <= event.at < asked.recent_us for event in own)
    times = 0
    for before, event in pairwise(own):
        gap = (event.at - before.at) / MICROSECONDS
        times += inside(event, asked) and asked.spans.apart <= gap <= asked.spans.again
    row.again += times
    row.came_again += times > 0
    for event in met:
        row.times.append(event.at)
        row.weeks[max(0, bisect_right(asked.weeks[:-1], event.at) - 1)] += event.at >= asked.weeks[0]
        if "source" in event.says:
            row.sources[str(event.says["source"])] += 1
    if journey and is_there[-1] and inside(journey[-1], asked):
        row.ends += 1
        row.open += asked.as_of_us - journey[-1].at < asked.spans.quiet * MICROSECONDS


def scores(
    journeys: Sequence[tuple[int | None, Journey]], asked: Cells
) -> tuple[dict[tuple[int, str], Counter[float]], Counter[int]]:
    """Values by target and metric; how many were given afterwards, by target."""
    rules = [bound.rule for bound in asked.bound]
    found: dict[tuple[int, str], Counter[float]] = defaultdict(Counter)
    after: Counter[int] = Counter()
    for _, journey in journeys:
        for place, event in enumerate(journey):
            if "score" not in event.says or not inside(event, asked):
                continue
            for back in range(place, -1, -1):
                if event.at - journey[back].at > asked.spans.follow * MICROSECONDS:
                    break
                own = [target for target, rule in enumerate(rules) if caught(rule, journey[back])]
                for target in own:
                    found[target, str(event.says["score.metric"])][float(event.says["score"])] += 1
                    after[target] += back != place
                if own:
                    break
    return found, after


def standing(journeys: Sequence[tuple[int | None, Journey]], asked: Cells) -> tuple[Counter[int], int]:
    """People by the row of their last touchpoint and of its phase; how many are nowhere."""
    found: Counter[int] = Counter()
    nowhere = 0
    for person, journey in journeys:
        if person is None:
            continue
        rows = [
            [place for place, bound in enumerate(asked.bound) if caught(bound.rule, event)]
            for event in journey
            if event.at < asked.until_us
        ]
        there = [row for row in rows if row and row[0] < len(asked.rules)]
        nowhere += not there
        if there:
            found[max(row for row in there[-1] if row < len(asked.rules))] += 1
            phases = [row for row in there[-1] if row >= len(asked.rules)]
            if phases:
                found[max(phases)] += 1
    return found, nowhere


def weekly_waits(journeys: Sequence[tuple[int | None, Journey]], asked: Cells) -> dict[tuple[int, int], list[int]]:
    """How long was waited, by row and week."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    rules = [bound.rule for bound in asked.bound]
    for _, journey in journeys:
        for before, event in pairwise(journey):
            if not inside(event, asked) or event.at < asked.weeks[0]:
                continue
            week = bisect_right(asked.weeks[:-1], event.at) - 1
            for row, rule in enumerate(rules):
                enters = row < len(asked.rules) or not caught(rule, before)
                if caught(rule, event) and enters:
                    found[row, week].append(event.at - before.at)
    return found
