"""RFM by hand, groups planted and found again, and nobody singled out by what was said at sign-up."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.behaviour import behaviour_of
from tanteemma.journeys.rfm import GROUPS, rfm_of
from tanteemma.serve.signed_up import shown_and_others, signed_up

NOW_US = 1_800_000_000_000_000
DAY_US = 86_400_000_000


def _lives(rows: list[tuple[float, int, float]]) -> np.ndarray:
    return np.array([(NOW_US - days * DAY_US, times, money) for days, times, money in rows], np.float64)


def test_rfm_of_ten_buyers_as_worked_out_by_hand() -> None:
    """Days 1 to 10, every other one bought five times: fifths end at 2.8, 4.6, 6.4, 8.2 days: 3, 5, 7, 9."""
    found = rfm_of(_lives([(day, 5 if day % 2 else 1, 10.0) for day in range(1, 11)]), "Kauf", NOW_US)
    assert (found.days, found.times) == ((3.0, 5.0, 7.0, 9.0), (1.0, 1.0, 5.0, 5.0))
    sizes = {one.name: one.size for one in found.groups}
    assert sizes == {"champions": 0, "promising": 3, "new": 2, "loyal": 0, "attention": 2, "at_risk": 0, "sleeping": 3}
    assert found.groups[1].condition == "since 'Kauf' <= 432000.0s and count 'Kauf' > 1 and count 'Kauf' <= 5"


@given(st.lists(st.tuples(st.floats(0, 900), st.integers(0, 9), st.floats(0, 500)), max_size=60))
def test_every_buyer_is_in_exactly_one_group(rows: list[tuple[float, int, float]]) -> None:
    found = rfm_of(_lives(rows) if rows else np.empty((0, 3)), "Kauf", NOW_US)
    assert sum(one.size for one in found.groups) == found.buyers == sum(times > 0 for _, times, _ in rows)
    assert len(GROUPS) == 7


def test_planted_groups_are_found_and_said_in_rules() -> None:
    dice = np.random.default_rng(1)
    rows = []
    for _ in range(120):
        rows.append((dice.uniform(1, 5), 40 + int(dice.integers(5)), 900.0, 30))
        rows.append((dice.uniform(300, 400), 2, 10.0, 0))
    table = np.array([(NOW_US - d * DAY_US, n, m, 0, calls, 0) for d, n, m, calls in rows], np.float64)
    found = behaviour_of(table, ("Anruf",), NOW_US, 2)
    assert (found.customers, found.agreement) == (240, 1.0)
    assert sorted(one.size for one in found.groups) == [120, 120]
    assert all(one.condition for one in found.groups)
    assert behaviour_of(table[:10], ("Anruf",), NOW_US, None).groups == ()


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 12), max_size=12), st.integers(1, 8))
def test_no_number_stands_for_fewer_than_the_floor(counted: dict[str, int], floor: int) -> None:
    shown, others = shown_and_others(counted, floor)
    total = sum(counted.values())
    assert sum(count for _, count in shown) + others == total
    assert all(count >= floor for _, count in shown)
    if total >= floor:
        assert others == 0 or others >= floor


def test_sign_up_answers_are_read_and_folded() -> None:
    said = {
        "place": ["kassel"] * 6 + ["Bonn"] * 2,
        "postcode": ["34117", "D-34119", "34121", "34123", "34125"],
        "birth": ["1990-05-01"] * 5 + ["01.02.1960"] * 5 + ["gestern"],
        "age": [],
        "gender": ["w", "weiblich", "Frau", "female", "f", "m"],
        "job": ["Bäckerin"] * 3,
    }
    found = {one.name: one for one in signed_up(said, 5, dt.date(2026, 11, 27)).asked}
    assert [(one.word, one.count) for one in found["place"].answers] == [(None, 8)]
    assert [(one.word, one.count) for one in found["region"].answers] == [("34…", 5)]
    assert [(one.word, one.count) for one in found["age"].answers] == [("35–44", 5), ("65–74", 5)]
    assert [(one.word, one.count) for one in found["gender"].answers] == [(None, 6)]
    assert "job" not in found or found["job"].withheld


@pytest.mark.parametrize("floor", [1, 5])
def test_nothing_said_is_nothing_shown(floor: int) -> None:
    assert signed_up({}, floor, dt.date(2026, 11, 27)).asked == ()
