"""What version are the stored events, and how fresh? Told by the worker as it happens, kept for every page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog

from tanteemma.model.problems import Problem
from tanteemma.serve.worker.client import AsyncWorkerClient

_log = structlog.get_logger(__name__)
_AGAIN_S: Final = 0.5


class Live:
    """Follows the worker. ``version`` is None while it is away; ``sample``: the sample company was there when last asked."""

    def __init__(self, worker: AsyncWorkerClient) -> None:
        self._worker = worker
        self._changed = asyncio.Condition()
        self.version: str | None = None
        self.sample = False

    async def run(self) -> None:
        """Follow until cancelled; a worker that is away is tried again and again."""
        while True:
            with contextlib.suppress(Problem):
                async for version in self._worker.changes():
                    await self._set(version)
            if self.version is not None:
                _log.warning("worker_away")
            await self._set(None)
            await asyncio.sleep(_AGAIN_S)

    async def next_after(self, version: str | None, within_s: float) -> str | None:
        """The version as soon as it is another one, or as it is when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(lambda: self.version != version)
        return self.version

    async def stream(self, heartbeat_s: float) -> AsyncIterator[str | None]:
        """Each version from now on; the same one again after ``heartbeat_s`` without a change."""
        seen = self.version
        yield seen
        while True:
            seen = await self.next_after(seen, heartbeat_s)
            yield seen

    async def _set(self, version: str | None) -> None:
        async with self._changed:
            self.version = version
            self._changed.notify_all()
