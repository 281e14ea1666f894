"""``python -m tanteemma.serve.exporting.program``: make one file, in a process that may be stopped any time.

The order comes on the standard input as MessagePack, the file or what was wrong goes to the standard output. Its memory is
limited by the system; it is niced, so that doors and pages come first.
"""

import os
import resource
import sys
from typing import Final

import msgspec

from tanteemma.model.problems import Problem
from tanteemma.serve.exporting.making import written
from tanteemma.serve.exporting.order import Made, Order, Refused

_MEMORY: Final = 1536 << 20
_NICE: Final = 5


def be_modest() -> None:
    """Little memory, and doors and pages come first."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)


def refused(problem: Problem) -> Refused:
    """A problem as it is told to whoever asked."""
    params = {name: str(value) for name, value in problem.params.items() if value is not None}
    return Refused(code=problem.code.value, status=problem.status, params=params)


def main() -> int:
    """One order."""
    be_modest()
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order)
    said: Made | Refused
    try:
        said = Made(file=written(order))
    except Problem as problem:
        said = refused(problem)
    except MemoryError:
        said = Refused()
    sys.stdout.buffer.write(msgspec.msgpack.encode(said))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
