"""Every file of the bad-input catalogue gets the answer it states, from a real server with an empty store."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.running import memory_of, running

pytestmark = pytest.mark.slow
_CHECKS = ("--check-code", "--check-counts")


def test_every_case_gets_the_stated_answer(bad_inputs: Path, fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        server.warm()
        assert server.process is not None
        before = memory_of(server.process.pid)
        replayed = subprocess.run(
            [sys.executable, str(bad_inputs / "replay.py"), "--base-url", server.origin, "--key", server.key(), *_CHECKS],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        assert memory_of(server.process.pid) - before < 64 * 1024 * 1024
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
        assert "error=" not in server.log.read_text(encoding="utf-8")


def test_a_gzip_bomb_costs_neither_memory_nor_time(bad_inputs: Path, fresh: Callable[[], Path]) -> None:
    bomb = (bad_inputs / "http" / "h06_gzip_bomb_100mb.gz").read_bytes()
    with running(fresh()) as server:
        server.ready()
        key = server.key()
        server.send(b"{}", key)
        assert server.process is not None
        before = memory_of(server.process.pid)
        for _ in range(5):
            reply = server.send(bomb, key, **{"Content-Encoding": "gzip"})
            assert (reply.status, reply.code) == (413, "too_large_uncompressed")
        assert memory_of(server.process.pid) - before < 16 * 1024 * 1024
