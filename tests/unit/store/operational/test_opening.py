"""Opening makes the tables ready, refuses those of a newer version, and lets one writer in at a time."""

import importlib
import pkgutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import tanteemma.store.operational as store
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import (
    Operational,
    definitions,
    migrating,
    notes,
    tables_documents,
    tables_doors,
    tables_drawn,
    tables_findings,
    tables_people,
    tables_workshops,
)
from tanteemma.store.operational.columns import moment_of
from tanteemma.store.operational.metadata import METADATA
from tanteemma.store.operational.migrating import NEWEST, bring_up_to_date
from tests.unit.store.operational.conftest import MovedClock

#: every module of tables is read, whichever tests run
TABLES = (tables_documents, tables_doors, tables_drawn, tables_findings, tables_people, tables_workshops)


def _count_something(path: Path) -> None:
    with Operational.open(path) as operational, operational.begin() as tx:
        notes.count_up(tx, "n")


class TestTransactions:
    def test_what_fails_leaves_nothing(self, operational: Operational) -> None:
        with suppress(LookupError), operational.begin() as tx:
            notes.put(tx, "a", 1)
            raise LookupError
        with operational.read() as tx:
            assert notes.get(tx, "a", int) is None

    def test_what_waits_for_the_commit_is_called_after_it_and_never_without_it(self, operational: Operational) -> None:
        called: list[str] = []
        with operational.begin() as tx:
            tx.after_commit(lambda: called.append("kept"))
            assert called == []
        with suppress(LookupError), operational.begin() as tx:
            tx.after_commit(lambda: called.append("lost"))
            raise LookupError
        assert called == ["kept"]

    def test_a_reader_sees_one_state_while_others_write(self, operational: Operational) -> None:
        with operational.read() as reader:
            assert notes.get(reader, "a", int) is None
            with operational.begin() as tx:
                notes.put(tx, "a", 1)
            assert notes.get(reader, "a", int) is None
        with operational.read() as tx:
            assert notes.get(tx, "a", int) == 1

    def test_a_transaction_has_one_present(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            first = tx.now
            clock.move(5)
            assert tx.now == first

    def test_a_second_transaction_inside_the_first_is_refused_instead_of_waiting_for_itself(
        self, operational: Operational
    ) -> None:
        with operational.begin(), pytest.raises(RuntimeError, match="pass it on"), operational.begin():
            pass
        with operational.begin() as tx:
            notes.put(tx, "a", 1)

    def test_writers_come_one_after_the_other_and_none_is_lost(self, operational: Operational) -> None:
        def write() -> None:
            for _ in range(25):
                with operational.begin() as tx:
                    notes.count_up(tx, "n")

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with operational.read() as tx:
            assert notes.count_of(tx, "n") == 100

    def test_tables_of_a_newer_version_are_refused_and_left_as_they_are(self, operational: Operational) -> None:
        with operational.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(Problem) as caught:
            bring_up_to_date(operational.engine)
        assert (caught.value.code, caught.value.params) == (ProblemCode.DATA_NEWER, {"found": "9999", "known": NEWEST})

    def test_the_migrations_lead_exactly_to_the_tables_of_the_code(self, operational: Operational) -> None:
        for module in pkgutil.iter_modules(store.__path__):
            if module.name.startswith("tables"):
                importlib.import_module(f"{store.__name__}.{module.name}")
        with operational.engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True}
            assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def undo_later(connection: sqlite3.Connection) -> None:
    """Make the tables those of the third migration: what later ones made goes."""
    columns = {
        "source": ("department", "purpose"),
        "api_key": ("origins", "ends", "events_per_s", "last_used", "replaces"),
        "subject_link": ("day", "live"),
    }
    for table, later in columns.items():
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for column in there.intersection(later):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    made = "journey_definition_version finding_ segment source_ cut_subject person_note touchpoint_role review_pair pull door_ "
    made += "document drawn_ workshop person_attachment link_of_file count_load daily_count"
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        if table.startswith(tuple(made.split())) and table != "source_day":
            connection.execute(f"DROP TABLE {table}")


class TestSqliteFile:
    def test_the_file_is_durable_private_and_forgets_what_is_deleted(self, operational: Operational, tmp_path: Path) -> None:
        with operational.read() as tx:
            pragmas = {
                name: tx.run(sa.text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
        assert (tmp_path / "operational.db").stat().st_mode & 0o777 == 0o600

    def test_a_writer_that_does_not_let_go_is_named_as_busy(self, tmp_path: Path, clock: MovedClock) -> None:
        path = tmp_path / "operational.db"
        with Operational.open(path, clock=clock, wait_s=0.05) as operational:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Problem) as caught, operational.begin():
                pass
            assert (caught.value.code, caught.value.status) == (ProblemCode.BUSY, 503)
            with operational.read() as tx:
                assert notes.count_of(tx, "n") == 0
            other.close()
            with operational.begin() as tx:
                assert notes.count_up(tx, "n") == 1

    def test_a_full_disk_is_named_and_passes(self, tmp_path: Path, clock: MovedClock) -> None:
        with Operational.open(tmp_path / "operational.db", clock=clock) as operational:
            with operational.read() as tx:
                pages = tx.run(sa.text("PRAGMA page_count")).scalar()

            @sa.event.listens_for(operational.engine, "checkout")
            def narrow(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
                connection.execute(f"PRAGMA max_page_count={limit}")

            limit = pages
            with pytest.raises(Problem) as caught, operational.begin() as tx:
                notes.put(tx, "much", "x" * 200_000)
            assert (caught.value.code, caught.value.status) == (ProblemCode.NO_ROOM, 503)
            limit = 1_000_000
            with operational.begin() as tx:
                notes.put(tx, "much", "x" * 200_000)

    @pytest.mark.parametrize("planted", [b"this is no database at all, but long enough to be read as one" * 99, None])
    def test_a_damaged_file_is_named_and_not_written_to(self, tmp_path: Path, planted: bytes | None) -> None:
        path = tmp_path / "operational.db"
        if planted is None:
            Operational.open(path).close()
            whole = bytearray(path.read_bytes())
            whole[4_096:] = b"\x55" * (len(whole) - 4_096)
            planted = bytes(whole)
        path.write_bytes(planted)
        with pytest.raises(Problem) as caught:
            _count_something(path)
        assert (caught.value.code, caught.value.params["file"]) == (ProblemCode.DATA_DAMAGED, str(path))
        assert path.read_bytes() == planted

    def test_the_newest_migration_is_the_one_the_code_names(self) -> None:
        folder = Path(migrating.__file__).parent
        steps = ScriptDirectory(str(folder), version_locations=[str(folder / "migrations")])
        assert steps.get_heads() == [NEWEST]

    def test_definitions_made_before_their_versions_were_kept_have_one(self, tmp_path: Path) -> None:
        path = tmp_path / "operational.db"
        with Operational.open(path) as operational, operational.begin() as tx:
            definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=60.0))
            definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=90.0))
        with sqlite3.connect(path) as connection:
            undo_later(connection)
            connection.execute("UPDATE alembic_version SET version_num = '0003'")
        with Operational.open(path) as operational, operational.begin() as tx:
            (told,) = definitions.history(tx)
            assert (told.name, told.version, told.gap_s, told.removed) == ("Besuch", 2, 90.0, False)
            assert definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=60.0)).version == 3

    @pytest.mark.parametrize("url", ["mysql://shop", "://", "sqlite://x"])
    def test_another_kind_of_database_is_refused(self, url: str) -> None:
        with pytest.raises(Problem) as caught:
            Operational.open(url)
        assert caught.value.code is ProblemCode.SETTING_INVALID

    def test_opening_again_imports_no_alembic_and_no_engine(self, operational: Operational, tmp_path: Path) -> None:
        """The edge opens the tables at each start; what it imports for that stays small."""
        code = (
            "import sys; from pathlib import Path; from tanteemma.store import jobs; "
            "from tanteemma.store.operational import *; from tanteemma.store.operational import erasing, people; "
            f"Operational.open(Path({str(tmp_path / 'operational.db')!r})).close(); "
            "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert not {"alembic", "numba", "duckdb", "deltalake", "pyarrow", "numpy", "psycopg"} & set(ran.stdout.split())

    @pytest.mark.faults
    def test_an_opening_that_is_killed_anywhere_is_finished_by_the_next(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from tanteemma.store.operational import Operational; "
            "import alembic.operations; import alembic.script; import alembic.runtime.migration; "
            "print('go', flush=True); Operational.open(Path(sys.argv[1]))"
        )
        for delay in (0.0, 0.004, 0.012, 0.03):
            path = tmp_path / f"killed-{delay}.db"
            with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as child:
                assert child.stdout is not None
                child.stdout.readline()
                threading.Event().wait(delay)
                child.send_signal(signal.SIGKILL)
            with Operational.open(path) as operational, operational.begin() as tx:
                assert notes.count_up(tx, "n") == 1


class TestTimes:
    def test_times_come_back_to_the_microsecond_in_any_century(self) -> None:
        for count in (-62_135_596_800_000_000, -1, 0, 1, 253_402_300_799_999_999):
            assert (moment_of(count) - moment_of(0)).days == count // 86_400_000_000
