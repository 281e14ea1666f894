"""The operational tables on SQLite with a clock that only moves when told; tests/postgres runs the same tests on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tanteemma.store.operational import Operational


class MovedClock:
    """The present, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def operational(tmp_path: Path, clock: MovedClock) -> Iterator[Operational]:
    with Operational.open(tmp_path / "operational.db", clock=clock, wait_s=2) as tables:
        yield tables
