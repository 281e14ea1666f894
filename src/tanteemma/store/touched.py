"""Whose events, or whose being one person, changed since somebody last asked? For whoever keeps something by person."""

import threading
from typing import Final, NamedTuple

import numpy as np

from tanteemma.store.hashing import Words

#: Keys beyond which it is no longer worth telling one from another.
_MOST: Final = 2_000_000


class Who(NamedTuple):
    """Keys of persons, each once; ``everybody``: it may be anybody."""

    high: Words
    low: Words
    everybody: bool

    def __bool__(self) -> bool:
        return self.everybody or len(self.high) > 0


class Touched:
    """Collects on one thread, is emptied on another. At the start it may be anybody."""

    def __init__(self) -> None:
        self._keys: list[tuple[Words, Words]] = []
        self._count = 0
        self._everybody = True
        self._lock = threading.Lock()

    def add(self, high: Words, low: Words) -> None:
        """These."""
        with self._lock:
            if self._everybody:
                return
            self._keys.append((high, low))
            self._count += len(high)
            if self._count > _MOST:
                self._all()

    def everybody(self) -> None:
        """It may be anybody."""
        with self._lock:
            self._all()

    def take(self) -> Who:
        """Everybody collected; from here on it begins anew."""
        with self._lock:
            everybody, keys = self._everybody, self._keys
            self._everybody, self._keys, self._count = False, [], 0
        none = np.empty(0, np.uint64)
        if not keys:
            return Who(none, none, everybody)
        pairs = np.stack([np.concatenate([key[word] for key in keys]) for word in (0, 1)], axis=1)
        one = np.unique(pairs, axis=0)
        return Who(np.ascontiguousarray(one[:, 0]), np.ascontiguousarray(one[:, 1]), everybody)

    def _all(self) -> None:
        self._everybody, self._keys, self._count = True, [], 0
