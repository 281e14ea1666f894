"""Daily counts: the newest file that says a day counts, an undone one does not; nothing is lost."""

from datetime import date

import pytest

from tanteemma.model.daily_counts import DayCount
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, daily_counts
from tanteemma.store.operational.daily_counts import NewLoad

MARCH = tuple(DayCount("Ad", date(2026, 3, day), day, day * 1_000_000, "EUR") for day in range(1, 6))


def load(operational: Operational, *days: DayCount, sample: bool = False) -> int:
    with operational.begin() as tx:
        return daily_counts.load(tx, NewLoad(file="ads.csv", days=days, loaded_by="anna", sample=sample)).number


def counted(operational: Operational) -> list[tuple[str, int, int]]:
    with operational.read() as tx:
        return [(one.name, one.days, one.contacts) for one in daily_counts.series(tx)]


def test_the_newest_file_counts_and_what_it_hid_comes_back(operational: Operational) -> None:
    load(operational, *MARCH)
    newer = load(operational, DayCount("Ad", date(2026, 3, 5), 100), DayCount("Banner", date(2026, 3, 5), 7, 0, "EUR"))
    assert counted(operational) == [("Ad", 5, 110), ("Banner", 1, 7)]
    with operational.begin() as tx:
        state = daily_counts.state_number(tx)
        assert daily_counts.undo(tx, newer).undone is not None
        assert daily_counts.state_number(tx) > state
        assert daily_counts.names(tx) == ["Ad"]
    assert counted(operational) == [("Ad", 5, 15)]
    with operational.begin() as tx:
        assert daily_counts.restore(tx, newer).undone is None
    assert counted(operational) == [("Ad", 5, 110), ("Banner", 1, 7)]


def test_the_same_file_twice_counts_once(operational: Operational) -> None:
    load(operational, *MARCH)
    load(operational, *MARCH)
    assert counted(operational) == [("Ad", 5, 15)]
    with operational.read() as tx:
        assert daily_counts.series(tx)[0].spend == {"EUR": 15_000_000}
        assert daily_counts.days(tx, ["Ad"]) == list(MARCH)
        assert daily_counts.days(tx, ["Gone"]) == []


def test_what_came_with_the_sample_goes_with_it(operational: Operational) -> None:
    load(operational, *MARCH, sample=True)
    load(operational, DayCount("Own", date(2026, 3, 1), 1))
    with operational.begin() as tx:
        daily_counts.forget_samples(tx)
    assert counted(operational) == [("Own", 1, 1)]
    with operational.read() as tx:
        assert [one.sample for one in daily_counts.loads(tx)] == [False]


def test_an_unknown_file_is_named_with_those_there_are(operational: Operational) -> None:
    load(operational, *MARCH)
    with operational.begin() as tx, pytest.raises(Problem) as refused:
        daily_counts.undo(tx, 99)
    assert (refused.value.code, refused.value.status, refused.value.params["allowed"]) == (ProblemCode.COUNTS_UNKNOWN, 404, "1")
