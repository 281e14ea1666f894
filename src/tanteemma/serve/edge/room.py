"""How much room is left where the data lies? Looked at a few times a second, not with every request."""

import shutil
import time
from pathlib import Path
from typing import Final

#: a disk that fills within this time is noticed by whoever writes: then nothing was promised either
_LOOK_S: Final = 0.1


class Room:
    """Free space of one folder's disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._free = 0
        self._look_at = 0.0

    @property
    def free(self) -> int:
        """Bytes, as they were a moment ago."""
        now = time.monotonic()
        if now >= self._look_at:
            self._free = shutil.disk_usage(self._folder).free
            self._look_at = now + _LOOK_S
        return self._free
