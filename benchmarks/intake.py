"""How much of a door's time is the disk, and how much could a door take at all? The same server four ways, in turns.

With its journal, without its fsync, and without any write; and nginx that answers 200 to whatever it is sent. Senders are wrk.
Their workers stand still: what is asked is the acknowledgement. How it goes on into the lake is asked by
``benchmarks.sustained``.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.senders import BATCH, flood, has_wrk, script
from benchmarks.table import Row, Section, at_least
from benchmarks.timing import Spread, ratios
from tests.server.programs import Altered
from tests.server.running import free_port

BATCHES: Final = 0.45
SINGLES: Final = 0.5
NGINX: Final = 0.15
#: senders at once, by events of a request: what piles up while the disk works is the next commit
_CONNECTIONS: Final = {1: 64, BATCH: 16}
_WITHOUT: Final = "journal.append = lambda entries, count=[0]: count.__setitem__(0, count[0] + 1) or count[0]"
#: what stands in the journal's place
_JOURNALS: Final = {"journal": "", "no fsync": "journal._connection.execute('PRAGMA synchronous=OFF')", "no write": _WITHOUT}
_NGINX: Final = """
worker_processes 1; daemon off; pid {place}/nginx.pid; error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {place}; proxy_temp_path {place}; fastcgi_temp_path {place};
  uwsgi_temp_path {place}; scgi_temp_path {place}; keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "ok"; }} }} }}
"""
_STARTS_S: Final = 1.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Target:
    """Something that answers: its port, its process, a key."""

    port: int
    process: int
    key: str = ""


@dataclass(slots=True)
class Rates:
    """Of one target and size: requests a second by the clock and by its processor time, round by round."""

    clock: list[float]
    processor: list[float]


def processor_s(process: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def _servers(place: Path) -> Iterator[dict[str, Target]]:
    started: list[Altered] = []
    workers: list[int] = []
    found: dict[str, Target] = {}
    try:
        for name, change in _JOURNALS.items():
            folder = place / name.replace(" ", "-")
            folder.mkdir()
            server = Altered(folder, {"database_url": "", "key_events_per_s": "0"})
            server.of_journal = change
            server.start().ready()
            started.append(server)
            if server.process is None:
                raise RuntimeError("the server is not running")
            found[name] = Target(server.port, server.process.pid, server.key())
            workers.append(server.worker())
            os.kill(workers[-1], signal.SIGSTOP)
        yield found
    finally:
        for server in started:
            server.stop(signal.SIGKILL)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)


@contextmanager
def _nginx(place: Path) -> Iterator[Target | None]:
    """A process of nginx that answers 200, None where it is not installed."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        yield None
        return
    port, setting = free_port(), place / "nginx.conf"
    setting.write_text(_NGINX.format(place=place, port=port), encoding="utf-8")
    process = subprocess.Popen([program, "-c", str(setting), "-e", f"{place}/error.log"])  # noqa: S603 - what is installed
    time.sleep(_STARTS_S)
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        yield Target(port, int(children[0]))
    finally:
        process.terminate()
        process.wait()


def _asked(targets: Mapping[str, Target], place: Path, rounds: int, seconds: float) -> dict[tuple[str, int], Rates]:
    found: dict[tuple[str, int], Rates] = {}
    for turn in range(rounds + 1):
        for size, connections in _CONNECTIONS.items():
            for name, target in targets.items():
                if name == "nginx" and size > 1:
                    continue
                file = script(place / "send.lua", f"{turn}-{size}-{name[:4]}", [target.key or "none"], size)
                before = processor_s(target.process)
                sent = flood(target.port, file, connections, seconds)
                used = processor_s(target.process) - before
                if sent.bad:
                    raise RuntimeError(f"{name}: {sent.bad} requests were refused")
                if turn:
                    rates = found.setdefault((name, size), Rates([], []))
                    rates.clock.append(sent.per_second)
                    rates.processor.append(sent.per_second * seconds / max(used, 1 / _TICKS))
    return found


def section(rounds: int, seconds: float) -> Section:
    """The acknowledgement against the same without fsync, without writing, and against nginx."""
    note = (
        "`POST /v1/events`, events of about 430 bytes. The same server with its journal, with a journal that never waits for "
        f"the disk, and with one that writes nothing, in turns; wrk sends from {_CONNECTIONS[1]} connections (single events) "
        f"and {_CONNECTIONS[BATCH]} (batches of {BATCH}). Their workers stand still. In brackets the ratio by processor time "
        "of the server alone."
    )
    if not has_wrk():
        return Section("The doors and the disk", (Row("acknowledged events", "no wrk here (apt-get install wrk)"),), note)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with _servers(place) as servers, _nginx(place) as nginx:
            targets = dict(servers) | ({"nginx": nginx} if nginx is not None else {})
            found = _asked(targets, place, rounds, seconds)
    return Section("The doors and the disk", tuple(_rows(found)), note)


def _rows(found: Mapping[tuple[str, int], Rates]) -> Iterator[Row]:
    yield _row(found, BATCH, "no write", BATCHES)
    yield _row(found, 1, "no fsync", SINGLES)
    if ("nginx", 1) in found:
        yield _row(found, 1, "nginx", NGINX)
    else:
        yield Row("single events, of nginx answering 200", "no nginx here (apt-get install nginx-light)")
    for (name, size), rates in found.items():
        clock, processor = (Spread.of([rate * size for rate in some]) for some in (rates.clock, rates.processor))
        what = "requests" if name == "nginx" else "single events" if size == 1 else f"batches of {size}"
        yield Row(f"{what}, {name}", f"{clock.said('/s')}; {processor.middle:,.0f} for each second of processor")


def _row(found: Mapping[tuple[str, int], Rates], size: int, against: str, goal: float) -> Row:
    ours, theirs = found["journal", size], found[against, size]
    clock, processor = ratios(ours.clock, theirs.clock), ratios(ours.processor, theirs.processor)
    what = "single events" if size == 1 else f"batches of {size}"
    said = f"{clock.middle:.2f} ({clock.least:.2f}–{clock.most:.2f}; {processor.middle:.2f})"
    goal_said, reached = at_least(goal, clock.middle, "")
    return Row(f"{what}, acknowledged after fsync, of {against}", "", said, goal_said, reached)
