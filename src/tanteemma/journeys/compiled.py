"""How is a loop over millions of events made fast? By compiling it once; this is the one place that knows the compiler."""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

#: What numba says when neither the package's folder nor the user's cache folder can be written.
_NO_CACHE_FOLDER: Final = "cannot cache function"


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop at its first call, for each type of array it meets, without holding the interpreter's lock.

    The machine code is kept beside the source file, else in the user's cache folder; where the package is installed
    read-only, ``NUMBA_CACHE_DIR`` names a folder that can be written. If there is none, each process compiles anew.

    A compiled loop calls only loops of its own file: a kept copy is renewed when its own file changes, not when another does.
    Never ``parallel=True``: its thread layer aborts when two questions run at once.
    """
    try:
        loop: Callable[P, R] = njit(nogil=True, cache=True)(function)
    except RuntimeError as error:
        if _NO_CACHE_FOLDER not in str(error):
            raise
        loop = njit(nogil=True)(function)
    return loop
