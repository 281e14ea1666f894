"""``python -m tanteemma.serve.worker.compiling``: compile loops and keep the machine code; started by the worker.

In processes of their own, because a compiler that has compiled keeps what it learned: the worker would never be small again.
A line names a part that is to be compiled, a line answers when it is; a process ends when its standard input ends, so it
does not outlive a worker that was killed.
"""

import os
import queue
import signal
import sys
import threading
from typing import Final

from tanteemma.model.hooks import warmups
from tanteemma.serve.worker.without_pandas import keep_pandas_out

_FILES: Final = "files"
_WIDE: Final = "wide"
_USUAL: Final = "usual"


def usual_parts() -> list[str]:
    """What is compiled until nobody has to wait: the analyses, and how files are read."""
    return [*(f"{_USUAL} {family}" for family in warmups.all()), _FILES]


def wide_parts() -> list[str]:
    """The analyses once more, for companies with more than 65,536 kinds of event."""
    return [f"{_WIDE} {family}" for family in warmups.all()]


def compile_part(part: str) -> None:
    """Compile one part, or see that an earlier start did."""
    from tanteemma.ingest.importing.warm import warm_up  # noqa: PLC0415 - pandas must have been kept out before
    from tanteemma.journeys.warm import warm_family  # noqa: PLC0415 - pandas must have been kept out before

    if part == _FILES:
        warm_up()
    else:
        width, _, family = part.partition(" ")
        warm_family(family, wide=width == _WIDE)


def _read(wanted: "queue.SimpleQueue[str]") -> None:
    """Hear what is wanted; end with the worker, also in the middle of a part."""
    for line in sys.stdin:
        wanted.put(line.strip())
    os._exit(0)


def main() -> int:
    """Part after part, as the worker asks for them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(wanted,), daemon=True).start()
    keep_pandas_out()
    while True:
        part = wanted.get()
        compile_part(part)
        sys.stdout.write(f"{part}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    finally:
        sys.stderr.flush()
        os._exit(1)
