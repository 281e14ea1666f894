"""From the door or the file to the answer on the page: counted at once, once, and taken back when asked."""

import contextlib
import http.client
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.running import Running, memory_of, running, wait_until

pytestmark = pytest.mark.slow

MB = 1024 * 1024
PAGES = ("/", "/journeys", "/data", "/data/quarantine", "/data/sample/remove", "/setup")


def events_of(server: Running) -> int:
    imported = server.get("/api/overview", cookie=server.signed_in()).document["imported"]
    return imported["events"] if imported else 0


def read_event(stream: http.client.HTTPResponse) -> dict[str, str]:
    """The next message of a stream of events."""
    found: dict[str, str] = {}
    while line := stream.readline().decode().strip() or (not found and "again"):
        name, _, value = line.partition(": ")
        if value:
            found[name] = value
    return found


def a_file(rows: int, first: int = 0) -> bytes:
    lines = [
        f"K-{row % 50:03d};{1 + row % 28:02d}.03.2026 10:{row % 60:02d}:00;{('Anruf', 'Bestellung')[row % 2]}"
        for row in range(first, first + rows)
    ]
    return "\n".join(["Kunde;Zeitpunkt;Ereignis", *lines, ""]).encode()


def test_an_event_counts_in_every_answer_within_two_seconds(server: Running, key: str) -> None:
    cookie = server.signed_in()
    before = events_of(server)
    waits = []
    for number in range(5):
        name = f"Blitz {number}"
        sent = server.send({"message_id": f"two-{number}", "type": "track", "event": name, "user_id": "u-2"}, key)
        assert sent.status == 202
        start = time.monotonic()
        wait_until(lambda: events_of(server) == before + number + 1, 10.0, 0.02)  # noqa: B023 - called at once
        graph = server.get("/api/journeys/graph", cookie=cookie).document
        assert name in {node["name"] for node in graph["nodes"]}
        waits.append(time.monotonic() - start)
    assert min(waits) < 2.0, waits


def test_an_answer_that_has_not_changed_is_not_sent_again(server: Running, key: str) -> None:
    cookie = server.signed_in()
    first = server.get("/api/journeys/graph", cookie=cookie)
    again = server.get("/api/journeys/graph", cookie=cookie, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    before = events_of(server)
    server.send({"message_id": "etag", "type": "track", "event": "Etag", "user_id": "u-3"}, key)
    wait_until(lambda: events_of(server) > before)
    assert server.get("/api/journeys/graph", cookie=cookie, if_none_match=first.headers["etag"]).status == 200


def test_a_page_hears_at_once_that_something_changed(server: Running, key: str) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("GET", "/api/live", headers={"cookie": server.signed_in()})
        with contextlib.closing(connection.getresponse()) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            first = read_event(stream)
            assert first["event"] == "version"
            server.send({"message_id": "sse", "type": "track", "event": "Sse", "user_id": "u-4"}, key)
            second = read_event(stream)
            assert second["event"] == "version"
            assert second["data"] != first["data"]


def test_a_file_by_the_interface_is_read_in_and_taken_back(server: Running) -> None:
    key = server.key(source="kasse")
    before = events_of(server)
    sent = server.ask("POST", "/v1/imports?name=mai.csv", a_file(200), authorization=f"Bearer {key}", content_type="text/csv")
    assert sent.status == 202, sent.text
    assert sent.document["state"] == "done"
    assert sent.document["rows"] == sent.document["received"] == sent.document["accepted"] == 200
    assert events_of(server) == before + 200
    again = server.ask("POST", "/v1/imports", a_file(300), authorization=f"Bearer {key}", content_type="text/csv")
    assert (again.document["accepted"], again.document["duplicates"]) == (100, 200)
    admin = {"authorization": f"Bearer {server.key('admin')}"}
    for number in (sent.document["import"], again.document["import"]):
        assert server.ask("DELETE", f"/api/imports/{number}", **admin).status == 200
    assert events_of(server) == before
    states = {one["number"]: one["state"] for one in server.get("/api/imports", **admin).document["imports"]}
    assert states[sent.document["import"]] == "undone"


def test_a_file_by_the_page_is_shown_confirmed_followed_and_undone(server: Running) -> None:
    before = events_of(server)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n' + server.form_token().encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\Daten\\\\juni <b>.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + a_file(120, 5_000) + b"\r\n--x--\r\n"
    )
    said = {"cookie": server.signed_in(), "Origin": server.origin, "Content-Type": "multipart/form-data; boundary=x"}
    uploaded = server.ask("POST", "/data/imports", body, **said)
    assert uploaded.status == 303, uploaded.text[-600:]
    address = uploaded.headers["location"]
    preview = server.page(address)
    assert preview.status == 200
    assert "juni &lt;b&gt;.csv" in preview.text
    assert "<b>.csv" not in preview.text
    assert events_of(server) == before, "a preview stores nothing"
    started = server.post_form(address, {"_csrf_token": server.form_token(), "action": "start"}, cookie=server.signed_in())
    assert started.status == 303, re.sub(r"\s+", " ", started.text)[-800:]
    assert started.headers["location"] == f"{address}/progress"
    wait_until(lambda: events_of(server) == before + 120)
    assert server.page(f"{address}/progress").status == 200
    assert server.page(f"{address}/progress?part=1").text.startswith("<section")
    assert server.page(f"{address}/undo").status == 200
    undone = server.post_form(f"{address}/undo", {"_csrf_token": server.form_token()}, cookie=server.signed_in())
    assert undone.status == 303
    assert events_of(server) == before


def test_what_cannot_be_read_is_listed_exported_and_never_calculates(server: Running, key: str) -> None:
    server.send({"message_id": "bad", "type": "track", "event": "=2+2", "user_id": "=cmd()", "timestamp": "31.02.2026"}, key)
    cookie = server.signed_in()
    listed = wait_until(
        lambda: [
            row
            for row in server.get("/api/quarantine?limit=1000", cookie=cookie).document["rows"]
            if row["code"] == "time_invalid" and "=cmd()" in row["raw"]
        ]
    )
    assert listed
    page = server.page("/data/quarantine?code=time_invalid")
    assert page.status == 200
    sheet = server.get("/data/quarantine.csv", cookie=cookie)
    assert sheet.headers["content-disposition"] == 'attachment; filename="quarantine.csv"'
    server.send({"message_id": "formula", "type": "track", "event": "=1+1", "user_id": "@sum"}, key)

    def exported_events() -> str:
        text = server.get("/data/events.csv", cookie=cookie).text
        return text if "'=1+1" in text else ""

    exported = wait_until(exported_events)
    assert ";=1+1" not in exported
    assert not list((server.data / "files").glob("upload-*")), "an export was left behind"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_both_languages(server: Running, path: str, language: str) -> None:
    reply = server.page(path, language)
    assert reply.status == 200
    assert f'<html lang="{language}">' in reply.text
    chosen = server.page(f"{path}?language={language}", "fr")
    assert f'<html lang="{language}">' in chosen.text


def test_a_hostile_name_is_text_on_every_page(server: Running, key: str) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    before = events_of(server)
    server.send({"message_id": "xss", "type": "track", "event": hostile, "user_id": hostile}, key)
    wait_until(lambda: events_of(server) > before)
    for path in PAGES:
        assert hostile not in server.page(path).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/journeys/graph?journey=nope", 404),
        ("/api/journeys/graph?with=nope", 404),
        ("/api/journeys/funnel", 422),
        ("/api/journeys/funnel?step=a", 422),
        ("/api/journeys/funnel?step=a&step=b&order=sideways", 422),
        ("/api/journeys/funnel?step=a&step=b&within=soon", 422),
        ("/api/journeys/variants?top=0", 422),
        ("/api/journeys/variants?top=%2500", 422),
        ("/api/journeys/paths?from=nope", 404),
        ("/api/journeys/paths?from=a&to=b", 422),
        ("/api/journeys/paths?steps=21", 422),
        ("/api/journeys/paths?nodes=1", 422),
        ("/api/journeys/paths?occurrence=never", 422),
        ("/api/journeys/rhythm?touchpoint=nope", 404),
        ("/api/journeys/rhythm?of=nothing", 422),
        ("/api/journeys/rhythm?time_zone=Mars", 422),
        ("/api/journeys/concurrency?grain=decade", 422),
        ("/api/journeys/cohorts?grain=hour", 422),
        ("/api/journeys/effort?goal=nope", 404),
        ("/api/journeys/effort?weights=repeat=5", 422),
        ("/api/journeys/effort?halves=waiting=soon", 422),
        ("/api/journeys/effort?pause=soon", 422),
        ("/api/journeys/effort?top=1001", 422),
        ("/api/journeys/comparison", 422),
        ("/api/journeys/comparison?where=ends%20", 422),
        ("/api/imports/12345678", 404),
        ("/api/quarantine?after=x&limit=99999999999", 422),
        ("/data/imports/abc", 404),
        ("/data/quarantine?page=99999999999999999999", 200),
    ],
)
def test_a_question_that_makes_no_sense_is_told_why(server: Running, path: str, status: int) -> None:
    reply = server.get(path, cookie=server.signed_in())
    assert reply.status == status
    if status >= 400:
        assert reply.document["error"]["message"]


def test_a_newer_question_of_the_same_place_ends_the_older(server: Running) -> None:
    """The slot itself is tested at the socket; here: asking with a slot answers as without."""
    cookie = server.signed_in()
    one = server.get("/api/journeys/durations?slot=a", cookie=cookie)
    two = server.get("/api/journeys/durations", cookie=cookie)
    assert one.document == two.document


def test_the_counts_of_each_source_add_up(server: Running, key: str) -> None:
    server.send([{"message_id": f"eq-{n % 3}", "type": "track", "event": "E", "user_id": "u"} for n in range(5)], key)
    server.send(b"not json", key)
    server.send(b" " * (17 * MB), key)
    text = server.get("/metrics").text
    for source in set(re.findall(r'emma_events_received_total{source="([^"]+)"}', text)):
        received = float(re.search(rf'emma_events_received_total{{source="{source}"}} (\S+)', text).group(1))  # type: ignore[union-attr]  # found above
        parts = re.findall(rf'emma_events_total{{result="\w+",source="{source}"}} (\S+)', text)
        assert received == sum(map(float, parts))


def test_idle_processes_are_small_and_the_edge_loads_no_engine(fresh: Callable[[], Path]) -> None:
    with running(fresh()) as server:
        server.warm()
        assert server.process is not None
        time.sleep(3)
        assert memory_of(server.process.pid) < 120 * MB
        assert memory_of(server.worker()) < 350 * MB
        mapped = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="ascii")
        for engine in ("duckdb", "pyarrow", "deltalake", "llvmlite"):
            assert engine not in mapped


def test_many_senders_at_once_are_each_answered_once(server: Running) -> None:
    key = server.key(source="viele")
    before = events_of(server)
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only here

    def send(number: int) -> int:
        # every id is sent twice, by two senders, at about the same moment
        batch = [{"message_id": f"m-{number // 2}-{n}", "type": "track", "event": "M", "user_id": f"u-{n}"} for n in range(20)]
        answer = server.send(batch, key)
        assert answer.status == 202
        return int(answer.document["accepted"])

    with ThreadPoolExecutor(8) as threads:
        accepted = sum(threads.map(send, range(40)))
    assert accepted == 400
    wait_until(lambda: events_of(server) >= before + 400)
    assert events_of(server) == before + 400


def test_a_file_that_is_cut_while_it_comes_leaves_nothing(server: Running, key: str) -> None:
    before = sorted(path.name for path in (server.data / "files").iterdir())
    head = f"POST /v1/imports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Length: 5000000\r\n\r\n"
    server.raw([head.encode(), b"Kunde;Zeit\n" * 200_000], half_close=True, timeout_s=2.0)
    wait_until(lambda: sorted(path.name for path in (server.data / "files").iterdir()) == before, 10.0)


def test_a_document_is_one_line_of_json(server: Running) -> None:
    for path in ("/api/overview", "/api/journeys", "/api/imports", "/api/quarantine", "/api/status", "/api/journeys/reach"):
        reply = server.get(path, cookie=server.signed_in())
        assert reply.status == 200
        json.loads(reply.body)


def test_bad_rows_of_a_file_are_read_again_as_they_were_meant(server: Running) -> None:
    before = events_of(server)
    file = b"Kunde;Beginn;Ende;Ereignis\n" + b"".join(
        b"R-%d;%02d.02.2026 10:00;%s;Replay\n" % (day, day, b"%02d.02.2026 11:00" % day if day <= 12 else b"offen")
        for day in range(1, 21)
    )
    key = server.key(source="filiale")
    columns = "person=Kunde,time=Ende,touchpoint=Ereignis"
    sent = server.ask("POST", f"/v1/imports?columns={columns}", file, authorization=f"Bearer {key}", content_type="text/csv")
    assert (sent.document["accepted"], sent.document["quarantined"]) == (12, 8), sent.text
    number = sent.document["import"]
    fields = {"_csrf_token": server.form_token()}
    again = server.post_form(f"/data/imports/{number}/replay", fields, cookie=server.signed_in())
    assert again.status == 303, again.text[-500:]
    address = again.headers["location"].partition("?")[0]
    assert server.page(again.headers["location"]).status == 200
    fields |= {"action": "start", "role.0": "person", "role.1": "time", "role.3": "touchpoint"}
    assert server.post_form(address, fields, cookie=server.signed_in()).status == 303
    wait_until(
        lambda: server.get(f"/api{address.removeprefix('/data')}", cookie=server.signed_in()).document["state"] == "done"
    )
    left = server.get(f"/api/quarantine?origin=file:{number}", cookie=server.signed_in()).document
    assert left["total"] == 0
    assert events_of(server) == before + 20, "the twelve that were read before count once"
