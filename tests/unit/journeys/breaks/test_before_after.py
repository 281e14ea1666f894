"""Before and after a change: fair stretches of time, honest intervals."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.findings.before_after import (
    DAY_US,
    LEAST_BEFORE_US,
    Stretch,
    around,
    compared,
    last_weeks,
)
from tanteemma.journeys.findings.growth import Counted

moments = st.integers(min_value=0, max_value=10**16)
settles = st.integers(min_value=DAY_US, max_value=120 * DAY_US)


@given(change=moments, newest=moments, settle=settles, oldest=moments)
def test_nobody_counts_twice_and_nobody_too_young(change: int, newest: int, settle: int, oldest: int) -> None:
    before, after = around(change, newest, settle, oldest)
    assert before.end_us == change == after.start_us
    assert after.is_empty or after.end_us <= newest + 1 - settle
    if not after.is_empty and before.start_us > oldest:
        assert before.end_us - before.start_us == max(after.end_us - after.start_us, LEAST_BEFORE_US)


@given(newest=moments, settle=settles)
def test_two_weeks_follow_each_other_and_end_where_all_can_be_judged(newest: int, settle: int) -> None:
    before, week = last_weeks(newest, settle)
    assert (before.end_us, week.end_us) == (week.start_us, newest + 1 - settle)
    assert week.end_us - week.start_us == before.end_us - before.start_us == 7 * DAY_US


def test_a_known_comparison() -> None:
    """Newcombe 1998, table II, example (a) turned round: 56/70 against 48/80 is 0.2, from 0.0524 to 0.3339."""
    found = compared(Counted(80, 48), Counted(70, 56))
    assert found.difference is not None
    assert found.low is not None
    assert found.high is not None
    assert (round(found.difference, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    assert found.verdict == "worse"
    assert compared(Counted(70, 56), Counted(80, 48)).verdict == "better"


def test_too_few_give_no_figure() -> None:
    for before, after in (
        (Counted(1_000, 10), Counted(29, 29)),
        (Counted(0, 0), Counted(500, 2)),
        (Counted(0, 0), Counted(0, 0)),
    ):
        found = compared(before, after)
        assert (found.difference, found.verdict) == (None, "few")


def test_without_a_change_there_is_seldom_a_verdict() -> None:
    chance = random.Random(11)
    wrong = 0
    for _ in range(1_000):
        sides = [Counted(400, sum(chance.random() < 0.1 for _ in range(400))) for _ in range(2)]
        wrong += compared(*sides).verdict != "unclear"
    assert wrong <= 70


def test_an_empty_stretch_is_empty() -> None:
    assert Stretch(5, 5).is_empty
    assert not Stretch(5, 6).is_empty
