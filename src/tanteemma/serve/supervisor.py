"""Keeps the worker running: starts it, starts it again when it dies (later each time), ends it with the server."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from typing import Final

import msgspec
import structlog

from tanteemma.serve.settings import Settings
from tanteemma.store.folder import DataFolder

_log = structlog.get_logger(__name__)
#: fewer pools of freed memory: the worker's threads rarely allocate at the same moment (idle 345 MB without, measured 2026-11)
_FRUGAL: Final = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 30.0
_LONG_ENOUGH_S: Final = 60.0


class WorkerOrders(msgspec.Struct, frozen=True):
    """What the worker is told on its standard input: one line of JSON. When that input ends, the server is gone."""

    folder: str
    settings: Settings


class Supervisor:
    """One worker process for one data folder."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self._orders = msgspec.json.encode(WorkerOrders(str(folder.path), settings)) + b"\n"
        self._process: Process | None = None
        self._stopping = asyncio.Event()
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Number of the running worker process, None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def run(self) -> None:
        """Until ``stop``: a worker is there. One that dies soon after its start is started again later and later."""
        wait_s = _FIRST_WAIT_S
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            wait_s = _FIRST_WAIT_S if loop.time() - began > _LONG_ENOUGH_S else min(wait_s * 2, _LONGEST_WAIT_S)
            _log.error("worker_died", code=code, again_in_s=wait_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait_s)

    async def stop(self, within_s: float) -> None:
        """Ask the worker to finish what it holds and to end; after ``within_s`` it is ended."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), within_s)
        except TimeoutError:
            _log.warning("worker_ended_hard")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _run_once(self) -> int | None:
        # in this session: the kernel shares processors out between sessions, and the worker's niceness counts only inside one
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tanteemma.serve.worker", stdin=PIPE, env={**os.environ, **_FRUGAL}
        )
        self._process = process
        self.starts += 1
        if process.stdin is not None:
            process.stdin.write(self._orders)
            with contextlib.suppress(ConnectionError):
                await process.stdin.drain()
        if self._stopping.is_set() and process.stdin is not None:
            process.stdin.close()
        return await process.wait()
