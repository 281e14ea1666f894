"""Processes that compile are lost and replaced: what one was at comes next, and what none does is left to the worker."""

import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from tanteemma.serve.worker import warming
from tanteemma.serve.worker.compiling import usual_parts, wide_parts

#: Answers each line and writes it into a file; ends at the part named second, until that was named more often than the third.
_COMPILER: Final = """
import pathlib, sys
seen, mortal, deaths = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for line in sys.stdin:
    with seen.open("a") as file:
        file.write(line)
    if line.strip() == mortal and seen.read_text().splitlines().count(mortal) <= deaths:
        sys.exit(1)
    print(line.strip(), flush=True)
"""


@pytest.mark.parametrize("deaths", [0, 1, 3])
def test_the_part_of_a_lost_compiler_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deaths: int) -> None:
    usual, seen = usual_parts(), tmp_path / "seen"
    mortal = usual[1]

    def started() -> "subprocess.Popen[str]":
        words = [sys.executable, "-c", _COMPILER, str(seen), mortal, str(deaths)]
        return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(warming, "_compiler_started", started)
    house: Any = SimpleNamespace(stop=threading.Event(), warm=threading.Event())
    kept: list[str] = []
    left = warming._left_by_others(house, usual, [*usual, *wide_parts()], kept.append)
    asked = seen.read_text().splitlines()
    if deaths < 3:
        assert left == []
        assert kept == [*usual, *wide_parts()]
        assert asked == [usual[0], *([mortal] * (deaths + 1)), *usual[2:], *wide_parts()]
    else:
        assert left == [*usual[1:], *wide_parts()]
        assert asked == [usual[0], *([mortal] * deaths)]
        assert kept == usual[:1]
        assert not house.warm.is_set(), "what the worker compiles itself is still to come"
