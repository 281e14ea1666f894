"""A table of a real PostgreSQL: pulled by its time of change, read only, what was committed late included."""

import json
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tanteemma.ingest.sources.pulling.plan import SqlPlan
from tanteemma.ingest.sources.pulling.running import run_pull
from tanteemma.ingest.sources.pulling.task import Failed, Fetched, State, Task
from tests.postgres.conftest import PROGRAMS, Cluster

pytestmark = pytest.mark.postgres

HERE: Final = ("127.0.0.0/8",)


class OpenCluster(Cluster):
    """One that listens on this machine's own network, as a shop's database does."""

    port = 0

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = f"-k {self._socket} -p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.files), "-l", str(self.folder / "log"), "-o", options)


@pytest.fixture(scope="module")
def shop() -> Iterator[OpenCluster]:
    versions = sorted(PROGRAMS.glob("*/bin"))
    if not versions:
        pytest.skip("PostgreSQL's server programs are not installed")
    folder = Path(tempfile.mkdtemp(prefix="emma-shop-"))
    folder.chmod(0o755)
    cluster = OpenCluster(versions[-1], folder)
    try:
        cluster.make()
        cluster.start()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pull(shop: OpenCluster, out: Path, state: State, table: str = "public.orders") -> Fetched | Failed:
    url = f"postgresql+psycopg://emma@127.0.0.1:{shop.port}/postgres"
    plan = SqlPlan(url=url, table=table, cursor="changed")
    return run_pull(Task(plan=plan, out=str(out), state=state, networks=HERE), lambda: None)


def _numbers(out: Path) -> list[int]:
    return [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]


def test_only_new_changed_and_late_rows_come_again(shop: OpenCluster, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    with psycopg.connect(host="127.0.0.1", port=shop.port, user="emma", dbname="postgres", autocommit=True) as database:
        database.execute("CREATE TABLE orders (id int, total numeric(12, 2), changed timestamptz)")
        for number in range(20):
            database.execute("INSERT INTO orders VALUES (%s, 12.50, %s)", (number, f"2026-11-20 10:{number:02d}:00+01"))
        first = _pull(shop, out, State())
        assert isinstance(first, Fetched)
        assert (_numbers(out), first.columns) == (list(range(20)), ("id", "total", "changed"))
        assert '"total":12.50' in out.read_text(encoding="utf-8"), "an amount keeps its digits"
        again = _pull(shop, out, first.state)
        assert isinstance(again, Fetched)
        assert _numbers(out) == []
        database.execute("INSERT INTO orders VALUES (100, 1, '2026-11-20 10:18:30+01')")
        database.execute("UPDATE orders SET total = 99, changed = '2026-11-20 11:00:00+01' WHERE id = 3")
        later = _pull(shop, out, again.state)
        assert isinstance(later, Fetched)
        assert sorted(_numbers(out)) == [3, 100], "100 was committed late, with a time before the last one seen"
        database.execute("ALTER TABLE orders RENAME COLUMN changed TO geaendert")
        gone = _pull(shop, out, later.state)
        assert isinstance(gone, Failed)
        assert (gone.code, gone.params["field"]) == ("pull_column_gone", "changed")
        missing = _pull(shop, out, State(), table="kunden")
        assert isinstance(missing, Failed)
        assert missing.code == "pull_nothing_there"
