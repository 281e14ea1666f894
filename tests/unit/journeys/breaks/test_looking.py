"""The kernels with which detectors look for places, against the slow way."""

import itertools
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.breaks.detour import delays_us
from tanteemma.journeys.kernels import places as looking
from tanteemma.journeys.kernels.afterglow import AfterglowKernel, AfterglowQuestion
from tanteemma.journeys.kernels.positions import MOST_AFTER, PositionsKernel, PositionsQuestion
from tanteemma.journeys.loops.afterglow import COUNT, REACHED, SCORED, SUM
from tanteemma.journeys.loops.cycles import CHANCE_UNIT, LONGEST
from tests.unit.journeys.breaks.made import SECOND, Event, Made

NAMES = ("a@web", "b@web", "b@phone", "c@phone", "d@mail")
SAYS: st.SearchStrategy[dict[str, str | float]] = st.one_of(
    st.just({}),
    st.sampled_from(("open", "done")).map(lambda state: {"state": state}),
    st.integers(0, 10).map(lambda score: {"score": float(score), "score.low": 0.0, "score.high": 10.0, "score.best": 10.0}),
)
EVENTS = st.builds(Event, st.sampled_from(NAMES), st.integers(0, 150).map(float), SAYS)
LOGS = st.builds(
    lambda journeys, buckets: Made.of([*journeys, [Event(name, 0) for name in NAMES]], buckets),
    st.lists(st.lists(EVENTS, min_size=1, max_size=12), max_size=8),
    st.integers(1, 3),
)


def numbers(log: Made, journey: tuple[Event, ...]) -> list[int]:
    names = log.touchpoints().names
    return [names.index(event.touchpoint) for event in journey]


@given(LOGS)
def test_returns_and_their_chance_are_those_of_every_journey(log: Made) -> None:
    wide = len(log.touchpoints().names)
    returns, journeys, chance = Counter[int](), Counter[int](), np.zeros((wide, wide))
    for journey in log.journeys:
        told = numbers(log, journey)
        own = Counter[int]()
        for place, number in enumerate(told):
            before = [other for other in range(place) if told[other] == number]
            if before and place - before[-1] <= LONGEST:
                own[number * wide + told[before[-1] + 1]] += 1
        returns += own
        journeys += Counter(dict.fromkeys(own, 1))
        counts, length = Counter(told), len(told)
        for home in range(wide):
            for away in range(wide):
                h, a = counts[home], counts[away]
                if h >= 2 and home == away:
                    chance[home, away] += h * (h - 1) / length
                elif h >= 2 and a:
                    chance[home, away] += (h - 1) * a / (length - 1) * min(1, 4 * (h - 1) / max(1, length - 2))
    counted, in_journeys, _ = log.ask(looking.ReturnsKernel(), looking.ReturnsQuestion(), journey=None)
    assert {way: int(counted[way]) for way in returns} == dict(returns)
    assert int(counted.sum()) == returns.total()
    assert int(in_journeys.sum()) == journeys.total()
    ways = tuple((home, away) for home in range(wide) for away in range(wide))
    found = log.ask(looking.ChancesKernel(), looking.ChancesQuestion(ways), journey=None) / CHANCE_UNIT
    assert np.allclose(found.reshape(wide, wide), chance, atol=1e-4 * (1 + len(log.journeys)))


@given(LOGS, st.integers(0, 60))
def test_contacts_soon_after_are_those_of_every_journey(log: Made, within: int) -> None:
    table, wide = log.touchpoints(), len(log.touchpoints().names)
    asks, contacts, settles = {"a", "b"}, {"b", "c", "d"}, {"d"}
    pairs, journeys = Counter[int](), Counter[int]()
    for journey in log.journeys:
        told, own = numbers(log, journey), set[int]()
        for place, event in enumerate(journey):
            if event.touchpoint not in asks:
                continue
            seen = set[int]()
            for later in range(place + 1, len(journey)):
                other = journey[later]
                if other.touchpoint in contacts and told[later] != told[place] and other.channel != event.channel:
                    pair = told[place] * wide + told[later]
                    if other.us - event.us <= within * SECOND and pair not in seen:
                        seen.add(pair)
                        pairs[pair] += 1
                        own.add(pair)
                if other.touchpoint in settles or told[later] == told[place]:
                    break
        journeys += Counter(dict.fromkeys(own, 1))
    question = looking.FollowsQuestion(tuple(asks), tuple(contacts), tuple(settles), within * SECOND)
    events, counted, in_journeys = log.ask(looking.FollowsKernel(), question, journey=None)
    met = Counter(event.touchpoint for journey in log.journeys for event in journey)
    assert events.tolist() == [met[name] if name in asks else 0 for name in table.names]
    assert {place: int(count) for place, count in enumerate(counted) if count} == dict(pairs)
    assert {place: int(count) for place, count in enumerate(in_journeys) if count} == dict(journeys)


@given(LOGS, st.integers(0, 60))
def test_changes_of_what_is_said_are_those_between_neighbouring_statements(log: Made, within: int) -> None:
    names, wide = log.touchpoints().names, len(log.touchpoints().names)
    rows, turns = Counter[tuple[int, str, str]](), Counter[tuple[str, str]]()
    for journey in log.journeys:
        told = [event for event in journey if "state" in event.says]
        for one, other in itertools.pairwise(told):
            first, second = str(one.says["state"]), str(other.says["state"])
            if first == second:
                continue
            turns[first, second] += 1
            if one.channel != other.channel and other.us - one.us <= within * SECOND:
                rows[names.index(one.touchpoint) * wide + names.index(other.touchpoint), first, second] += 1
    found = log.ask(looking.ClashesKernel(), looking.ClashesQuestion("property.state", within * SECOND), journey=None)
    said = {(pair, found.words[first], found.words[second]): count for pair, first, second, count in found.rows.tolist()}
    assert said == dict(rows)
    for (first, second), count in turns.items():
        assert found.turns[found.words.index(first), found.words.index(second)] == count


@given(LOGS)
def test_what_stands_aside_and_what_near_the_end_is_counted_over_every_journey(log: Made) -> None:
    wide = len(log.touchpoints().names)
    direct = np.zeros((wide, wide), np.int64)
    for journey in log.journeys:
        told = numbers(log, journey)
        for one, other in itertools.pairwise(told):
            direct[one, other] += 1
    inner, around, near = np.zeros(wide), np.zeros(wide), np.zeros(wide)
    for journey in log.journeys:
        told = numbers(log, journey)
        for before, middle, after in zip(told, told[1:], told[2:], strict=False):
            inner[middle] += 1
            around[middle] += before == after or direct[before, after] >= max(2, direct[before, middle])
        for number in set(told):
            last = len(told) - 1 - told[::-1].index(number)
            near[number] += len(told) - 1 - last <= min(MOST_AFTER, last)
    found = log.ask(PositionsKernel(), PositionsQuestion(direct.tobytes(), least=2), journey=None)
    assert found.around.reshape(-1, 2).tolist() == np.column_stack([inner, around]).tolist()
    assert found.near_end.tolist() == near.tolist()


@given(LOGS, st.integers(0, 60))
def test_who_comes_to_a_step_and_ends_there_is_counted_over_every_journey(log: Made, silence: int) -> None:
    names, now = log.touchpoints().names, 200
    came, ended = Counter[str](), Counter[str]()
    for journey in log.journeys:
        told = [event for event in journey if event.touchpoint != "c"]
        goal = next((place for place, event in enumerate(told) if event.touchpoint == "d"), None)
        before = told[:goal]
        came.update({event.touchpoint for event in before})
        if goal is None and before:
            if now * SECOND - before[-1].us > silence * SECOND:
                ended[before[-1].touchpoint] += 1
            else:
                came[before[-1].touchpoint] -= 1
    question = looking.LastStepsQuestion(("d",), ("c",), (), (silence * SECOND,) * len(names), now * SECOND)
    counted = log.ask(looking.LastStepsKernel(), question, journey=None)
    assert [dict(zip(names, column.tolist(), strict=True)) for column in counted] == [
        {name: counts[name] for name in names} for counts in (came, ended)
    ]


@given(LOGS)
def test_scores_and_goals_after_a_transition_are_those_of_every_journey(log: Made) -> None:
    names, wide = log.touchpoints().names, len(log.touchpoints().names)
    expected: dict[tuple[int, int], list[float]] = {}
    for journey in log.journeys:
        plain = [place for place, event in enumerate(journey) if event.touchpoint != "d"]
        seen = set[int]()
        taken = list(itertools.pairwise(plain))
        taken += [(plain[-1], plain[-1])] if plain else []
        for one, other in taken:
            first, second = (names.index(journey[place].touchpoint) for place in (one, other))
            code = first * wide + second
            if code in seen or (one != other and first == second):
                continue
            seen.add(code)
            later = [event.says["score"] for event in journey[other + 1 :] if "score" in event.says]
            band = 1 if one == other or journey[other].us - journey[one].us > 20 * SECOND else 0
            row = expected.setdefault((code, band), [0, 0, 0.0, 0])
            row[0] += 1
            row[3] += any(event.touchpoint == "c" for event in journey[other:])
            if later:
                row[1] += 1
                row[2] += float(later[0]) * 100
    codes = tuple(range(wide * wide))
    question = AfterglowQuestion(codes, ("d",), ("c",), (20 * SECOND, 2**62))
    found = log.ask(AfterglowKernel(), question, journey=None)
    for code in codes:
        for band in (0, 1):
            row = found[code, band]
            told = [int(row[COUNT]), int(row[SCORED]), float(row[SUM]), int(row[REACHED])]
            assert told == expected.get((code, band), [0, 0, 0.0, 0])


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=9),
)
def test_a_delay_is_counted_against_the_middle_of_those_still_on_their_way(
    straight: list[int], rounds: list[tuple[int, int]]
) -> None:
    until, whole = np.array([one for one, _ in rounds], np.int64), np.array([one + more for one, more in rounds], np.int64)
    for delay, (elapsed, more) in zip(delays_us(np.array(straight), until, whole).tolist(), rounds, strict=True):
        left = sorted(time for time in straight if time > elapsed)
        alike = left if len(left) >= 10 else sorted(straight)
        assert delay == elapsed + more - alike[len(alike) // 2]
