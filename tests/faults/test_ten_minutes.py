"""Every dialect sends while server and worker are killed at random; in the end the equation holds (``make soak``: 600 s)."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.faults.mixed_load import SPEAKERS, Load, assert_nothing_lost_nothing_twice
from tests.postgres.conftest import Cluster, cluster
from tests.seed import SEED
from tests.server.running import Running, running, wait_until

__all__ = ["cluster"]
pytestmark = pytest.mark.faults

SECONDS: Final = float(os.environ.get("EMMA_FAULT_LOAD_S", "25"))
REPORT: Final = os.environ.get("EMMA_FAULT_REPORT", "")
NO_TABLES: Final = tuple(name for name in SPEAKERS if name not in {"hook", "form"})
_BEGIN: Final = "<!-- soak: written by make soak -->"
_END: Final = "<!-- soak: end -->"


def test_every_dialect_under_kills_ends_with_the_equation_true(tmp_path: Path) -> None:
    folder, kills = tmp_path / "data", Counter[str]()
    folder.mkdir()
    with running(folder, database_url="") as server:
        server.ready().signed_in()
        load = Load(server, SEED).make_ready()
        with load.running():
            for which in _moments():
                kills[which] += 1
                _kill(server, which)
                load.more(20, 300.0)
        found = assert_nothing_lost_nothing_twice(load, 900.0)
        assert {mark.split("-")[1] for mark in found} == set(SPEAKERS)
        _tell(load, kills, found)


def _moments() -> Iterator[str]:
    """Whom to kill, each after a while of chance, until the time is over."""
    chance, end = random.Random(SEED), time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.5, 6.0))
        yield chance.choice(("server", "worker", "worker"))


def _kill(server: Running, which: str) -> None:
    if which == "server":
        server.stop(signal.SIGKILL)
        server.start()
        _ready(server)
    else:
        _ready(server)
        os.kill(server.worker(), signal.SIGKILL)


def _ready(server: Running) -> None:
    """A worker that is niced takes its time to start on a machine that others use too."""
    wait_until(lambda: server.get("/readyz").status == 200, 300.0, 0.5)


def _tell(load: Load, kills: Counter[str], found: Counter[str]) -> None:
    """One table for the documentation, where somebody wants it."""
    if not REPORT:
        return
    by_dialect = Counter(mark.split("-")[1] for mark in found)
    unheard = len(found) - len(load.acked)
    told = (
        f"{SECONDS:.0f} s of all dialects at once, seed {load.seed}: {kills['server']} kills of the server, "
        f"{kills['worker']} of the worker. {len(load.acked):,} events were acknowledged. All of them are in the lake, and "
        f"{unheard:,} whose answer was lost: each once. Lost: 0, twice: 0, equation: true."
    )
    lines = [
        told,
        "",
        "| sender | events in the lake |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in sorted(by_dialect.items())),
    ]
    page = Path(REPORT)
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    page.write_text(f"{before}{_BEGIN}\n\n" + "\n".join(lines) + f"\n\n{_END}{after}", encoding="utf-8")


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_database_that_stops_under_load_loses_nothing(cluster: Cluster, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with running(folder, database_url=cluster.new_database()) as server:
        server.ready().signed_in()
        load = Load(server, SEED, NO_TABLES).make_ready()
        with load.running():
            for _ in range(max(int(SECONDS // 60), 2)):
                load.more(200, 120.0)
                cluster.stop(how)
                time.sleep(2.0)
                refused = load.answers[503]
                assert refused > 0
                cluster.start()
                load.more(200, 120.0)
        assert_nothing_lost_nothing_twice(load, 180.0)
