"""Give back what a large import or answer took: the worker is small again when nothing happens."""

import ctypes
import gc
import sys
from collections.abc import Callable

import pyarrow as pa


def _trimmer() -> Callable[[], None]:
    """What makes the C library return freed memory to the system; nothing where there is no such call."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        return lambda: None

    def trim() -> None:
        library.malloc_trim(0)

    return trim


_TRIM = _trimmer()


def give_back_memory() -> None:
    """Return what is freed but still held by Python, Arrow and the C library."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    _TRIM()
