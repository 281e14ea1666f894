"""How does the running product feel? Memory at rest, the door under questions, how soon an event counts, demo, pages."""

import http.client
import json
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.machine import memory_of
from benchmarks.peers import HOME
from benchmarks.table import Row, Section, at_most
from benchmarks.timing import Spread, ratios
from tanteemma.model.texts import text
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.client import WorkerClient
from tanteemma.serve.worker.messages import Analyse, AskFreshness, AskGraph, Message
from tanteemma.store.folder import DataFolder
from tests.server.running import EMMA, Running, environment, running

EDGE_MIB: Final = 120
WORKER_MIB: Final = 350
DOOR_RATIO: Final = 2
COUNTED_S: Final = 2
DEMO_S: Final = 30
PAINTED_MS: Final = 300
#: an event every so many seconds, sent at its time whether or not the last one was answered in time
PACE_S: Final = 0.01
_REST_S: Final = 3.0
_SETTLED_S: Final = 60.0
_FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_READY: Final = text("serve.demo.ready", "en")


def sections(data: Path, rounds: int, seconds: float) -> list[Section]:
    """Everything about a server on this data folder; ``seconds`` of events in each round."""
    with running(data) as server:
        server.warm()
        rows = _memory(server)
        events = _events(data)
        door, counted = _door(server, data, rounds, seconds), _counted(server, data, rounds)
        painted = [_painted(server, path, rounds) for path in ("/", "/journeys")]
    rows += [*door, counted, *painted, _demo()]
    note = (
        f"`emma serve` on {events:,} events. The door gets an event every {PACE_S * 1e3:.0f} ms at its time (a late answer "
        "makes the next one later, and that counts) while questions that no cache can answer follow each other without pause. "
        "Painted: first contentful paint in Chromium, headless, signed in, after the first visit."
    )
    return [Section("The running product", tuple(rows), note)]


def _events(data: Path) -> int:
    with WorkerClient(DataFolder(data).socket) as worker:
        return int(json.loads(worker.call(AskFreshness()).body)["events"])


def _memory(server: Running) -> list[Row]:
    time.sleep(_REST_S)
    if server.process is None:
        raise RuntimeError("the server is not running")
    edge, worker = memory_of(server.process.pid), memory_of(server.worker())
    return [
        Row("edge at rest", f"{edge:.0f} MiB", "", *at_most(EDGE_MIB, edge, "MiB")),
        Row("worker at rest", f"{worker:.0f} MiB", "", *at_most(WORKER_MIB, worker, "MiB")),
    ]


def _event(name: str = "visit") -> dict[str, Any]:
    return {"message_id": f"{random.getrandbits(128):032x}", "type": "track", "event": name, "user_id": "u1"}


def _send(connection: http.client.HTTPConnection, key: str, event: dict[str, Any]) -> None:
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/events", json.dumps([event]), head)
    reply = connection.getresponse()
    said = reply.read()
    if reply.status != http.HTTPStatus.ACCEPTED:
        raise RuntimeError(f"{reply.status}: {said[:200]!r}")


def _paced(server: Running, key: str, seconds: float) -> list[float]:
    """Seconds from the moment an event was due to its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    late, due, end = [], time.perf_counter(), time.perf_counter() + seconds
    while due < end:
        time.sleep(max(0.0, due - time.perf_counter()))
        _send(connection, key, _event())
        late.append(time.perf_counter() - due)
        due += PACE_S
    connection.close()
    return late


@contextmanager
def _questions(data: Path) -> Iterator[list[float]]:
    """Ask without a pause while the block runs; seconds of each question."""
    stop, taken = threading.Event(), list[float]()

    def ask() -> None:
        number = 0
        with WorkerClient(DataFolder(data).socket) as worker:
            while not stop.is_set():
                began = time.perf_counter()
                worker.call(_question(number))
                taken.append(time.perf_counter() - began)
                number += 1

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield taken
    finally:
        stop.set()
        thread.join()


def _question(number: int) -> Message:
    steps = tuple(f"touchpoint {step:02}" for step in range(5))
    if number % 2:
        return Analyse(name="funnel", options=json.dumps({"step": steps, "within_s": 86_400.0 + number}).encode())
    pair = (steps[number % 5], f"touchpoint {number // 10 % 30:02}")
    return AskGraph(filter=JourneyFilter(without=(f"touchpoint {number % 29:02}",), no_edges=(pair,)))


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _door(server: Running, data: Path, rounds: int, seconds: float) -> list[Row]:
    key = server.key(source="bench")
    quiet, busy, answered = [], [], 0
    for turn in range(rounds + 1):
        alone = _p99(_paced(server, key, seconds))
        with _questions(data) as asked:
            beside = _p99(_paced(server, key, seconds))
        answered = len(asked)
        if turn:
            quiet.append(alone)
            busy.append(beside)
    ratio = ratios(busy, quiet)
    return [
        Row("door, p99 alone", Spread.of(quiet).said("ms", 1, 1e3)),
        Row(
            f"door, p99 while questions run ({answered} in the last round)",
            Spread.of(busy).said("ms", 1, 1e3),
            f"{ratio.middle:.1f} × ({ratio.least:.1f}–{ratio.most:.1f})",
            *at_most(DOOR_RATIO, ratio.middle),
        ),
    ]


def _counted(server: Running, data: Path, rounds: int) -> Row:
    """Seconds from the answer 202 until a graph counts the event."""
    key = server.key(source="fresh")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    taken = []
    with WorkerClient(DataFolder(data).socket) as worker:
        for _ in range(rounds):
            before = _settled(worker)
            _send(connection, key, _event())
            began = time.perf_counter()
            while _count(worker) == before:
                time.sleep(0.01)
            taken.append(time.perf_counter() - began)
    connection.close()
    spread = Spread.of(taken)
    return Row("from 202 to being counted in the graph", spread.said("s", 2), "", *at_most(COUNTED_S, spread.most, "s"))


def _count(worker: WorkerClient) -> int:
    return int(json.loads(worker.call(AskGraph()).body)["events"])


def _settled(worker: WorkerClient) -> int:
    """The count once it stays the same."""
    end, before = time.monotonic() + _SETTLED_S, -1
    while time.monotonic() < end:
        now = _count(worker)
        if now == before:
            return now
        before = now
        time.sleep(1.0)
    return before


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """A browser without a window, None if there is none on this machine."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


#: When a page first showed something, as soon as that is known.
_PAINTED: Final = """() => new Promise((told) => {
  const look = () => {
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    if (painted) told(painted.startTime); else setTimeout(look, 5);
  };
  look();
})"""


def _painted(server: Running, path: str, rounds: int) -> Row:
    """Milliseconds until a page shows something."""
    name, _, value = server.signed_in().partition("=")
    what = f"page {path} painted"
    with chromium() as browser:
        if browser is None:
            return Row(what, "no Chromium here")
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "url": server.origin}])
        page, taken = context.new_page(), []
        for _ in range(rounds + 1):
            page.goto(f"{server.origin}{path}", wait_until="load")
            taken.append(float(page.evaluate(_PAINTED)))
    spread = Spread.of(taken[1:])
    return Row(what, spread.said("ms"), "", *at_most(PAINTED_MS, spread.middle, "ms"))


def _demo() -> Row:
    """Seconds from the command to the sample company on the page."""
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as name:
        command = [*EMMA, "demo", "--data", f"{name}/data", "--no-open", "--port", "0", "--language", "en"]
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment({})
        )
        ready = any(_READY in line for line in process.stderr or ())
        taken = time.perf_counter() - began
        process.terminate()
        process.communicate()
    if not ready:
        return Row("emma demo, from the command to the sample company", "it did not start")
    return Row("emma demo, from the command to the sample company", f"{taken:.1f} s", "", *at_most(DEMO_S, taken, "s"))
