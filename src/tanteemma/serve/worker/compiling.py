"""``python -m tanteemma.serve.worker.compiling``: compile every loop and keep the machine code; started by the worker.

In a process of its own, because a compiler that has compiled keeps what it learned: the worker would never be small again.
It ends when its standard input ends, so it does not outlive a worker that was killed.
"""

import os
import signal
import sys
import threading

from tanteemma.serve.worker.without_pandas import keep_pandas_out


def compile_all() -> None:
    """Compile the loops of analyses and imports, or see that an earlier start did."""
    from tanteemma.ingest.importing.warm import warm_up  # noqa: PLC0415 - what it loads makes the first arrays
    from tanteemma.journeys.warm import warm  # noqa: PLC0415 - as above

    warm()
    warm_up()


def _end_with_the_worker() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> int:
    """Everything once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    keep_pandas_out()
    compile_all()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)
