"""Has this event been here before? Asked at the door, before anything is promised; exact for ever."""

import struct
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Final

import numpy as np

from tanteemma.store.hashing import words_of
from tanteemma.store.runs import IdRuns

#: how often the runs are looked at for news: what they have meanwhile, memory has too
_LOOK_S: Final = 0.05
#: so many ids are looked up one by one sooner than together
_FEW: Final = 8
_pack: Final = struct.Struct(">q").pack


class Seen(Enum):
    """What is known of an id: nothing, the same event (a retry), or another event under the same id."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class SeenIds:
    """Ids in the runs (all that the lake holds) and ids acknowledged since, which only memory knows.

    ``remember`` before the journal commit, so that a second request asking meanwhile already sees them; ``forget`` if the
    commit failed. Both requests wait for commits in order, so a "duplicate" is never promised before the first is durable.
    """

    def __init__(self, folder: Path) -> None:
        self._runs = IdRuns(folder)
        self._fresh: dict[bytes, bytes] = {}
        self._look_at = 0.0

    @property
    def waiting(self) -> int:
        """How many ids only memory knows."""
        return len(self._fresh)

    def check(self, ids: Sequence[bytes], contents: Sequence[bytes]) -> list[Seen]:
        """What is known of each id; ``contents`` are the 8-byte content hashes that tell a retry from a conflict."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _LOOK_S
            if self._runs.refresh():
                self._drop_published()
        if len(ids) == 1:
            return [self._of_one(ids[0], contents[0])]
        known, stored = self._known(ids)
        found = []
        for place, (key, content) in enumerate(zip(ids, contents, strict=True)):
            before = self._fresh.get(key) or (stored[place] if known[place] else None)
            found.append(Seen.NEW if before is None else Seen.DUPLICATE if before == content else Seen.CONFLICT)
        return found

    def _of_one(self, key: bytes, content: bytes) -> Seen:
        before = self._fresh.get(key)
        if before is None:
            stored = self._runs.content_of(key)
            if stored is None:
                return Seen.NEW
            before = _pack(stored)
        return Seen.DUPLICATE if before == content else Seen.CONFLICT

    def remember(self, ids: Sequence[bytes], contents: Sequence[bytes]) -> None:
        """These are being acknowledged."""
        self._fresh.update(zip(ids, contents, strict=True))

    def forget(self, ids: Sequence[bytes]) -> None:
        """These were not acknowledged after all."""
        for key in ids:
            self._fresh.pop(key, None)

    def _known(self, ids: Sequence[bytes]) -> tuple[list[bool], list[bytes]]:
        if not ids or not self._runs.count:
            return [False] * len(ids), [b""] * len(ids)
        if len(ids) <= _FEW:
            found = [self._runs.content_of(key) for key in ids]
            return [one is not None for one in found], [b"" if one is None else _pack(one) for one in found]
        known, content = self._runs.contents(*words_of(ids))
        packed = content.astype(">i8").tobytes()
        return known.tolist(), [packed[at : at + 8] for at in range(0, len(packed), 8)]

    def _drop_published(self) -> None:
        ids = list(self._fresh)
        if not ids:
            return
        known, _ = self._runs.contents(*words_of(ids))
        for place in np.flatnonzero(known):
            del self._fresh[ids[place]]
