"""Have a file made: at once if it needs no library, else by a process of its own that is stopped when it takes too long."""

import asyncio
import sys
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting.light import written_lightly
from tanteemma.serve.exporting.order import LIGHT, Made, Order, Refused

_PROGRAM: Final = "tanteemma.serve.exporting.program"
_LONGEST_S: Final = 120.0
#: so many files are made at once; others wait for their turn
_AT_ONCE: Final = 2
_turns = asyncio.Semaphore(_AT_ONCE)


async def made(order: Order) -> bytes:
    """The file. Raises Problem EXPORT_LIBRARY, MASTER_INVALID, EXPORT_FAILED (too much memory or time)."""
    if order.format in LIGHT and not order.blank:
        return await asyncio.to_thread(written_lightly, order)
    async with _turns:
        raw = await _asked(msgspec.msgpack.encode(order))
    try:
        said: Made | Refused = msgspec.msgpack.decode(raw, type=Made | Refused)
    except msgspec.DecodeError as wrong:
        raise Problem(ProblemCode.EXPORT_FAILED, status=422) from wrong
    if isinstance(said, Made):
        return said.file
    if not said.code:
        raise Problem(ProblemCode.EXPORT_FAILED, status=422)
    raise Problem(ProblemCode(said.code), status=said.status, **said.params)


async def _asked(order: bytes) -> bytes:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", _PROGRAM, stdin=pipe, stdout=pipe)
    try:
        said, _ = await asyncio.wait_for(child.communicate(order), _LONGEST_S)
    except TimeoutError as late:
        raise Problem(ProblemCode.EXPORT_FAILED, status=422) from late
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return said
