"""``emma serve``: one address, two processes, one data folder."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog
import uvicorn

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text
from tanteemma.serve.edge.access import Access
from tanteemma.serve.edge.application import build_application
from tanteemma.serve.edge.body import BodyMemory
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.intake import Intake
from tanteemma.serve.edge.lane import Lane
from tanteemma.serve.edge.limits import Buckets
from tanteemma.serve.edge.live import Live
from tanteemma.serve.edge.loopback import is_loopback
from tanteemma.serve.edge.metrics import Counters
from tanteemma.serve.edge.origins import Origins
from tanteemma.serve.edge.protocol import CarefulProtocol
from tanteemma.serve.edge.room import Room
from tanteemma.serve.edge.sightings import Sightings
from tanteemma.serve.edge.uploads import PREFIX, forget_upload
from tanteemma.serve.frugal import hold_little_memory
from tanteemma.serve.known_people import KnownPeople
from tanteemma.serve.logs import set_up_logs
from tanteemma.serve.settings import Settings
from tanteemma.serve.supervisor import Supervisor
from tanteemma.serve.worker.client import AsyncWorkerClient
from tanteemma.store.folder import DataFolder, WriterLock
from tanteemma.store.journal import Journal, open_journal
from tanteemma.store.journal_writer import JournalWriter
from tanteemma.store.operational import Operational
from tanteemma.store.seen import SeenIds

_log = structlog.get_logger(__name__)
_PORTS_TRIED: Final = 20
_BACKLOG: Final = 512
_READ_AT_ONCE: Final = 50_000
_COUNTS_EVERY_S: Final = 1.0
#: how long a start waits for a worker whose server was killed (it ends after its step); what writes longer is something else
_WRITERS_END_S: Final = 10.0
_LOOK_S: Final = 0.1

#: what runs beside the server once it answers (the demo loads its company): it is given the edge
Beside = Callable[[Edge], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to run: ``open_browser`` shows the page at once; ``beside`` runs with the server; ``spoken``: the language."""

    open_browser: bool = False
    beside: Beside | None = None
    spoken: str | None = None


def serve(folder: DataFolder, settings: Settings, manner: Manner | None = None) -> int:
    """Serve one data folder until SIGTERM or Ctrl+C. Returns the exit code.

    Raises Problem DATA_LOCKED when another server or a running import holds the folder, SETTING_INVALID for an address that
    cannot be used.
    """
    set_up_logs(settings.log_format, settings.log_level, "edge")
    hold_little_memory()
    with WriterLock(folder.path / "server.lock"):
        _wait_for_writers(folder)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_serve(folder, settings, manner or Manner()))


def _wait_for_writers(folder: DataFolder) -> None:
    """Let the worker of a server that was killed finish its step. Raises Problem DATA_LOCKED if somebody writes on.

    Whoever writes now (an import without a server) would be in our worker's way: said before anything starts.
    """
    end = time.monotonic() + _WRITERS_END_S
    while True:
        try:
            with folder.lock_writer():
                return
        except Problem:
            if time.monotonic() > end:
                raise
        threading.Event().wait(_LOOK_S)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not there on Windows

    return uvloop.new_event_loop


def bind(host: str, port: int) -> socket.socket:
    """A listening socket at this address; at the next free port if that one is taken. Raises Problem SETTING_INVALID."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port + _PORTS_TRIED if port else port
    for tried in range(port, last + 1):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, tried))
            listening.listen(_BACKLOG)
        except OSError as taken:
            listening.close()
            if tried == last or isinstance(taken, socket.gaierror):
                raise Problem(ProblemCode.SETTING_INVALID, field="port", value=f"{host}:{port}") from taken
            continue
        listening.setblocking(False)  # noqa: FBT003 - the library's signature
        return listening
    raise Problem(ProblemCode.SETTING_INVALID, field="port", value=f"{host}:{port}")


def address_of(settings: Settings, listening: socket.socket) -> str:
    """Under which address do people reach this server?"""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = settings.host if settings.host not in {"0.0.0.0", "::", ""} else "127.0.0.1"  # noqa: S104 - compared, not bound
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


async def _serve(folder: DataFolder, settings: Settings, manner: Manner) -> int:
    with contextlib.ExitStack() as closing:
        listening = closing.enter_context(bind(settings.host, settings.port))
        edge = _edge(folder, settings, closing)
        supervisor = Supervisor(folder, settings)
        language = manner.spoken or settings.language
        server = _server(edge, settings, language)
        address = address_of(settings, listening)
        link = f"{address}/setup?token={edge.access.offer_setup()}"
        beside = manner.beside(edge) if manner.beside is not None else asyncio.sleep(0)
        shown = asyncio.create_task(beside)
        tasks = [shown]
        tasks += [
            asyncio.create_task(work)
            for work in (supervisor.run(), edge.live.run(), edge.intake.run(_COUNTS_EVERY_S, edge.people.position))
        ]
        tasks.append(asyncio.create_task(edge.sightings.run(_COUNTS_EVERY_S)))
        tasks.append(asyncio.create_task(_announce(server, settings, language, (address, link))))
        if manner.open_browser:
            tasks.append(asyncio.create_task(_open_browser(link, shown)))
        for task in tasks:
            task.add_done_callback(_say_if_failed)
        try:
            await server.serve([listening])
        finally:
            edge.stopping.set()
            await edge.intake.write_rejected()
            await edge.sightings.write_down()
            await supervisor.stop(settings.stop_timeout_s)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await edge.worker.close()
    return 0


def _edge(folder: DataFolder, settings: Settings, closing: contextlib.ExitStack) -> Edge:
    threads = closing.enter_context(ThreadPoolExecutor(4, thread_name_prefix="edge"))
    operational = closing.enter_context(Operational.open(settings.database_url or folder.operational_db))
    journal = open_journal(folder, settings.database_url or None)
    for left in folder.files.glob(f"{PREFIX}*"):
        forget_upload(left)  # what was being received when the last server died: nobody was told that it is there
    seen = SeenIds(folder.ids)
    counters = Counters()
    intake = Intake(JournalWriter(journal, counters.synced), seen, settings.journal_queue)
    closing.callback(intake.close)
    _remember(intake, journal)
    worker = AsyncWorkerClient(folder.socket)
    people = KnownPeople(operational, folder.profiles_db, settings.zone, lambda: datetime.now(UTC))
    people.pending = intake.pending
    access = Access(operational, threads)
    return Edge(
        folder=folder,
        settings=settings,
        access=access,
        intake=intake,
        worker=worker,
        counters=counters,
        origins=Origins(settings.allowed_origins),
        memory=BodyMemory(settings.body_memory_bytes),
        threads=threads,
        live=Live(worker),
        people=people,
        sightings=Sightings(access),
        room=Room(folder.path),
        address_buckets=Buckets(settings.limit_burst_s),
        key_buckets=Buckets(settings.limit_burst_s),
    )


def _remember(intake: Intake, journal: Journal) -> None:
    """What was acknowledged before the last stop may not be in the id runs yet."""
    after = 0
    while entries := journal.read(after, _READ_AT_ONCE):
        intake.remember(entries)
        after = entries[-1][0]


class _Server(uvicorn.Server):
    """uvicorn, with our manner of ending: the first signal finishes what runs, the second quits at once."""

    def __init__(self, config: uvicorn.Config, edge: Edge, language: str) -> None:
        super().__init__(config)
        self._edge = edge
        self._language = language

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401 - the parent's signature
        """SIGTERM or SIGINT."""
        if self._edge.stopping.is_set() or self.should_exit:
            os._exit(128 + sig)
        self._edge.stopping.set()
        with contextlib.suppress(OSError):  # whoever read the output may have gone
            sys.stdout.write(text("serve.stopping", self._language) + "\n")
            sys.stdout.flush()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Any:  # noqa: ANN401 - the parent's signature
        """As the parent, but a signal that was answered is not raised again at the end: the exit code is ours."""
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wanted, self.handle_exit, wanted, None)
        try:
            yield
        finally:
            for wanted in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(wanted)


def _server(edge: Edge, settings: Settings, language: str) -> _Server:
    protocol = type("Protocol", (CarefulProtocol,), {"header_timeout_s": settings.header_timeout_s, "lane": Lane(edge)})
    config = uvicorn.Config(
        build_application(edge),
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=15,
        timeout_graceful_shutdown=int(settings.stop_timeout_s),
    )
    return _Server(config, edge, language)


def _say_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        _log.error("background_work_failed", exc_info=failure)


async def _open_browser(link: str, shown: asyncio.Task[None]) -> None:
    """Once there is something to see (the demo's company is loaded); without a screen the link on the terminal is enough."""
    await asyncio.wait([shown])
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"darwin", "win32"}:
        await asyncio.to_thread(webbrowser.open, link)


async def _announce(server: uvicorn.Server, settings: Settings, language: str, address_and_link: tuple[str, str]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn tells by this flag only
        await asyncio.sleep(0.02)
    gc.collect()
    gc.freeze()  # what is there from the start stays: looking for garbage in it again and again costs every request
    address, link = address_and_link
    lines = [text("serve.address", language, address=address), text("serve.setup", language, link=link)]
    if not is_loopback(settings.host):
        lines.append(text("serve.not_loopback", language, host=settings.host))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
