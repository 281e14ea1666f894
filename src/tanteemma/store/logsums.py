"""Checksums of the lake's own log: what names the files must itself be what was written."""

import os
from pathlib import Path
from typing import Final

from tanteemma.store import disk

_NAME: Final = "_sums.txt"


class LogSums:
    """One line per file of ``_delta_log``, appended after each commit; a file without a line is newer than the last crash."""

    def __init__(self, lake: Path) -> None:
        self._log = lake / "_delta_log"
        self._path = lake / _NAME

    def add(self, *names: str) -> None:
        """Remember the bytes of log files just made durable."""
        lines = "".join(f"{name} {disk.checksum(self._log / name):08x}\n" for name in names)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, lines.encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def knows(self, name: str) -> bool:
        """Was this file ever durable?"""
        return name in self._known()

    def renew(self) -> None:
        """Forget lines of files that are gone, and take in files that a crash left without one."""
        known = self._known()
        # the pointer to the newest checkpoint is written again and again, and worth nothing by itself
        there = sorted(path.name for path in self._log.iterdir() if path.is_file() and path.name[:1].isdigit())
        sums = {name: known.get(name) or f"{disk.checksum(self._log / name):08x}" for name in there}
        disk.write_durably(self._path, "".join(f"{name} {crc}\n" for name, crc in sums.items()).encode("ascii"))

    def damaged(self) -> list[Path]:
        """Log files whose bytes are not what was written, or that are gone although a later one is there."""
        known = self._known()
        return [
            self._log / name
            for name, crc in known.items()
            if (self._log / name).exists() and f"{disk.checksum(self._log / name):08x}" != crc
        ]

    def _known(self) -> dict[str, str]:
        try:
            lines = self._path.read_text("ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return {}
        pairs = [line.split(" ") for line in lines]
        return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - a torn last line has fewer parts
