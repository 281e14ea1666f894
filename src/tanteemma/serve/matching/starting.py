"""Start the process that matches, hear how far it is, take its answer; it is stopped when nobody waits any more."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.matching.task import Answer, Refused, Step, Task

_PROGRAM: Final = "tanteemma.serve.matching.program"
_LOOK_S: Final = 0.2
_LAST_LINES: Final = 20

Hear = Callable[[Step], None]


def matched(task: Task, hear: Hear, check: Callable[[], None] = lambda: None) -> Answer:
    """The answer. ``check`` is called now and then and raises when nobody waits any more.

    Raises Problem MATCHING_TOO_LARGE, and what reading the files raises.
    """
    with tempfile.TemporaryDirectory(prefix="matching-", dir=task.folder) as room:
        order = msgspec.json.encode(msgspec.structs.replace(task, folder=room))
        child = subprocess.Popen(  # noqa: S603 - a program of ours
            [sys.executable, "-m", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        heard = _Heard(child, hear)
        try:
            heard.ask(order)
            while heard.waits(_LOOK_S):
                check()
            return _read(heard, task)
        finally:
            heard.close()


def _read(heard: "_Heard", task: Task) -> Answer:
    code = heard.code()
    try:
        said: Answer | Refused = msgspec.msgpack.decode(heard.answer, type=Answer | Refused)
    except msgspec.DecodeError:
        if code >= 0 and b"MemoryError" not in heard.said and b"bad_alloc" not in heard.said:
            raise RuntimeError(heard.said.decode(errors="replace")) from None
        said = Refused(too_large=True)
    if isinstance(said, Answer):
        return said
    if said.too_large:
        raise Problem(ProblemCode.MATCHING_TOO_LARGE, status=422, limit=f"{task.memory_bytes >> 20} MiB")
    raise Problem(ProblemCode(said.code), status=said.status, **said.params)


class _Heard:
    """The process with two threads that read what it says, so that it never waits for us."""

    def __init__(self, child: subprocess.Popen[bytes], hear: Hear) -> None:
        self._child = child
        self._hear = hear
        self._lines: list[bytes] = []
        self.answer = b""
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._take)]
        for thread in self._threads:
            thread.start()

    @property
    def said(self) -> bytes:
        """The last lines that were no steps."""
        return b"\n".join(self._lines[-_LAST_LINES:])

    def ask(self, order: bytes) -> None:
        """Hand over the task."""
        if self._child.stdin is not None:
            self._child.stdin.write(order + b"\n")
            self._child.stdin.flush()

    def waits(self, seconds: float) -> bool:
        """Is it still at work after so long?"""
        self._threads[1].join(seconds)
        return self._threads[1].is_alive()

    def code(self) -> int:
        """How it ended."""
        code = self._child.wait()
        self._threads[0].join()
        return code

    def close(self) -> None:
        """Nobody waits any more."""
        if self._child.poll() is None:
            self._child.kill()
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self._child.stdout, self._child.stderr):
            if pipe is not None:
                pipe.close()

    def _listen(self) -> None:
        for line in self._child.stderr or ():
            try:
                step = msgspec.json.decode(line, type=Step)
            except msgspec.DecodeError:
                self._lines.append(line.rstrip())
                continue
            self._hear(step)

    def _take(self) -> None:
        if self._child.stdout is not None:
            self.answer = self._child.stdout.read()
