"""A job that failed waits longer each time, and not all that failed together come back together."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.store.jobs import JobKind


@given(attempts=st.integers(1, 10_000), seed=st.integers())
def test_the_wait_grows_up_to_its_end_and_is_spread(attempts: int, seed: int) -> None:
    kind: JobKind[None] = JobKind(type(None), lambda _work: None, first_wait_s=2.0, longest_wait_s=60.0)
    middle = min(2.0 * 2.0 ** min(attempts - 1, 60), 60.0)
    wait = kind.wait(attempts, Random(seed)).total_seconds()
    assert 0.5 * middle <= wait <= 1.5 * middle
    assert kind.wait(attempts, Random(seed)).total_seconds() == wait
