"""An alert says that a watched weak spot grew: nearly never by chance, surely when it did."""

import random

import pytest

from tanteemma.journeys.findings.growth import FEWEST, RISK, Counted, growth

DAYS = 60


def first_alert(before: float, since: float, chance: random.Random) -> int | None:
    """The first of many daily looks that says it grew, with 40 newcomers a day."""
    start = Counted(2_000, sum(chance.random() < before for _ in range(2_000)))
    came, hits, look = start.came, start.hits, 0
    for day in range(1, DAYS + 1):
        came += 40
        hits += sum(chance.random() < since for _ in range(40))
        found = growth(start, Counted(came, hits), look + 1)
        if found is not None:
            look += 1
            if found.is_grown:
                return day
    return None


def test_noise_raises_an_alert_less_often_than_promised_although_one_looks_every_day() -> None:
    chance = random.Random(20261126)
    alarms = sum(first_alert(0.1, 0.1, chance) is not None for _ in range(300))
    assert alarms / 300 <= RISK


def test_a_doubled_share_is_noticed_within_days() -> None:
    chance = random.Random(7)
    days = sorted(first_alert(0.1, 0.2, chance) or DAYS + 1 for _ in range(60))
    assert days[len(days) // 2] <= 7
    assert days[-1] <= DAYS


def test_the_levels_of_all_looks_together_are_the_risk() -> None:
    assert sum(RISK / (look * (look + 1)) for look in range(1, 100_000)) < RISK


@pytest.mark.parametrize(
    "now", [Counted(1_000, 100), Counted(1_000 + FEWEST - 1, 120), Counted(1_100, 90), Counted(900, 80), Counted(1_050, 151)]
)
def test_too_few_or_fewer_than_before_say_nothing(now: Counted) -> None:
    assert growth(Counted(1_000, 100), now, 1) is None


def test_later_looks_ask_for_more() -> None:
    start, now = Counted(1_000, 100), Counted(1_300, 142)
    widths = [found.high - found.low for look in (1, 5, 50) if (found := growth(start, now, look)) is not None]
    assert widths == sorted(widths)
    assert len(set(widths)) == len(widths)
