"""A real server on this machine, started as a person starts it, and plain ways to talk to it."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tanteemma.store.operational import Operational, source_fields
from tanteemma.store.operational.keys import issue
from tanteemma.store.operational.records import KeyKind

EMMA: Final = (sys.executable, "-c", "from tanteemma.serve.cli import run; run()")
_STARTS_S: Final = 90.0
_ADDRESS: Final = re.compile(r"https?://[\w.]+(?::(\d+))?/setup\?token=(\S+)")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        code = self.document.get("error", {}).get("code")
        return None if code is None else str(code)

    @property
    def text(self) -> str:
        return self.body.decode()


def emma(*arguments: str, data: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    """One command of the command line; ``typed``: what it reads from its standard input."""
    command, env = [*EMMA, *arguments, "--data", str(data)], environment({})
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=env, input=typed)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings of a test and nothing else of Tante Emma's.

    Workers do not yield here: beside a browser or a second file of tests they would always have somebody to yield to.
    """
    settings = {"worker_nice": "0", **settings}
    found = {name: value for name, value in os.environ.items() if not name.startswith("EMMA_") and name != "DISPLAY"}
    return found | {f"EMMA_{name.upper()}": value for name, value in settings.items()}


def wait_until(true: Any, within_s: float = 30.0, every_s: float = 0.05) -> Any:
    end = time.monotonic() + within_s
    while not (found := true()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(every_s)
    return found


@dataclass
class Running:
    """One running server. ``log`` collects what it says on standard error."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    token: str = ""
    process: subprocess.Popen[str] | None = None
    cookie: str = ""

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def program(self) -> list[str]:
        """The command line, as far as it is the same for every command."""
        return list(EMMA)

    def start(self, *more: str) -> "Running":
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [*self.program(), "serve", "--data", str(self.data), "--port", str(self.port), *more],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment(self.settings),
            )
        end = time.monotonic() + _STARTS_S
        while time.monotonic() < end:
            line = self.process.stdout.readline() if self.process.stdout else ""
            found = _ADDRESS.search(line)
            if found:
                self.port, self.token = int(found.group(1) or self.port), found.group(2)
                return self
            assert line or self.process.poll() is None, self.log.read_text(encoding="utf-8")[-2000:]
        raise AssertionError("the server did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM, within_s: float = 45.0) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(within_s)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def ready(self) -> "Running":
        wait_until(lambda: self.get("/readyz").status == 200, 60.0)
        return self

    def warm(self) -> "Running":
        """Until a file and a question are answered at once."""
        self.ready()
        wait_until(lambda: self.get("/api/status", cookie=self.signed_in()).document["warm"], 300.0, 0.5)
        return self

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, **headers)

    def key(self, kind: str = "write", source: str = "shop") -> str:
        """A new key, made beside the running server as the command does."""
        with self._operational() as operational, operational.begin() as tx:
            return issue(tx, KeyKind(kind), source).secret

    def _operational(self) -> Operational:
        return Operational.open(self.settings.get("database_url") or self.data / "operational.db")

    def send(self, events: Any, key: str, path: str = "/v1/events", **headers: str) -> Reply:
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        return self.ask("POST", path, body, **{"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers})

    def signed_in(self) -> str:
        """The cookie of the owner, who came by the link on the terminal."""
        if not self.cookie:
            reply = self.post_form("/setup", {"token": self.token})
            assert reply.status == 303, reply.text
            self.cookie = reply.headers["set-cookie"].split(";")[0]
        return self.cookie

    def page(self, path: str, language: str = "de") -> Reply:
        return self.get(path, cookie=self.signed_in(), accept="text/html", accept_language=language)

    def form_token(self) -> str:
        found = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', self.page("/data").text)
        assert found is not None
        return found.group(1)

    def post_form(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        return self.ask("POST", path, urlencode(fields), **{**kind, **headers})

    def raw(self, parts: list[bytes], *, pause_s: float = 0.0, half_close: bool = False, timeout_s: float = 20.0) -> bytes:
        """Send bytes as they are and read what comes back until the other side is done."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s) as connection:
            with contextlib.suppress(ConnectionError):
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause_s)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            received = bytearray()
            with contextlib.suppress(TimeoutError, ConnectionError):
                while piece := connection.recv(65536):
                    received += piece
            return bytes(received)

    def worker(self) -> int:
        """The process number of the worker."""
        return int(self.get("/api/status", cookie=self.signed_in()).document["pid"])


@contextlib.contextmanager
def running(data: Path, *, port: int = 0, **settings: str) -> Iterator[Running]:
    """A server for the length of a block."""
    server = Running(data, settings, port)
    try:
        yield server.start()
    finally:
        if server.process is not None:
            server.stop()


def known_fields(data: Path, source: str) -> int:
    """How many fields of a source the server has written down: what comes from now on is compared with them."""
    with Operational.open(data / "operational.db") as operational, operational.read() as tx:
        return len(source_fields.every(tx, source))


def free_port() -> int:
    """A port nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def memory_of(process: int, what: str = "VmRSS") -> int:
    """Bytes of memory a process holds."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found.group(1)) * 1024
