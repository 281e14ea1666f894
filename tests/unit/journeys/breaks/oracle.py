"""Weak spots recognised the slow and obvious way, one journey at a time: what the compiled loops must agree with."""

import itertools
from collections.abc import Collection, Sequence

from tests.unit.journeys.breaks.made import Event

#: came, hit, index of the event, amount
Mark = tuple[bool, bool, int, int]
NOBODY: Mark = (False, False, 0, 0)


def followed(journey: Sequence[Event], first: str, second: str, within_us: int, through: Collection[str] = ()) -> Mark:
    firsts = [place for place, event in enumerate(journey) if event.touchpoint == first]
    if not firsts:
        return NOBODY
    best: tuple[int, int] | None = None
    for place in firsts:
        for later in range(place + 1, len(journey)):
            event = journey[later]
            if event.touchpoint == second and event.us - journey[place].us <= within_us:
                gap = event.us - journey[place].us
                best = (gap, place) if best is None or gap < best[0] else best
            if event.touchpoint == first or event.touchpoint not in {*through, second}:
                break
    return (True, False, firsts[-1], 0) if best is None else (True, True, best[1], best[0])


def waited(journey: Sequence[Event], first: str, second: str, longer_us: int) -> Mark:
    found: tuple[int, int] | None = None
    for place, event in enumerate(journey[:-1]):
        after = journey[place + 1]
        if event.touchpoint == first and after.touchpoint == second:
            gap = after.us - event.us
            if found is None or gap > found[0]:
                found = (gap, place)
    return NOBODY if found is None else (True, found[0] > longer_us, found[1], found[0])


def came_back(journey: Sequence[Event], home: str, away: str, longest: int, rounds: int) -> Mark:
    homes = [place for place, event in enumerate(journey) if event.touchpoint == home]
    if not homes:
        return NOBODY
    left = [place for place in homes if place + 1 < len(journey) and journey[place + 1].touchpoint == away]
    back = [place for place in left if any(other - place <= longest for other in homes if other > place)]
    amount = len(left) if back else 0
    return True, amount >= rounds, homes[0], amount


def fell_silent(
    journey: Sequence[Event], step: str, goals: Collection[str], refusals: Collection[str], silence_us: int, now_us: int
) -> Mark:
    before = []
    reached = False
    for place, event in enumerate(journey):
        if event.touchpoint in goals:
            reached = True
            break
        before.append(place)
    passed = [place for place in before if journey[place].touchpoint == step]
    if not passed or now_us - journey[passed[-1]].us <= silence_us:
        return False, False, passed[-1] if passed else 0, 0
    refused = any(journey[place].touchpoint in refusals for place in before)
    return True, not reached and not refused and before[-1] == passed[-1], passed[-1], 0


def contradicted(journey: Sequence[Event], places: tuple[str, str], said: tuple[str, str], name: str, within_us: int) -> Mark:
    told = [place for place, event in enumerate(journey) if name in event.says]
    firsts = [place for place in told if journey[place].touchpoint == places[0] and journey[place].says[name] == said[0]]
    if not firsts:
        return NOBODY
    for place, after in itertools.pairwise(told):
        one, other = journey[place], journey[after]
        if (
            place in firsts
            and (other.touchpoint, other.says[name]) == (places[1], said[1])
            and one.channel != other.channel
            and other.us - one.us <= within_us
        ):
            return True, True, place, other.us - one.us
    return True, False, firsts[0], 0


def went_round(journey: Sequence[Event], start: str, by: str, end: str, most: int) -> Mark:
    straight: tuple[int, int] | None = None
    for place, event in enumerate(journey):
        if event.touchpoint != start:
            continue
        for later in range(place + 1, min(len(journey), place + 2 + most)):
            name = journey[later].touchpoint
            if name == start:
                break
            if name == end:
                found = (place, journey[later].us - event.us)
                if later > place + 1 and journey[place + 1].touchpoint == by:
                    return True, True, *found
                straight = straight or found
                break
    return NOBODY if straight is None else (True, False, *straight)


def passed_quickly(journey: Sequence[Event], first: str, second: str, within_us: int) -> Mark:
    seconds = [place for place, event in enumerate(journey) if event.touchpoint == second]
    if not seconds:
        return NOBODY
    for place in seconds:
        gap = journey[place].us - journey[place - 1].us if place else 0
        if place and journey[place - 1].touchpoint == first and gap <= within_us:
            return True, True, place, gap
    return True, False, seconds[0], 0
