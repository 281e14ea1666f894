"""The worker is killed in the middle of an import: whoever sent the file is told the truth, and every row counts once."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.server.running import EMMA, Reply, Running, environment, running, wait_until

pytestmark = pytest.mark.slow

ROWS = 400_000


@pytest.fixture(scope="module")
def large() -> bytes:
    """A file that takes seconds to read in, in several parts."""
    lines = [
        f"K-{row % 5000};{1 + row % 28:02d}.03.2026 10:{row // 60 % 60:02d}:{row % 60:02d};"
        f"{('Anruf', 'Bestellung')[row % 2]};{row}"
        for row in range(ROWS)
    ]
    return "\n".join(["Kunde;Zeitpunkt;Ereignis;Beleg", *lines, ""]).encode()


def state(server: Running, number: int) -> dict[str, Any]:
    reply = server.get(f"/api/imports/{number}", cookie=server.signed_in())
    assert reply.status == 200, "how far an import is can be asked without a worker"
    found: dict[str, Any] = reply.document
    return found


def kill_in_the_middle(server: Running) -> int:
    """Kill the worker when a part of the file is stored and a part is not. Returns the number of the import."""
    worker = server.worker()

    def under_way() -> int | None:
        imports = server.get("/api/imports", cookie=server.signed_in()).document["imports"]
        return next((one["number"] for one in imports if one["state"] == "importing" and 0 < one["received"] < ROWS), None)

    number: int = wait_until(under_way, 60.0, 0.01)
    os.kill(worker, signal.SIGKILL)
    assert state(server, number)["received"] < ROWS, "it was not killed in the middle"
    return number


def events_of(server: Running) -> int:
    reply = server.get("/api/overview", cookie=server.signed_in())
    return reply.document["imported"]["events"] if reply.status == 200 and reply.document["imported"] else 0


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    """Somebody else, who waits for an answer."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def post(server: Running, key: str, body: bytes) -> Reply:
    return server.ask("POST", "/v1/imports?name=mai.csv", body, authorization=f"Bearer {key}", content_type="text/csv")


def test_a_sender_who_waits_is_told_the_end(fresh: Callable[[], Path], large: bytes, background: ThreadPoolExecutor) -> None:
    with running(fresh(), import_answer_s="50") as server:
        key = server.warm().key()
        sent = background.submit(post, server, key, large)
        number = kill_in_the_middle(server)
        reply = sent.result(60)
        assert (reply.status, reply.document["import"], reply.document["state"]) == (202, number, "done"), reply.text
        assert reply.document["received"] == reply.document["accepted"] == ROWS
        assert wait_until(lambda: events_of(server)) == ROWS
        again = post(server, key, large).document
        assert (again["accepted"], again["duplicates"]) == (0, ROWS)


def test_a_sender_in_a_hurry_is_told_that_it_goes_on_and_where_to_look(
    fresh: Callable[[], Path], large: bytes, background: ThreadPoolExecutor
) -> None:
    with running(fresh(), import_answer_s="1") as server:
        key = server.warm().key()
        sent = background.submit(post, server, key, large)
        number = kill_in_the_middle(server)
        reply = sent.result(30)
        assert (reply.status, reply.document["import"]) == (202, number), reply.text
        assert reply.document["state"] in {"waiting", "importing"}
        assert reply.document["follow"] == reply.headers["location"] == f"/api/imports/{number}"
        done = wait_until(lambda: (found := state(server, number))["state"] == "done" and found, 60.0)
        assert done["received"] == done["accepted"] == ROWS


def test_a_file_the_worker_never_looked_at_is_handed_to_the_next_one(
    fresh: Callable[[], Path], background: ThreadPoolExecutor
) -> None:
    with running(fresh(), import_answer_s="30") as server:
        key = server.warm().key()
        worker = server.worker()
        os.kill(worker, signal.SIGSTOP)
        sent = background.submit(post, server, key, b"Kunde;Zeitpunkt;Ereignis\n1;1.3.2026 10:00;Anruf\n")
        wait_until(lambda: list((server.data / "files").glob("upload-*")))
        time.sleep(0.2)  # the question is on its way to the worker, which does not read it any more
        os.kill(worker, signal.SIGKILL)
        reply = sent.result(60)
        assert (reply.status, reply.document["state"], reply.document["accepted"]) == (202, "done", 1), reply.text
        assert not list((server.data / "files").glob("upload-*"))


def test_the_page_shows_the_import_while_the_worker_is_away(fresh: Callable[[], Path], large: bytes) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n%s\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="mai.csv"\r\n\r\n%s\r\n--x--\r\n'
    )
    with running(fresh()) as server:
        cookie = server.warm().signed_in()
        said = {"cookie": cookie, "Origin": server.origin, "Content-Type": "multipart/form-data; boundary=x"}
        address = server.ask("POST", "/data/imports", body % (server.form_token().encode(), large), **said).headers["location"]
        server.post_form(address, {"_csrf_token": server.form_token(), "action": "start"}, cookie=cookie)
        number = kill_in_the_middle(server)
        shown = []
        while state(server, number)["state"] != "done":
            page = server.page(f"/data/imports/{number}/progress?part=1")
            assert page.status == 200
            shown.append(page.text)
        assert any("startet gerade neu" in text for text in shown)
        assert "400.000" in server.page(f"/data/imports/{number}/progress").text


@pytest.mark.parametrize("victim", ["worker", "server"])
def test_the_command_line_follows_to_the_end(fresh: Callable[[], Path], tmp_path: Path, large: bytes, victim: str) -> None:
    file = tmp_path / "mai.csv"
    file.write_bytes(large)
    with running(fresh()) as server:
        server.warm().signed_in()
        command = [*EMMA, "import", str(file), "--json", "--data", str(server.data)]
        imported = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment({}))
        killer = threading.Timer(60.0, imported.kill)
        killer.start()
        if victim == "worker":
            kill_in_the_middle(server)
        else:
            wait_until(
                lambda: any(one["received"] for one in server.get("/api/imports", cookie=server.cookie).document["imports"])
            )
            assert server.process is not None
            server.process.kill()
            server.process.wait()
        out, err = imported.communicate()
        killer.cancel()
        assert imported.returncode == 0, err
        document = json.loads(out)
        assert document["received"] == document["accepted"] == ROWS
        assert document["duplicate"] == document["quarantined"] == 0
        assert "Traceback" not in err
