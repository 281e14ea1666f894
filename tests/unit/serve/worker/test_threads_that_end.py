"""A thread of the worker that meets a full disk says so in a line; a fault of ours is said in full."""

import errno
import sqlite3
import threading

import pytest
from structlog.testing import capture_logs

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.main import _thread_ended


def ends_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", _thread_ended)

    def work() -> None:
        raise error

    thread = threading.Thread(target=work, name="profiles")
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("database or disk is full"),
        OSError(errno.ENOSPC, "No space left on device"),
        Problem(ProblemCode.NO_ROOM, status=503),
    ],
)
def test_a_full_disk_is_one_line(error: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as logged:
        ends_with(error, monkeypatch)
    assert [(one["event"], one["thread"]) for one in logged] == [("thread_ended", "profiles")]
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("ours"),
        sqlite3.OperationalError("no such table: facets"),
        FileNotFoundError(errno.ENOENT, "No such file"),
        Problem(ProblemCode.NOT_FOUND, status=404),
    ],
)
def test_a_fault_of_ours_is_said_in_full(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ends_with(error, monkeypatch)
    assert "Traceback" in capfd.readouterr().err
