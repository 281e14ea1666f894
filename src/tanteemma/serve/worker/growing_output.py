"""A file of the data folder that grows as long as there is room; whoever reads along sees every byte at once."""

import errno
import io
import shutil
from pathlib import Path
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode

#: after so many bytes it is looked whether there is still room
_LOOK_BYTES: Final = 16 << 20


class GrowingOutput(io.RawIOBase):
    """``floor``: so many bytes of the disk stay free."""

    def __init__(self, path: Path, floor: int) -> None:
        self._file = path.open("wb")
        self._path = path
        self._floor = floor
        self._unlooked = _LOOK_BYTES

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, part: bytes, /) -> int:  # type: ignore[override]  # takes what it is given, as whole as it comes
        """Write on. Raises Problem NO_ROOM."""
        size = memoryview(part).nbytes
        self._unlooked += size
        if self._unlooked >= _LOOK_BYTES:
            self._unlooked = 0
            if shutil.disk_usage(self._path.parent).free < self._floor:
                raise Problem(ProblemCode.NO_ROOM, status=503)
        try:
            self._file.write(part)
            self._file.flush()  # who reads along sees it
        except OSError as full:
            if full.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise Problem(ProblemCode.NO_ROOM, status=503) from full
        return size

    def close(self) -> None:
        """Written to its end."""
        if not self.closed:
            self._file.close()
        super().close()
