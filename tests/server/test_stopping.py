"""Starting, stopping, dying: nothing that was promised is lost, and nothing is left behind."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.running import EMMA, Running, environment, running, wait_until

pytestmark = pytest.mark.slow


def event(number: str) -> dict[str, str]:
    return {"message_id": number, "type": "track", "event": "Anruf", "user_id": f"u-{number}"}


def counted(server: Running) -> int:
    reply = server.get("/api/overview", cookie=server.signed_in())
    imported = reply.document.get("imported") if reply.status == 200 else None
    return imported["events"] if imported else 0


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="ascii").split(")")[1][:3]


def test_a_stop_under_load_loses_nothing_that_was_answered(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    answered: list[str] = []
    with running(folder) as server:
        key = server.ready().key()
        server.signed_in()

        def send_all(sender: int) -> None:
            for number in range(2000):
                name = f"{sender}-{number}"
                try:
                    if server.send(event(name), key).status == 202:
                        answered.append(name)
                    else:
                        return
                except OSError:
                    return

        senders = [threading.Thread(target=send_all, args=(sender,)) for sender in range(4)]
        for sender in senders:
            sender.start()
        wait_until(lambda: len(answered) > 100, 90.0)
        assert server.stop() == 0
        for sender in senders:
            sender.join()
    with running(folder) as server:
        assert wait_until(lambda: counted(server) >= len(answered), 90.0)
        again = server.send([event(name) for name in answered[:500]], server.key())
        assert again.document["duplicates"] == min(500, len(answered))


def test_the_second_signal_quits_at_once(fresh: Callable[[], Path]) -> None:
    with running(fresh(), stop_timeout_s="60") as server:
        key = server.ready().key()
        assert server.process is not None
        hanging = threading.Thread(target=lambda: _never_finish(server, key), daemon=True)
        hanging.start()
        wait_until(lambda: "emma_queue_bytes 0.0" not in server.get("/metrics").text)
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: server.send(event("late"), key).status == 503 if _listens(server) else True, 5.0)
        assert server.stop(within_s=10.0) != 0


def _listens(server: Running) -> bool:
    try:
        server.get("/healthz")
    except OSError:
        return False
    return True


def _never_finish(server: Running, key: str) -> None:
    head = f"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Length: 9\r\n\r\n"
    server.raw([head.encode()], timeout_s=60.0)


def test_a_second_server_on_the_same_folder_is_told_so(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    with running(folder) as server:
        server.ready()
        second = subprocess.run(
            [*EMMA, "serve", "--data", str(folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environment({}),
        )
        assert second.returncode == 1
        assert server.process is not None
        assert str(server.process.pid) in second.stderr
        assert "Traceback" not in second.stderr


def test_a_taken_port_gives_way_to_the_next_free_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with running(tmp_path / "one") as one:
        two = Running(tmp_path / "two", port=one.port)
        two.start()
        assert two.port > one.port
        assert two.stop() == 0


def test_the_worker_is_started_again_when_it_dies(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        key = server.ready().key()
        server.signed_in()
        assert server.send(event("before"), key).status == 202
        wait_until(lambda: counted(server) == 1)
        first = server.worker()
        os.kill(first, signal.SIGKILL)
        assert server.send(event("while away"), key).status == 202, "the doors do not need the worker"
        wait_until(lambda: counted(server) == 2, 60.0)
        assert server.worker() != first


def test_the_worker_ends_with_a_server_that_was_killed(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        server.ready().signed_in()
        worker = server.worker()
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        wait_until(lambda: not alive(worker), 30.0)
    with running(server.data) as again:
        again.ready()


def test_a_folder_of_a_newer_version_is_refused_clearly(tmp_path: Path) -> None:
    (tmp_path / "tante-emma.json").write_text(json.dumps({"product": "tante-emma", "layout": 99}), encoding="utf-8")
    refused = subprocess.run(
        [*EMMA, "serve", "--data", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60, env=environment({})
    )
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_the_worker_is_in_the_session_of_the_server_where_niceness_counts_and_keys_at_the_terminal_do_not_reach_it(
    fresh: Callable[[], Path],
) -> None:
    with running(fresh(), worker_nice="10") as server:
        server.ready()
        assert server.process is not None
        worker = server.worker()
        assert os.getsid(worker) == os.getsid(server.process.pid)
        assert os.getpgid(worker) == worker
        assert os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, server.process.pid)
