"""The n-th and a random write, sync or rename fails: what was acknowledged is there, once."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tanteemma.store.folder import DataFolder
from tests.faults.killing import ROOT, ROUNDS, Told, assert_nothing_lost_nothing_twice, listen
from tests.faults.mixed_load import Load
from tests.faults.mixed_load import assert_nothing_lost_nothing_twice as assert_load_is_whole
from tests.faults.spoiling import injected
from tests.seed import SEED
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.faults
#: calls by which something becomes durable; a server also writes to sockets and pipes, which are no disk
_CALLS: Final = "pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2"
_ALL_CALLS: Final = f"write,{_CALLS}"
_ERRORS: Final = ("EIO", "ENOSPC")
_LINE: Final = re.compile(r"^\d+ +\w+\(", re.MULTILINE)


def _worked(folder: Path, told: Told, tracer: list[str], seed: int = 1) -> int:
    """One run of the victim that takes in, stores and compacts a little and ends; its exit code."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*tracer, sys.executable, "-m", "tests.faults.victim", str(folder), str(seed), "once"]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=environment)
    listener = listen(victim, told)
    code = victim.wait(300)
    listener.join()
    return code


def _tracer(log: Path, *more: str) -> list[str]:
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine (apt-get install strace)")
    return ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={_ALL_CALLS}", *more]


def _calls(folder: Path, log: Path) -> int:
    """How many calls a run takes that no fault reaches."""
    code = _worked(folder, Told(), _tracer(log))
    calls = len(_LINE.findall(log.read_text(encoding="utf-8", errors="replace")))
    assert (code, calls > 20) == (0, True), "the run without faults is what is measured"
    return calls


def _points(calls: int) -> Iterator[tuple[int, str]]:
    """Which call fails, and how: every one in order if there is time for it, else some by chance."""
    chance = random.Random(SEED)
    most = 4 * ROUNDS
    for number in range(1, calls + 1) if calls <= most else sorted(chance.sample(range(1, calls + 1), most)):
        yield number, chance.choice(_ERRORS)


def test_whichever_call_fails_first_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    calls, failed = _calls(tmp_path / "whole", log), 0
    for number, how in _points(calls):
        folder, told = tmp_path / f"n{number}", Told()
        code = _worked(folder, told, _tracer(log, "-e", f"inject={_ALL_CALLS}:error={how}:when={number}"))
        failed += code != 0
        _assert_whole(folder, told, f"EMMA_FAULT_SEED={SEED}, call {number}: {how}")
        shutil.rmtree(folder)
    assert failed, "no fault reached the victim"


def test_calls_that_fail_now_and_then_lose_and_double_nothing(tmp_path: Path) -> None:
    chance, folder, told = random.Random(SEED), tmp_path / "data", Told()
    calls = _calls(tmp_path / "whole", tmp_path / "calls")
    for turn in range(ROUNDS):
        when = f"{chance.randrange(1, calls)}+{chance.randrange(5, 60)}"
        fault = f"inject={_ALL_CALLS}:error={chance.choice(_ERRORS)}:when={when}"
        _worked(folder, told, _tracer(tmp_path / "calls", "-e", fault), seed=turn + 1)
        _assert_whole(folder, told, f"EMMA_FAULT_SEED={SEED}, {fault}")
    assert told.acked, "nothing was acknowledged: nothing was tested"


def _assert_whole(folder: Path, told: Told, said: str) -> None:
    """As after a restart on a disk that is well again."""
    if not DataFolder(folder).mark.exists():
        assert not told.acked, said
        return
    try:
        assert_nothing_lost_nothing_twice(folder, told)
    except AssertionError as wrong:
        raise AssertionError(said) from wrong


def test_a_server_whose_disk_fails_at_random_under_load_loses_nothing(tmp_path: Path) -> None:
    chance, folder = random.Random(SEED), tmp_path / "data"
    folder.mkdir()
    with running(folder, database_url="", disk_floor_bytes="0") as server:
        server.ready().signed_in()
        load = Load(server, SEED, ("native", "segment", "posthog", "snowplow")).make_ready()
        with load.running():
            for _ in range(max(3, ROUNDS // 3)):
                load.more(50, 300.0)
                process = chance.choice((server.worker(), _pid(server)))
                fault = f"{_CALLS}:error={chance.choice(_ERRORS)}:when={chance.randrange(1, 20)}+{chance.randrange(1, 20)}"
                with injected(process, fault):
                    time.sleep(chance.uniform(0.5, 2.0))
                _mended(server)
        assert_load_is_whole(load, 300.0)


def _mended(server: Running) -> None:
    """The disk is well again; a server that stopped trusting it is started anew, everything else goes on by itself."""
    if "journal_broken" in server.get("/readyz").document["reasons"]:
        server.stop()
        server.start()
    wait_until(lambda: server.get("/readyz").status == 200, 300.0, 0.5)


def _pid(server: Running) -> int:
    assert server.process is not None
    return server.process.pid
