"""Ways to spoil a running server's day: its disk, its memory, its network, its time slices."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

import pytest

_CGROUPS: Final = Path("/sys/fs/cgroup/memory")
_READ: Final = 65_536


@contextlib.contextmanager
def injected(process: int, fault: str) -> Iterator[None]:
    """System calls of all threads of a process go wrong as strace's ``inject`` says, until the block ends."""
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine (apt-get install strace)")
    calls = fault.partition(":")[0]
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={fault}", "-p", str(process)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 10
    while "TracerPid:\t0" in Path(f"/proc/{process}/status").read_text(encoding="ascii"):
        if tracer.poll() is not None or time.monotonic() > end:
            pytest.skip("strace may not attach on this machine")
        time.sleep(0.02)
    time.sleep(0.3)  # the other threads follow
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=20)


@contextlib.contextmanager
def small_mount(place: Path, options: str) -> Iterator[Path]:
    """A file system in memory with little room."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("no mount on this machine")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextlib.contextmanager
def held_to(process: int, most_bytes: int) -> Iterator[Path]:
    """A process may take so much more memory than it has now; the folder of its control group."""
    place = _CGROUPS / f"emma-fault-{os.getpid()}"
    try:
        place.mkdir()
        (place / "memory.limit_in_bytes").write_text(str(most_bytes), encoding="ascii")
        (place / "cgroup.procs").write_text(str(process), encoding="ascii")
    except OSError:
        pytest.skip("no memory control group on this machine")
    try:
        yield place
    finally:
        with contextlib.suppress(OSError):
            (place / "memory.limit_in_bytes").write_text("-1", encoding="ascii")
        for one in (place / "cgroup.procs").read_text(encoding="ascii").split():
            with contextlib.suppress(OSError):
                (_CGROUPS / "cgroup.procs").write_text(one, encoding="ascii")
        with contextlib.suppress(OSError):
            place.rmdir()


@contextlib.contextmanager
def frozen(process: int) -> Iterator[None]:
    """A process gets no time until the block ends."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


class BadNetwork:
    """A proxy between sender and server that loses answers, cuts bodies, dawdles and resets; a third goes well."""

    def __init__(self, port: int, seed: int) -> None:
        self._server = port
        self._chance = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listening.getsockname()[1])
        self.up = True
        self.lost_answers = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _run(self) -> None:
        while True:
            try:
                sender, _ = self._listening.accept()
            except OSError:
                return
            kind = self._chance.choice(("fine", "fine", "lost", "lost", "cut", "dawdle", "reset"))
            threading.Thread(target=self._carry, args=(sender, kind if self.up else "reset"), daemon=True).start()

    def _carry(self, sender: socket.socket, kind: str) -> None:
        with contextlib.suppress(OSError), sender:
            if kind == "reset":
                return
            with socket.create_connection(("127.0.0.1", self._server), timeout=20) as server:
                sender.settimeout(0.5 if kind == "cut" else 20)
                self._request(sender, server, kind)
                answer = server.recv(_READ)
                if kind == "lost":
                    self.lost_answers += bool(answer)
                    return
                while answer:
                    sender.sendall(answer)
                    answer = server.recv(_READ)

    @staticmethod
    def _request(sender: socket.socket, server: socket.socket, kind: str) -> None:
        """Carry head and body over; ``cut``: half of it, then nothing more; ``dawdle``: byte by byte at its beginning."""
        came = bytearray()
        while b"\r\n\r\n" not in came:
            piece = sender.recv(_READ)
            if not piece:
                return
            came += piece
        head, _, _ = bytes(came).partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        while len(came) < len(head) + 4 + length:
            came += sender.recv(_READ)
        if kind == "cut":
            server.sendall(came[: len(head) + 4 + length // 2])
            server.shutdown(socket.SHUT_WR)
            return
        if kind == "dawdle":
            for place in range(min(60, len(came))):
                server.sendall(came[place : place + 1])
                time.sleep(0.002)
            del came[:60]
        server.sendall(came)
