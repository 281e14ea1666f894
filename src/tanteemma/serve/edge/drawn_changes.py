"""Who draws on what just now? Every window that shows a document hears of each new version of it at once."""

import asyncio
import contextlib


class DrawnChanges:
    """The newest known version of each document somebody looks at, and a bell for those who wait for the next."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._versions: dict[str, int] = {}

    async def tell(self, key: str, version: int) -> None:
        """A document has a new version."""
        async with self._changed:
            self._versions[key] = version
            self._changed.notify_all()

    async def next_after(self, key: str, version: int, within_s: float) -> int:
        """The version of a document as soon as it is a newer one, or as it is when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(lambda: self._versions.get(key, 0) > version)
        return max(version, self._versions.get(key, 0))
