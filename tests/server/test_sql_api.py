"""SQL for programs: documents and files, with a key that may read, within limits, and nobody left behind."""

import csv
import http.client
import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.server.running import Reply, Running, emma, running, wait_until

SLOW = "WITH ten AS (SELECT unnest(range(2000)) AS n) SELECT count(*) FROM ten a, ten b, ten c, ten d, ten e"  # years of work


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("sql") / "data"
    file = tmp_path_factory.mktemp("sql-file") / "log.csv"
    rows = [f"K-{n // 5},2026-01-{n % 28 + 1:02}T10:00:00Z,{'ABCDE'[n % 5]},{n},=1+{n}" for n in range(5_000)]
    file.write_text("\n".join(("person,time,touchpoint,value,formula", *rows)))
    emma("init", data=folder)
    emma("import", str(file), data=folder)
    with running(folder, question_timeout_s="3") as server:
        yield server.warm()


def asked(server: Running, body: Any, key: str | None = None) -> Reply:
    headers = {"authorization": f"Bearer {key or server.key('read')}"}
    return server.ask("POST", "/api/sql", json.dumps(body), **headers)


def test_a_document_has_columns_rows_and_says_whether_there_are_more(shop: Running) -> None:
    question = "SELECT touchpoint, count(*) AS n, sum(value) AS v, min(occurred_at) AS t FROM emma_events GROUP BY 1 ORDER BY 1"
    found = asked(shop, {"sql": question}).document
    assert [column["name"] for column in found["columns"]] == ["touchpoint", "n", "v", "t"]
    assert found["rows"][0] == ["A", 1000, "2497500.000000", "2026-01-01T10:00:00Z"]
    assert (len(found["rows"]), found["more"]) == (5, False)
    some = asked(shop, {"sql": "SELECT * FROM emma_events", "rows": 7}).document
    assert (len(some["rows"]), some["more"]) == (7, True)
    told = asked(shop, {"sql": "SELECT count(*) FROM emma_events WHERE touchpoint = $t", "values": {"t": "B"}}).document
    assert told["rows"] == [[1000]]


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "arrow"])
def test_every_row_comes_as_a_file(shop: Running, form: str) -> None:
    question = "SELECT touchpoint, value, properties FROM emma_events"
    reply = asked(shop, {"sql": question, "format": form})
    assert reply.status == 200, reply.text
    assert reply.headers["content-disposition"] == f'attachment; filename="answer.{form}"'
    rows: int
    if form == "csv":
        rows = len(list(csv.reader(io.StringIO(reply.text)))) - 1
    elif form == "json":
        rows = len(reply.document["rows"])
    elif form == "parquet":
        rows = pq.read_table(io.BytesIO(reply.body)).num_rows
    else:
        rows = pa.ipc.open_stream(reply.body).read_all().num_rows
    assert rows == 5_000
    assert not list((shop.data / "files").glob("export-*"))


def test_a_spreadsheet_calculates_nothing(shop: Running) -> None:
    question = "SELECT properties->>'formula' AS f, -value AS minus FROM emma_events ORDER BY value LIMIT 2"
    plain = asked(shop, {"sql": question, "format": "csv"}).text.splitlines()
    assert plain == ["f,minus", "'=1+0,0.000000", "'=1+1,-1.000000"]
    german = asked(shop, {"sql": question, "format": "csv", "style": "german"}).body.decode("utf-8-sig").splitlines()
    assert german == ["f;minus", "'=1+0;0,000000", "'=1+1;-1,000000"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"sql": "SELECT * FROM events"}, 422, "not_one_select"),
        ({"sql": "DROP TABLE emma_events"}, 422, "not_one_select"),
        ({"sql": "SELECT * FROM '/etc/passwd'"}, 422, "not_one_select"),
        ({"sql": "SELEC"}, 422, "sql_invalid"),
        ({"sql": ""}, 422, "not_one_select"),
        ({"sql": "SELECT nope FROM emma_events", "format": "csv"}, 422, "sql_invalid"),
        ({"sql": "SELECT 1", "format": "xls"}, 422, "question_invalid"),
        ({"sql": "SELECT 1", "rows": 0}, 422, "question_invalid"),
        ({"sql": "SELECT 1", "rows": 10**9}, 422, "question_invalid"),
        ({"sql": "SELECT 1", "more": 1}, 422, "invalid_json"),
        ({"query": "SELECT 1"}, 422, "invalid_json"),
        ({"sql": "SELECT 1 --" + "x" * 30_000}, 422, "text_too_long"),
        ({"sql": SLOW}, 503, "question_too_slow"),
        ({"sql": SLOW, "format": "csv"}, 503, "question_too_slow"),
    ],
)
def test_what_cannot_be_answered_is_refused_plainly(shop: Running, body: Any, status: int, code: str) -> None:
    reply = asked(shop, body)
    assert (reply.status, reply.code) == (status, code), reply.text
    assert not list((shop.data / "files").glob("export-*"))


def test_only_who_may_read_may_ask(shop: Running) -> None:
    assert shop.ask("POST", "/api/sql", '{"sql": "SELECT 1"}').status == 401
    assert asked(shop, {"sql": "SELECT 1"}, shop.key("write")).status == 403
    assert shop.get("/data/sql").status in {303, 401, 403}


def test_who_hangs_up_ends_the_question(shop: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(shop.origin.rpartition(":")[2]), timeout=10)
    connection.request(
        "POST", "/api/sql", json.dumps({"sql": SLOW, "format": "csv"}), {"authorization": f"Bearer {shop.key('read')}"}
    )
    wait_until(_asking)
    connection.close()
    wait_until(lambda: not _asking())


def test_a_worker_that_is_killed_takes_its_question_along(shop: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(shop.origin.rpartition(":")[2]), timeout=10)
    connection.request("POST", "/api/sql", json.dumps({"sql": SLOW}), {"authorization": f"Bearer {shop.key('read')}"})
    wait_until(_asking)
    os.kill(shop.worker(), signal.SIGKILL)
    wait_until(lambda: not _asking())
    connection.close()
    wait_until(lambda: asked(shop, {"sql": "SELECT 1"}).status == 200)


def _asking() -> list[str]:
    """Questions in SQL that run now; not those of tests that run beside."""
    tester = os.environ.get("PYTEST_XDIST_WORKER", "")
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes()
                told = (folder / "environ").read_text(encoding="utf-8", errors="replace").split("\0")
            except OSError:
                continue
            if b"tanteemma.store.engines.sandbox" in line and (not tester or f"PYTEST_XDIST_WORKER={tester}" in told):
                found.append(folder.name)
    return found
