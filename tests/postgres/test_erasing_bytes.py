"""After an erasure no file of the tables in PostgreSQL knows the person; the write-ahead log is the operator's."""

import psycopg
import pytest

from tanteemma.store.operational import Operational
from tanteemma.store.operational.erasing import erase_subjects
from tests.postgres.conftest import Cluster
from tests.unit.store.operational.test_erasing import NUMBER, SUBJECTS, places_in, settle

pytestmark = pytest.mark.postgres


def test_no_byte_of_the_tables_or_the_statistics_knows_the_person(
    operational: Operational, database_url: str, cluster: Cluster
) -> None:
    def places() -> set[str]:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        assert row is not None
        found = places_in([path for path in (cluster.files / "base" / str(row[0])).iterdir() if path.is_file()])
        return {place for place in found if NUMBER not in place}

    settle(operational)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    assert len(places()) > 10
    erase_subjects(operational, SUBJECTS)
    assert places() == set()
