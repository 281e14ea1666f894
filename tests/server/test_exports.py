"""Journeys taken along from a server that runs: sent while they are written, refused plainly, nothing left behind."""

import gzip
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.server.running import Running, memory_of, running, wait_until
from tests.unit.journeys.exports.standards import read_ocel, read_xes

MANY = 150_000
FORMATS = ("csv", "parquet", "xes", "xes.gz", "ocel")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("exports") / "data"
    folder.mkdir()
    with running(folder) as server:
        server.ready()
        rows = (f"K-{n // 5},2026-01-{n % 28 + 1:02}T10:00:00Z,{'ABCDE'[n % 5]},{n},{'x' * 60}" for n in range(MANY))
        body = "\n".join(("person,time,touchpoint,number,text", *rows))
        reply = server.ask("POST", "/v1/imports?name=log.csv", body, authorization=f"Bearer {server.key('admin')}")
        assert reply.status == 202, reply.text
        cookie = server.signed_in()
        wait_until(lambda: server.get("/api/journeys/graph", cookie=cookie).document.get("events") == MANY, 120)
        yield server


def _address(**said: str) -> str:
    return f"/api/journeys/export?{urlencode(said)}"


def _nothing_left(server: Running) -> bool:
    return not list((server.data / "files").glob("export-*"))


@pytest.mark.parametrize("form", FORMATS)
def test_a_read_key_gets_the_journeys_in_every_format(shop: Running, form: str, tmp_path: Path) -> None:
    key = shop.key("read")
    reply = shop.get(_address(format=form, where="passes A and property.number < 100"), authorization=f"Bearer {key}")
    assert reply.status == 200, reply.text
    assert reply.headers["content-disposition"].startswith('attachment; filename="journeys.')
    assert reply.headers["x-content-type-options"] == "nosniff"
    file = tmp_path / "out"
    file.write_bytes(gzip.decompress(reply.body) if form == "xes.gz" else reply.body)
    if form == "csv":
        assert len(file.read_text().splitlines()) == 1 + 100
    elif form.startswith("xes"):
        assert sum(len(events) for _, events in read_xes(file)) == 100
    elif form == "ocel":
        assert len(read_ocel(file)["events"]) == 100
    else:
        assert reply.body.startswith(b"PAR1")
        assert reply.body.endswith(b"PAR1")
    assert _nothing_left(shop)


def test_a_slow_reader_costs_no_memory_and_gets_everything(shop: Running) -> None:
    cookie = shop.signed_in()
    before = memory_of(shop.process.pid) if shop.process else 0
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=60)
    connection.request("GET", _address(format="csv"), headers={"cookie": cookie})
    reply = connection.getresponse()
    assert reply.status == 200
    lines = reply.read(100_000).count(b"\n")
    wait_until(lambda: _nothing_left(shop), 30)
    assert shop.process is not None
    assert memory_of(shop.process.pid) - before < 24 << 20
    while block := reply.read(1 << 20):
        lines += block.count(b"\n")
    assert lines == MANY + 1
    connection.close()


def test_who_leaves_early_stops_the_work_and_leaves_nothing(shop: Running) -> None:
    cookie = shop.signed_in()
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=60)
    connection.request("GET", _address(format="ocel"), headers={"cookie": cookie})
    assert connection.getresponse().status == 200
    connection.close()
    wait_until(lambda: _nothing_left(shop), 30)
    assert shop.get(_address(format="csv", where="passes Nix"), cookie=cookie).status == 404


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"format": "pdf"}, 422, "question_invalid"),
        ({"format": "csv", "style": "french"}, 422, "question_invalid"),
        ({"format": "csv", "where": "passes ("}, 422, "where_invalid"),
        ({"format": "csv", "journey": "nothing"}, 404, "unknown_journey"),
    ],
)
def test_what_cannot_be_is_refused_before_a_byte_is_sent(shop: Running, said: dict[str, str], status: int, code: str) -> None:
    reply = shop.get(_address(**said), cookie=shop.signed_in())
    assert (reply.status, reply.code) == (status, code)
    assert _nothing_left(shop)


def test_nobody_without_a_key_and_no_sender_takes_journeys_along(shop: Running) -> None:
    assert shop.get(_address(format="csv")).status == 401
    assert shop.get(_address(format="csv"), authorization=f"Bearer {shop.key('write')}").status == 403


def test_the_page_offers_the_journeys_it_shows(shop: Running) -> None:
    page = shop.page("/journeys?where=passes+A").text
    assert "/journeys/export?format=csv&amp;style=german&amp;where=passes+A" in page
    assert "Exportieren" in page
    cookie = shop.signed_in()
    reply = shop.get("/journeys/export?format=csv&style=german&where=passes+A", cookie=cookie)
    assert reply.body.startswith(b"\xef\xbb\xbfjourney;time;")
    refused = shop.get("/journeys/export?format=csv&where=passes+Nix", cookie=cookie, accept="text/html")
    assert refused.status == 404
    assert "<html" in refused.text
    assert json.loads(shop.get("/api/journeys", cookie=cookie).body)
