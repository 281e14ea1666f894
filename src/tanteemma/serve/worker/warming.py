"""The first question and the first file are nearly as fast as the second: what must be compiled is compiled at the start."""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

import structlog

from tanteemma.journeys.compiled import is_kept
from tanteemma.journeys.compiled_before import compiled_for, parts_compiled, remember_compiled
from tanteemma.serve.worker.compiling import compile_part, usual_parts, wide_parts
from tanteemma.serve.worker.house import House
from tanteemma.store.memory import give_back_memory

_log = structlog.get_logger(__name__)
_PROGRAM: Final = "tanteemma.serve.worker.compiling"
#: More processes are hardly quicker, as the longest part takes a fifth of the time, and each needs some 300 MiB.
_AT_ONCE: Final = 2
_LOOK_S: Final = 0.2
#: What was compiled at an earlier start takes one process less than this: then it stays alone.
_LONG_S: Final = 4.0
#: So many processes that ended early are a machine that does not let us have them: what is left is then compiled here.
_LOST: Final = 3


@dataclass(slots=True)
class _Work:
    """What the compiling processes share: the parts that wait, those that are compiled, and how many processes were lost."""

    waiting: deque[str]
    remember: Callable[[str], None]
    ended: set[str] = field(default_factory=set)
    lost: int = 0


def start_warming(house: House) -> None:
    """Compile the loops of analyses and imports where no earlier start did; says so when the usual ones are done."""

    def warm_all() -> None:
        try:
            left = _left_to_do(house)
            for part in left:
                if not house.stop.is_set():
                    compile_part(part)
            if left:
                give_back_memory()
        finally:
            house.warm.set()

    threading.Thread(target=warm_all, name="warm", daemon=True).start()


def _left_to_do(house: House) -> list[str]:
    """What this process has to compile itself: nothing, if others can, or could at an earlier start."""
    if not is_kept():
        return [*usual_parts(), *wide_parts()]
    what = compiled_for()
    before = parts_compiled(what)
    usual, wide = ([part for part in parts if part not in before] for parts in (usual_parts(), wide_parts()))
    return _left_by_others(house, usual, [*usual, *wide], lambda part: remember_compiled(what, [part]))


def _left_by_others(house: House, usual: Sequence[str], parts: Sequence[str], remember: Callable[[str], None]) -> list[str]:
    """Have other processes compile all, so that here only what a question needs is loaded, when it needs it.

    A process that ended early is said, and its part comes next, in another one. Returned is what was not done after all.
    """
    work = _Work(deque(parts), remember)
    processes: list[subprocess.Popen[str]] = []
    feeders: list[threading.Thread] = []
    began = time.monotonic()
    while not house.stop.is_set():
        at_work = sum(feeder.is_alive() for feeder in feeders)
        is_long = time.monotonic() - began > _LONG_S
        if work.waiting and at_work < (_AT_ONCE if is_long else 1) and work.lost < _LOST:
            processes.append(_compiler_started())
            feeders.append(threading.Thread(target=_feed, args=(processes[-1], work), daemon=True))
            feeders[-1].start()
        elif not at_work:
            break
        if work.ended.issuperset(usual):
            house.warm.set()
        house.stop.wait(_LOOK_S)
    for process in processes:
        process.kill()
        with process:  # waits for its end and closes the pipes
            pass
    return [part for part in parts if part not in work.ended]


def _compiler_started() -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-m", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module, nothing said from outside


def _feed(process: "subprocess.Popen[str]", work: _Work) -> None:
    """Give one process part after part, until none is left or the process has ended."""
    if process.stdin is None or process.stdout is None:
        return
    while work.waiting:
        try:
            part = work.waiting.popleft()
        except IndexError:
            return
        if not _is_compiled(process.stdin, process.stdout, part):
            work.lost += 1
            work.waiting.appendleft(part)
            _log.warning("compiling_ended", part=part)
            return
        work.remember(part)
        work.ended.add(part)


def _is_compiled(orders: IO[str], answers: IO[str], part: str) -> bool:
    try:
        orders.write(f"{part}\n")
        orders.flush()
        return bool(answers.readline())
    except OSError:
        return False
