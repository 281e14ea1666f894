"""Ways out of journeys: cut at the goal, with the time to it, against a slow version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask_attribution import ask_attribution
from tanteemma.journeys.dimensions import read_dimension
from tanteemma.journeys.kernels.conversion_paths import ConversionPathsKernel, ConversionsPartial, ConversionsQuestion
from tanteemma.model.problems import Problem
from tests.unit.journeys.told import DAY, SECOND, Event, Log, any_log, told

Way = tuple[tuple[str, ...], int, tuple[float, ...]]


def _ways(found: ConversionsPartial) -> list[Way]:
    paths = found.paths
    assert paths.ages_s is not None
    ends = paths.offsets.tolist()
    return [
        (
            tuple(paths.channels[step] for step in paths.steps[start:end].tolist()),
            conversions,
            tuple(paths.ages_s[start:end].tolist()),
        )
        for start, end, conversions in zip(ends[:-1], ends[1:], paths.conversions.tolist(), strict=True)
    ]


def _asked(log: Log, goal: str, by: str = "touchpoint", within_s: float | None = None) -> ConversionsPartial:
    question = ConversionsQuestion(goal, read_dimension(by, "UTC"), within_s)
    return log.ask(ConversionPathsKernel(), question, journey=None)


def test_every_time_the_goal_is_reached_ends_a_way_and_the_rest_has_not_led_there() -> None:
    log = Log([told("a", "b", "Kauf", "b", "Kauf", "a"), told("a"), told("Kauf")], buckets=2)
    found = _asked(log, "Kauf")
    assert sorted(_ways(found)) == [
        (("a",), 0, (0.0,)),
        (("a",), 0, (0.0,)),
        (("a", "b"), 1, (2.0, 1.0)),
        (("b",), 1, (1.0,)),
    ]
    assert found.direct == 1


def test_steps_can_be_channels_or_properties_and_lie_within_a_time() -> None:
    journey = told(
        Event("Anzeige", DAY, "social", {"property.campaign": "Mai"}),
        Event("Mail", 8 * DAY, "mail"),
        Event("Suche", 9 * DAY, None),
        Event("Kauf", 10 * DAY, "web"),
    )
    log = Log([journey])
    assert _ways(_asked(log, "Kauf", "channel"))[0][0] == ("social", "mail")
    assert _ways(_asked(log, "Kauf", "property:campaign"))[0][0] == ("Mai",)
    assert _ways(_asked(log, "Kauf", within_s=3 * 86_400.0))[0][0] == ("Mail", "Suche")


def test_the_nearest_steps_weigh_most_by_their_time() -> None:
    journey = told(Event("Anzeige", DAY), Event("Mail", 8 * DAY), Event("Kauf", 8 * DAY + SECOND))
    found = ask_attribution(Log([journey] * 3), None, ConversionsQuestion("Kauf"))
    credit = {one.name: one.time_decay for one in found.channels}
    assert credit["Mail"] == pytest.approx(2 * credit["Anzeige"])
    assert (found.conversions, found.half_life_s, found.direct) == (3, 7 * 86_400.0, 0)


def test_a_goal_that_is_none_is_refused_and_one_nobody_reached_has_no_chain() -> None:
    with pytest.raises(Problem) as refused:
        ask_attribution(Log([told("a")]), None, ConversionsQuestion("b"))
    assert refused.value.code == "unknown_touchpoint"
    log = Log([told("a", "Kauf")], chosen=[False])
    found = ask_attribution(Log([*log.journeys, told("a")], chosen=[False, True]), None, ConversionsQuestion("Kauf"))
    assert (found.conversions, [one.markov1 for one in found.channels]) == (0, [None])


@given(any_log(), st.sampled_from(["touchpoint", "channel", "property:team"]), st.sampled_from([None, 5 * 86_400.0]))
def test_the_ways_are_those_of_going_through_every_journey(log: Log, by: str, within_s: float | None) -> None:
    if "kauf" not in log.names:
        return
    found = _asked(log, "kauf", by, within_s)
    slow, direct = _slow(log, by, within_s)
    assert sorted(_ways(found)) == sorted(slow)
    assert found.direct == direct


def _slow(log: Log, by: str, within_s: float | None) -> tuple[list[Way], int]:
    def step(event: Event) -> str | None:
        if by == "touchpoint":
            return event.name
        return event.channel if by == "channel" else str(event.says["property.team"]) if "property.team" in event.says else None

    ways: list[Way] = []
    direct = 0
    for journey in log.plain():
        way: list[Event] = []
        for place, event in enumerate(journey):
            way.append(event)
            is_goal, is_last = event.name == "kauf", place == len(journey) - 1
            if not is_goal and not is_last:
                continue
            steps = [
                (name, (event.at - one.at) / 1e6)
                for one in way
                if one.name != "kauf"
                and (name := step(one)) is not None
                and (within_s is None or (event.at - one.at) / 1e6 <= within_s)
            ]
            if steps:
                ways.append((tuple(name for name, _ in steps), int(is_goal), tuple(age for _, age in steps)))
            elif is_goal:
                direct += 1
            way = []
    return ways, direct
