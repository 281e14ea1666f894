"""An alert says that a watched weak spot grew: nearly never by chance, surely when it did."""

import random
from dataclasses import dataclass

import pytest

from tanteemma.journeys.findings.growth import FEWEST, RISK, Counted, growth

DAYS = 60


@dataclass(frozen=True)
class Inflow:
    """How many come each day before the watch and since, what share of them is hit, and how many days later that is known."""

    before: int
    since: int
    share: float
    grown: float
    late: int


def first_alert(inflow: Inflow, chance: random.Random) -> int | None:
    """The first of many daily looks that says it grew."""

    def cohort(size: int, share: float) -> Counted:
        return Counted(size, sum(chance.random() < share for _ in range(size)))

    old = [cohort(inflow.before, inflow.share) for _ in range(30)]  # the last of them came on the day before the watch
    new: list[Counted] = []
    look = 0
    for day in range(1, DAYS + 1):
        new.append(cohort(inflow.since, inflow.grown))
        # a hit of whoever came ``age`` days ago is known if that is as long as hits take
        before = [
            Counted(one.came, one.hits if len(old) - place + day - 1 >= inflow.late else 0) for place, one in enumerate(old)
        ]
        since = [Counted(one.came, one.hits if day - 1 - place >= inflow.late else 0) for place, one in enumerate(new)]
        nobody = Counted(0, 0)
        found = growth(sum(before, nobody), sum(since, nobody), look + 1)
        if found is not None:
            look += 1
            if found.is_grown:
                return day
    return None


@pytest.mark.parametrize(("before", "since", "late"), [(60, 40, 0), (100, 100, 10), (100, 50, 10), (100, 10, 1)], ids=str)
def test_noise_raises_an_alert_less_often_than_promised_although_one_looks_every_day(
    before: int, since: int, late: int
) -> None:
    chance = random.Random(20261126)
    inflow = Inflow(before, since, 0.1, 0.1, late)
    alarms = sum(first_alert(inflow, chance) is not None for _ in range(120))
    assert alarms / 120 <= RISK


def test_a_doubled_share_is_noticed_within_days() -> None:
    chance = random.Random(7)
    inflow = Inflow(60, 40, 0.1, 0.2, 0)
    days = sorted(first_alert(inflow, chance) or DAYS + 1 for _ in range(60))
    assert days[len(days) // 2] <= 7
    assert days[-1] <= DAYS


def test_the_levels_of_all_looks_together_are_the_risk() -> None:
    assert sum(RISK / (look * (look + 1)) for look in range(1, 100_000)) < RISK


@pytest.mark.parametrize(
    ("before", "since"),
    [
        (Counted(1_000, 100), Counted(0, 0)),
        (Counted(1_000, 100), Counted(FEWEST - 1, 20)),
        (Counted(0, 0), Counted(100, 50)),
    ],
)
def test_too_few_say_nothing(before: Counted, since: Counted) -> None:
    assert growth(before, since, 1) is None


def test_later_looks_ask_for_more() -> None:
    before, since = Counted(1_000, 100), Counted(300, 42)
    widths = [found.high - found.low for look in (1, 5, 50) if (found := growth(before, since, look)) is not None]
    assert widths == sorted(widths)
    assert len(set(widths)) == len(widths)


def test_what_is_gone_fell_more_than_chance_to_a_quarter_at_most() -> None:
    def gone(since: Counted) -> bool:
        found = growth(Counted(1_000, 300), since, look=3)
        assert found is not None
        return found.is_gone

    assert gone(Counted(200, 5))
    assert gone(Counted(200, 0))
    assert not gone(Counted(200, 30))  # half of it is left: less, but there
    assert not gone(Counted(30, 7))  # so few may have been lucky
    assert not gone(Counted(200, 90))


def test_noise_says_seldom_that_it_is_gone() -> None:
    chance = random.Random(5)
    alarms = 0
    for _ in range(200):
        came = hits = 0
        for look in range(1, 31):
            came, hits = came + 20, hits + sum(chance.random() < 0.1 for _ in range(20))
            found = growth(Counted(1_000, 100), Counted(came, hits), look)
            if found is not None and found.is_gone:
                alarms += 1
                break
    assert alarms / 200 <= RISK
