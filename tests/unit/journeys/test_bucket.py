"""What a loop may read is checked before it reads."""

import gc

import numpy as np
import pytest

from tanteemma.journeys import bucket
from tanteemma.journeys.bucket import bucket_of
from tanteemma.model.arrays import JourneyArrays, Selection
from tests.unit.journeys.buckets import touchpoints


def arrays_of(*kinds: int, read_only: bool) -> JourneyArrays:
    coded = np.array(kinds, dtype=np.uint16)
    coded.flags.writeable = not read_only
    return JourneyArrays(coded, np.zeros(len(kinds), np.int64), np.array([0, len(kinds)]), np.zeros(1, np.uint32))


@pytest.mark.parametrize("read_only", [True, False])
def test_a_kind_that_the_table_does_not_know_is_refused_each_time(*, read_only: bool) -> None:
    arrays = arrays_of(0, 2, read_only=read_only)
    bucket_of(arrays, Selection(), touchpoints("a", "b", "c"))
    for _ in range(2):
        with pytest.raises(ValueError, match="does not know"):
            bucket_of(arrays, Selection(), touchpoints("a", "b"))


def test_arrays_that_may_change_are_looked_at_each_time() -> None:
    arrays = arrays_of(0, 1, read_only=False)
    bucket_of(arrays, Selection(), touchpoints("a", "b"))
    arrays.kinds[0] = 2
    with pytest.raises(ValueError, match="does not know"):
        bucket_of(arrays, Selection(), touchpoints("a", "b"))


def test_what_is_known_of_an_array_goes_with_it() -> None:
    gc.collect()
    before = len(bucket._HIGHEST)
    arrays = arrays_of(0, 1, read_only=True)
    bucket_of(arrays, Selection(), touchpoints("a", "b"))
    assert len(bucket._HIGHEST) == before + 1
    del arrays
    gc.collect()
    assert len(bucket._HIGHEST) == before
