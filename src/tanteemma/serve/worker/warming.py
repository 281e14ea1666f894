"""The first question and the first file are nearly as fast as the second: what must be compiled is compiled at the start."""

import subprocess
import sys
import threading
from typing import Final

import structlog

from tanteemma.journeys.compiled import is_kept
from tanteemma.serve.worker.compiling import compile_all
from tanteemma.serve.worker.house import House
from tanteemma.store.memory import give_back_memory

_log = structlog.get_logger(__name__)
_PROGRAM: Final = "tanteemma.serve.worker.compiling"
_LOOK_S: Final = 0.2


def start_warming(house: House) -> None:
    """Compile the loops of analyses and imports, or fetch them from the last time; says so when it is done."""

    def warm_all() -> None:
        try:
            if not (is_kept() and _compiled_elsewhere(house.stop)):
                compile_all()
                give_back_memory()
        finally:
            house.warm.set()

    threading.Thread(target=warm_all, name="warm", daemon=True).start()


def _compiled_elsewhere(stop: threading.Event) -> bool:
    """Did another process compile all, so that here only what a question needs is loaded, when it needs it?"""
    with subprocess.Popen([sys.executable, "-m", _PROGRAM], stdin=subprocess.PIPE) as process:  # noqa: S603 - a program of ours
        while process.poll() is None and not stop.wait(_LOOK_S):
            pass
        if stop.is_set():
            process.kill()
            return True
    if process.returncode:
        _log.warning("compiling_ended", code=process.returncode)
    return process.returncode == 0
