"""``python -m tanteemma.serve.worker``: started by the server, never by hand; its orders come on standard input."""

import os
import signal
import sys
from pathlib import Path

import msgspec

from tanteemma.serve.logs import set_up_logs
from tanteemma.serve.supervisor import WorkerOrders
from tanteemma.serve.worker.without_pandas import keep_pandas_out
from tanteemma.store.folder import DataFolder


def main() -> int:
    """Read the orders and work until the standard input ends."""
    _step_back()
    line = _first_line()
    if not line:
        return 0
    orders = msgspec.json.decode(line, type=WorkerOrders)
    set_up_logs(orders.settings.log_format, orders.settings.log_level, "worker")
    if hasattr(os, "nice"):
        os.nice(orders.settings.worker_nice)
    keep_pandas_out()
    from tanteemma.serve.worker.main import run_worker  # noqa: PLC0415 - its imports make the first arrays

    return run_worker(DataFolder(Path(orders.folder)), orders.settings)


def _step_back() -> None:
    """Ctrl+C at the terminal is meant for the server, who then ends the worker in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgrp"):
        os.setpgrp()
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # some terminals stop whoever writes from the background


def _first_line() -> bytes:
    """Byte by byte, past Python's buffers: what comes after it belongs to the thread that waits for the end."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return bytes(line)


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # the libraries' own threads (Delta's runtime, kernels being compiled) have nothing left to lose; some crash at a slow exit
    os._exit(code)
