"""Keep the edge small: load nothing that only others need, and give freed memory back to the system."""

import ctypes
import sys
from typing import Final

#: mallopt's numbers and ours: bodies beyond 256 KB get pages of their own (and give them back), two pools for all threads,
#: free memory beyond 1 MB at the end of a pool goes back. Without: +64 MB after five bombs of 16 MB on four threads (2026-11).
_WISHES: Final = ((-3, 256 * 1024), (-8, 2), (-1, 1024 * 1024))
#: What structlog and Mako load for coloured tracebacks because it is installed for somebody else: 7 of 117 MiB (2026-11).
_UNUSED: Final = ("pygments", "rich")


def load_no_ornaments() -> None:
    """Libraries loaded from now on find none of the others that nothing here uses."""
    for name in _UNUSED:
        if name not in sys.modules:
            sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say: not installed


def hold_little_memory() -> None:
    """Ask the C library; where there is no such call, nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for what, number in _WISHES:
            library.mallopt(what, number)
