"""How is a loop over millions of events made fast? By compiling it once; this is the one place that knows the compiler."""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

P = ParamSpec("P")
R = TypeVar("R")

#: What numba says when neither the package's folder nor the user's cache folder can be written.
_NO_CACHE_FOLDER: Final = "cannot cache function"
_forgotten: Final[list[str]] = []


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
        _forgotten.append(function.__name__)
    return loop


def is_kept() -> bool:
    """Is machine code kept for the next process, so that any process may compile it for all?"""
    return not _forgotten


def _fetch(_: object, array: Any, place: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - types of the compiler
    """What the compiler has to write for ``fetch``: one instruction that changes nothing."""

    def instruction(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        start = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        name = "llvm.prefetch.p0"
        call = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]  # not typed there
        to_read, keep_near, of_values = number(0), number(3), number(1)
        builder.call(call, [builder.bitcast(builder.gep(start, [arguments[1]]), byte), to_read, keep_near, of_values])
        return context.get_dummy_value()

    return types.void(array, place), instruction


#: In a compiled loop: this place of the array is read soon. The loop goes on while memory sends it, instead of waiting for it
#: later. The place may lie outside of the array.
fetch: Final = cast("Callable[[npt.NDArray[Any], np.uint64], None]", intrinsic(_fetch))


def _count_bits(_: object, word: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - types of the compiler
    """What the compiler has to write for ``count_bits``: one instruction of the processor."""

    def instruction(_: Any, builder: ir.IRBuilder, __: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        return builder.ctpop(arguments[0])

    return types.uint64(word), instruction


#: In a compiled loop: how many bits of the word are set.
count_bits: Final = cast("Callable[[np.uint64], np.uint64]", intrinsic(_count_bits))
