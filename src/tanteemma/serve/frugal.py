"""Make the C library return freed memory to the system, so that one large request does not leave a large process behind."""

import ctypes
import sys
from typing import Final

#: mallopt's numbers and ours: bodies beyond 256 KB get pages of their own (and give them back), two pools for all threads,
#: free memory beyond 1 MB at the end of a pool goes back. Without: +64 MB after five bombs of 16 MB on four threads (2026-11).
_WISHES: Final = ((-3, 256 * 1024), (-8, 2), (-1, 1024 * 1024))


def hold_little_memory() -> None:
    """Ask the C library; where there is no such call, nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for what, number in _WISHES:
            library.mallopt(what, number)
