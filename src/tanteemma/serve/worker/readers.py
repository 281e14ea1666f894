"""The stored events as the questions read them: one pinned state for all until it changes, then the next."""

import contextlib
import threading
from collections.abc import Iterator

from tanteemma.store.house import Store
from tanteemma.store.snapshot import Snapshot


class Readers:
    """Opens a snapshot once per visible change and closes it when the last question on it is done."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._now: Snapshot | None = None
        self._users: dict[int, int] = {}

    @contextlib.contextmanager
    def pinned(self) -> Iterator[Snapshot]:
        """The newest state; it does not change inside the block."""
        snapshot = self._take()
        try:
            yield snapshot
        finally:
            self._give_back(snapshot)

    def changed(self) -> str:
        """Something was stored: the next question reads the new state. Returns its version."""
        with self._lock:
            old, self._now = self._now, self._store.snapshot()
            if old is not None and not self._users.get(id(old)):
                old.close()
            return self._now.version

    @property
    def version(self) -> str:
        """The newest state's version; empty before the first."""
        now = self._now
        return "" if now is None else now.version

    def close(self) -> None:
        """Let go of the newest state."""
        with self._lock:
            if self._now is not None:
                self._now.close()
                self._now = None

    def _take(self) -> Snapshot:
        with self._lock:
            if self._now is None:
                self._now = self._store.snapshot()
            self._users[id(self._now)] = self._users.get(id(self._now), 0) + 1
            return self._now

    def _give_back(self, snapshot: Snapshot) -> None:
        with self._lock:
            left = self._users[id(snapshot)] - 1
            if left:
                self._users[id(snapshot)] = left
                return
            del self._users[id(snapshot)]
            if snapshot is not self._now:
                snapshot.close()
