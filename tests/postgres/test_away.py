"""A PostgreSQL server that is away is said plainly, and found again when it is back."""

from pathlib import Path

import psycopg
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, notes

pytestmark = pytest.mark.postgres


def test_a_server_that_cannot_be_reached_is_busy(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        Operational.open(f"postgresql://emma@/shop?host={tmp_path}")
    assert (caught.value.code, caught.value.status) == (ProblemCode.BUSY, 503)


def test_a_connection_that_is_cut_loses_its_transaction_only(operational: Operational, database_url: str) -> None:
    def cut() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )

    def count_with_a_cut() -> None:
        with operational.begin() as tx:
            notes.count_up(tx, "n")
            cut()
            notes.count_up(tx, "n")

    with pytest.raises(Problem) as caught:
        count_with_a_cut()
    assert caught.value.code is ProblemCode.BUSY
    with operational.begin() as tx:
        assert notes.count_up(tx, "n") == 1
    cut()
    with operational.read() as tx:
        assert notes.count_of(tx, "n") == 1
