"""A pull from the outside: the process that does it started, watched and ended; dlt is never loaded in here."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import IO, Final

import msgspec

from tanteemma.ingest.sources.pulling.task import Failed, Outcome, Task
from tanteemma.model.problems import ProblemCode

_PROGRAM: Final = "tanteemma.ingest.sources.pulling.child"
_LOOK_S: Final = 0.1
_MOST_SAID: Final = 16 << 20
#: of the environment nothing else is handed on: it may hold other secrets
_PASSED: Final = (
    "PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE", "ODBCINI", "ODBCSYSINI", "TMPDIR",
)  # fmt: skip


def run_pull(task: Task, breathe: Callable[[], None]) -> Outcome:
    """Do the pull. ``breathe`` is called all the while and may raise to end it. Never raises anything else."""
    with tempfile.TemporaryDirectory(prefix="emma-pull-") as home, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603 - a program of ours
            [sys.executable, "-m", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env=_environment(home),
            cwd=home,
        )
        try:
            _tell(child, task)
            is_late = _wait(child, task.limits.seconds, breathe)
        finally:
            _end(child)
        if is_late:
            return Failed(code=ProblemCode.PULL_TOO_SLOW.value, params={"limit": str(int(task.limits.seconds))})
        return _answer(said, child.returncode)


def _environment(home: str) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    quiet = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
    homes = {"HOME": home, "DLT_DATA_DIR": home, "DLT_PROJECT_DIR": home}
    return passed | quiet | homes | dict.fromkeys(("PGPASSFILE", "PGSERVICEFILE"), f"{home}/none")


def _tell(child: subprocess.Popen[bytes], task: Task) -> None:
    if child.stdin is None:
        return

    def write() -> None:
        try:
            child.stdin.write(msgspec.json.encode(task) + b"\n")  # type: ignore[union-attr]  # seen above
            child.stdin.flush()  # type: ignore[union-attr]  # as above
        except (BrokenPipeError, ValueError):
            return  # it is gone; its exit says so

    threading.Thread(target=write, daemon=True, name="pull-task").start()


def _wait(child: subprocess.Popen[bytes], seconds: float, breathe: Callable[[], None]) -> bool:
    """Until it ends. True if its time was over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        breathe()
        try:
            child.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            continue
        return False
    return True


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    if child.stdin is not None:
        try:
            child.stdin.close()
        except BrokenPipeError:
            return


def _answer(said: IO[bytes], code: int) -> Outcome:
    said.seek(0)
    lines = said.read(_MOST_SAID).strip().rsplit(b"\n", 1)
    try:
        outcome: Outcome = msgspec.json.decode(lines[-1], type=Outcome)
    except msgspec.MsgspecError:
        return Failed(code=ProblemCode.PULL_STOPPED.value, params={"value": f"exit {code}"})
    return outcome
