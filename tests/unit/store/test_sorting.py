"""Sorting by keys and times is what ``lexsort`` over all of them would give, whatever the rows are like."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.store.sorting import by_group_then_time, by_key, by_key_then

EARLY, LATE = -62_135_596_800_000_000, 253_402_300_799_999_999  # the first and the last microsecond of a calendar
few = st.sampled_from([0, 1, 2, (1 << 64) - 1])
times = st.one_of(st.integers(0, 3), st.integers(EARLY, LATE))
rows = st.lists(st.tuples(few, few, times, st.integers(0, 2)), max_size=40)


@given(rows)
def test_by_key_and_by_key_then(given: list[tuple[int, int, int, int]]) -> None:
    high, low = (np.array([row[place] for row in given], np.uint64) for place in (0, 1))
    time, ordinal = (np.array([row[place] for row in given], np.int64) for place in (2, 3))
    place = np.arange(len(given), dtype=np.int64)
    assert by_key(high, low).tolist() == np.lexsort((low, high)).tolist()
    assert by_key_then(high, low, (time, ordinal, place)).tolist() == np.lexsort((place, ordinal, time, low, high)).tolist()


@given(st.integers(0, 1 << 40), st.lists(st.tuples(st.integers(0, 5), times), max_size=40))
def test_groups_then_times(step: int, given: list[tuple[int, int]]) -> None:
    group, time = (np.array([row[place] for row in given], np.int64) for place in (0, 1))
    group *= step
    assert by_group_then_time(group, time).tolist() == np.lexsort((time, group)).tolist()


def test_times_in_every_order_and_many_of_a_key() -> None:
    dice = np.random.default_rng(3)
    high, time = dice.integers(0, 300, 20_000).astype(np.uint64), dice.integers(0, 1 << 45, 20_000)
    low = high * np.uint64(7)
    for rising in (time, np.sort(time), np.sort(time)[::-1].copy()):
        assert by_key_then(high, low, (rising,)).tolist() == np.lexsort((rising, low, high)).tolist()
