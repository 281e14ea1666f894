"""Machine code is made in a process of its own: the worker stays small, and nobody is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tanteemma.serve.worker.compiling import usual_parts, wide_parts
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.slow


def compilers(worker: int) -> list[int]:
    """The processes that compile for this worker."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if b"tanteemma.serve.worker.compiling" in words and parent == worker:
            found.append(int(folder.name))
    return found


def gone(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def peak_mib(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.fixture
def uncompiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing was compiled before."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "machine-code"))
    return tmp_path / "machine-code"


@pytest.fixture
def nearly_compiled(uncompiled: Path) -> Path:
    """An earlier start compiled all but what tells the ways of customers and how files are read."""
    said = "from tanteemma.journeys.compiled_before import *; import sys; remember_compiled(compiled_for(), sys.argv[1:])"
    others = {*usual_parts(), *wide_parts()} - {"usual ways", "wide ways", "files"}
    subprocess.run([sys.executable, "-c", said, *others], check=True, timeout=60)
    return uncompiled


def begun(server: Running) -> tuple[int, int]:
    worker = server.ready().worker()
    return worker, wait_until(lambda: compilers(worker))[0]


def test_what_is_compiled_at_the_first_start_costs_the_worker_no_memory_and_later_starts_nothing(
    fresh: Callable[[], Path], nearly_compiled: Path
) -> None:
    with running(fresh()) as server:
        worker, compiler = begun(server)
        os.kill(compiler, signal.SIGKILL)  # another one takes its part
        server.warm()
        assert list(nearly_compiled.rglob("*.nbc"))
        assert peak_mib(worker) < 300, "it is more where the worker itself compiles"
        assert server.get("/api/journeys/graph", cookie=server.signed_in()).status == 200
        assert compilers(worker), "what few companies need is compiled when nobody waits any more"
        wait_until(lambda: not compilers(worker), 300.0, 0.5)
        (said,) = nearly_compiled.rglob("parts.compiled")
    with running(fresh()) as server:
        worker = server.ready().worker()
        wait_until(lambda: server.get("/api/status", cookie=server.signed_in()).document["warm"], 5.0)
        assert not compilers(worker)
    said.write_text("for other sources", encoding="ascii")
    with running(fresh()) as server:
        begun(server)


@pytest.mark.usefixtures("uncompiled")
def test_a_worker_that_is_killed_while_all_is_compiled_leaves_nobody_behind(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        worker, compiler = begun(server)
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: gone(compiler), 20.0)
        wait_until(lambda: server.get("/readyz").status == 200, 60.0)


@pytest.mark.usefixtures("uncompiled")
def test_a_server_stops_at_once_while_all_is_compiled(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        _, compiler = begun(server)
        assert server.stop(within_s=15.0) == 0
        wait_until(lambda: gone(compiler), 5.0)
