"""The engines we are measured against: set up in an environment of their own, asked through a pipe."""

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[1]
HOME: Final = ROOT / ".bench"
_PINS: Final = ROOT / "benchmarks" / "requirements.txt"
_PROGRAM: Final = ROOT / "benchmarks" / "peer.py"


class PeerMissingError(Exception):
    """The engine cannot be had or does not run here; says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an engine answered and the seconds it needed."""

    seconds: float
    answer: list[Any]


def installed() -> Path:
    """The Python that has the engines, set up if it is not there yet. Raises PeerMissingError."""
    folder = HOME / "venv"
    python, stamp = folder / "bin" / "python", folder / "pins.txt"
    pins = _PINS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == pins:
        return python
    print(f"Installing what we are measured against into {folder} …", file=sys.stderr)
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--requirement", str(_PINS)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)  # noqa: S603 - pip of the environment just made
    if done.returncode:
        raise PeerMissingError((done.stderr.strip().splitlines() or ["pip failed"])[-1])
    stamp.write_text(pins, encoding="utf-8")
    return python


class Engine:
    """One engine with a log loaded. Raises PeerMissingError when it cannot be had."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        command = [str(installed()), str(_PROGRAM), name, str(log)]
        self._complaints = (HOME / f"{name}.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603 - a program of ours
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, text=True
        )
        self.questions = self._read().answer

    def ask(self, question: str) -> Reply:
        """Its answer, timed inside its own process."""
        if self._process.stdin is None:
            raise PeerMissingError(self.name)
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Reply:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self._process.wait()
            self._complaints.seek(0)
            raise PeerMissingError((self._complaints.read().strip().splitlines() or ["it ended"])[-1])
        said = json.loads(line)
        return Reply(said["seconds"], said["answer"])

    def close(self) -> None:
        """Let it go."""
        if self._process.stdin:
            self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()
        self._complaints.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
