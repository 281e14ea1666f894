"""The server ends when it is told to, whoever listens."""

import signal
import sys
import threading
from types import SimpleNamespace
from typing import cast

import pytest
import uvicorn

from tanteemma.serve.edge.context import Edge
from tanteemma.serve.run import _Server


class Gone:
    """An output that nobody reads any more."""

    def write(self, _said: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_the_first_signal_stops_a_server_whose_output_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    edge = cast("Edge", SimpleNamespace(stopping=threading.Event()))
    server = _Server(uvicorn.Config(lambda: None), edge, "en")
    monkeypatch.setattr(sys, "stdout", Gone())
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit
