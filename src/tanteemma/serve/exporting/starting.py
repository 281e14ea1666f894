"""Have a file made: at once if it needs no library, else by a process of its own that is stopped when it takes too long."""

import asyncio
import sys
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.serve.exporting.light import written_lightly
from tanteemma.serve.exporting.order import LIGHT, Made, Order, Refused, RefusedAll, Returned

_PROGRAM: Final = "tanteemma.serve.exporting.program"
_FILLED: Final = "tanteemma.serve.exporting.filled_program"
_LONGEST_S: Final = 120.0
#: so many files are made at once; others wait for their turn
_AT_ONCE: Final = 2
_turns = asyncio.Semaphore(_AT_ONCE)


async def made(order: Order) -> bytes:
    """The file. Raises Problem EXPORT_LIBRARY, MASTER_INVALID, EXPORT_FAILED (too much memory or time)."""
    if order.format in LIGHT and not order.blank:
        return await asyncio.to_thread(written_lightly, order)
    return await _file(_PROGRAM, msgspec.msgpack.encode(order), ProblemCode.EXPORT_FAILED)


async def read_back(file: bytes, language: str) -> bytes:
    """A filled file as a document in the exchange format. Raises Problem UNREADABLE_FILE, or Problems with every place."""
    return await _file(_FILLED, msgspec.msgpack.encode(Returned(file, language)), ProblemCode.UNREADABLE_FILE)


async def _file(program: str, order: bytes, failed: ProblemCode) -> bytes:
    async with _turns:
        raw = await _asked(program, order)
    try:
        said: Made | Refused | RefusedAll = msgspec.msgpack.decode(raw, type=Made | Refused | RefusedAll)
    except msgspec.DecodeError as wrong:
        raise Problem(failed, status=422) from wrong
    if isinstance(said, Made):
        return said.file
    if isinstance(said, RefusedAll):
        raise Problems([_problem(one) for one in said.problems])
    raise _problem(said) if said.code else Problem(failed, status=422)


def _problem(said: Refused) -> Problem:
    return Problem(ProblemCode(said.code), status=said.status, **said.params)


async def _asked(program: str, order: bytes) -> bytes:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", program, stdin=pipe, stdout=pipe)
    try:
        said, _ = await asyncio.wait_for(child.communicate(order), _LONGEST_S)
    except TimeoutError as late:
        raise Problem(ProblemCode.EXPORT_FAILED, status=422) from late
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return said
