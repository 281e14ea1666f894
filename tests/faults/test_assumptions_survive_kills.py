"""Whoever changes assumptions is killed at any moment: what was said to be done is there, and no version is half there."""

import os
import random
import select
import signal
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest

from tanteemma.model.assumptions import AssumptionKind
from tanteemma.model.stating import NewAssumption
from tanteemma.store.operational import Operational, assumptions
from tests.faults.killing import ROUNDS
from tests.postgres.conftest import cluster, database_url

__all__ = ["cluster", "database_url"]

pytestmark = pytest.mark.faults
_LONGEST_S = 0.25


def _state_on(where: str, first: int) -> None:
    """State one figure after the other and say each that is kept; low, mid and high belong together."""
    with Operational.open(where) as operational:
        os.write(1, b"ready\n")
        for number in range(first, first + 100_000):
            figure = Decimal(number)
            new = NewAssumption(
                kind=AssumptionKind.ORDER_VALUE, low=figure, mid=figure + 1, high=figure + 2, currency="EUR", source=f"{number}"
            )
            with operational.begin() as tx:
                assumptions.state(tx, new, "victim")
            os.write(1, b"%d\n" % number)


def _killed(where: str, first: int, dice: random.Random) -> int:
    """The last number that was said to be kept by a process that was killed while it worked."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(writes, 1)
            os.close(reads)
            _state_on(where, first)
        finally:
            os._exit(1)
    os.close(writes)
    said = b""
    while b"ready\n" not in said:
        said += os.read(reads, 4096)
    end = monotonic() + dice.uniform(0.01, _LONGEST_S)
    while (left := end - monotonic()) > 0:
        if select.select([reads], [], [], left)[0]:
            said += os.read(reads, 4096)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reads, 4096):
        said += more
    os.close(reads)
    whole = [int(word) for word in said[: said.rfind(b"\n")].split() if word.isdigit()]
    return max(whole, default=first - 1)


def _look(where: str, acknowledged: int) -> int:
    """Checks what is left; the next number to state."""
    with Operational.open(where) as operational, operational.read() as tx:
        versions = assumptions.history(tx)
        now = assumptions.every(tx)
    numbers = [int(one.source) for one in versions]
    assert numbers[:1] == [int(one.source) for one in now]
    assert set(range(acknowledged + 1)) <= set(numbers)
    assert [one.version for one in versions] == list(range(len(versions), 0, -1))
    for one in versions:
        assert (one.low, one.mid, one.high) == (one.source, str(int(one.source) + 1), str(int(one.source) + 2))
    return max(numbers, default=-1) + 1


def test_nothing_acknowledged_is_lost_on_sqlite(tmp_path: Path) -> None:
    where, first, dice = str(tmp_path / "operational.db"), 0, random.Random(7)
    for _ in range(ROUNDS):
        first = _look(where, _killed(where, first, dice))
    assert first > ROUNDS


@pytest.mark.postgres
def test_nothing_acknowledged_is_lost_on_postgres(database_url: str) -> None:
    first, dice = 0, random.Random(8)
    for _ in range(ROUNDS):
        first = _look(database_url, _killed(database_url, first, dice))
    assert first > ROUNDS
