"""kill -9 while answering, flushing, compacting and importing: nothing acknowledged is lost, nothing counts twice."""

from pathlib import Path

import pytest

from tests.faults.killing import ROUNDS, Told, assert_nothing_lost_nothing_twice, kill_once

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("mode", ["flush", "compact", "import"])
def test_what_was_acknowledged_survives_every_kill(tmp_path: Path, mode: str) -> None:
    told = Told()
    for seed in range(1, ROUNDS + 1):
        kill_once(tmp_path, seed, mode, told)
        assert_nothing_lost_nothing_twice(tmp_path, told)
    assert told.acked or told.chunks >= 0, "the victims never got to work: nothing was tested"
