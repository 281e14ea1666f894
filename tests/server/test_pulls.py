"""Rows of real sources arrive exactly once, and what goes wrong is said in plain words."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.server.running import EMMA, environment
from tests.server.source_of_rows import TOKEN, Source, order, source_of_rows

pytestmark = pytest.mark.slow

COLUMNS: Final = "person=customer,time=changed,touchpoint=step,value=amount,journey=order"
OPEN: Final = {"pull_networks": "127.0.0.0/8", "shop_token": TOKEN}


@pytest.fixture
def source() -> Iterator[Source]:
    with source_of_rows() as found:
        found.rows = [order(number, number) for number in range(25)]
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    _emma(made, "init")
    (made / "emma.toml").write_text(f'pull_networks = ["127.0.0.0/8"]\npull_folders = ["{tmp_path}"]\n')
    return made


def _emma(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EMMA, *words, "--data", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=environment({}),
        input=typed,
    )


def _said(folder: Path, *words: str, typed: str = "") -> dict[str, Any]:
    done = _emma(folder, *words, "--json", typed=typed)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _add_orders(folder: Path, source: Source) -> None:
    entries = ("auth=bearer", "pages=page", "rows=data", "cursor=changed", "since_param=since", "every=15 min")
    words = ("pulls", "add", "orders", "rest", f"url={source.url}", *entries, "--columns", COLUMNS, "--password-stdin")
    assert _said(folder, *words, typed=f"{TOKEN}\n")["state"] == "waiting"


def _balanced(total: dict[str, int]) -> bool:
    return total["received"] == sum(total[name] for name in ("accepted", "duplicate", "quarantined", "rejected"))


def test_an_interface_is_pulled_page_by_page_and_then_only_what_is_new(folder: Path, source: Source) -> None:
    _add_orders(folder, source)
    first = _said(folder, "pulls", "run", "orders")
    assert (first["state"], first["total"]["accepted"], first["rows"]) == ("good", 25, 25)
    nothing = _said(folder, "pulls", "run", "orders")
    assert (nothing["rows"], nothing["total"]["accepted"]) == (0, 25)
    assert "since=2026-11-20T10%3A23%3A00Z" in source.asked[-1]
    source.rows[24] = order(24, 24, "storniert")
    source.rows.append(order(25, 30))
    third = _said(folder, "pulls", "run", "orders")
    assert (third["rows"], third["total"]["accepted"]) == (2, 27), "a changed row is a new event, an unchanged one is none"
    assert _balanced(third["total"])


def test_trouble_of_the_source_is_named_and_nothing_is_lost(folder: Path, source: Source) -> None:
    _add_orders(folder, source)
    source.trouble = (429, {"Retry-After": "7200"}, 99)
    failed = _said(folder, "pulls", "run", "orders")
    assert (failed["state"], failed["reason"], failed["total"]["received"]) == ("failing", "pull_busy", 0)
    assert failed["failing_since"] is not None
    waited = _minutes(failed["next_try"]) - _minutes(failed["last_run"])
    assert waited >= 119, "the source asked for two hours"
    source.trouble = (500, {}, 2)
    assert _said(folder, "pulls", "run", "orders")["total"]["accepted"] == 25, "what passes is waited for"


def _minutes(moment: str) -> float:
    from datetime import datetime  # noqa: PLC0415 - only here

    return datetime.fromisoformat(moment).timestamp() / 60


def test_a_column_that_is_gone_is_named_and_its_rows_come_when_it_is_back(folder: Path, source: Source) -> None:
    _add_orders(folder, source)
    source.rows = source.rows[:20]
    _said(folder, "pulls", "run", "orders")
    good = source.rows + [order(number, number) for number in range(20, 25)]
    source.rows = [{name: value for name, value in row.items() if name != "step"} for row in good]
    failed = _said(folder, "pulls", "run", "orders")
    assert (failed["reason"], failed["reason_params"]["field"]) == ("pull_column_gone", "step")
    assert "step" in _emma(folder, "pulls", "list", "--language", "de").stderr
    source.rows = good
    assert _said(folder, "pulls", "run", "orders")["total"]["accepted"] == 25


def test_a_wrong_token_is_said_and_no_secret_is_ever_written_down(folder: Path, source: Source) -> None:
    _add_orders(folder, source)
    _said(folder, "pulls", "run", "orders")
    shown = _emma(folder, "pulls", "list").stdout + _emma(folder, "pulls", "list", "--json").stdout
    assert TOKEN not in shown
    holders = [path for path in folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert [path.parent.name for path in holders] == ["secrets"]
    assert holders[0].parent.stat().st_mode & 0o077 == 0
    holders[0].write_text("wrong")
    assert _said(folder, "pulls", "run", "orders")["reason"] == "pull_refused"
    inline = _said(folder, "pulls", "add", "b", "sql", "url=postgresql://u:geheim@db.example.org/x", "table=t")
    assert inline["error"]["code"] == "pull_secret_inline"
    assert "geheim" not in json.dumps(inline)
    assert _said(folder, "pulls", "remove", "orders") == {"removed": True}
    assert not list((folder / "secrets").iterdir())


def test_a_private_address_is_not_reached_unless_it_is_allowed(folder: Path, source: Source) -> None:
    _add_orders(folder, source)
    (folder / "emma.toml").write_text("")
    assert _said(folder, "pulls", "run", "orders")["reason"] == "pull_address"
    assert source.asked == []


def test_a_table_is_pulled_by_emma_toml(folder: Path, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER, customer TEXT, at TEXT, amount REAL)")
        shop.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?)",
            [(n, f"k{n % 9}", f"2026-11-01 10:{n % 60:02d}:00", 1.5) for n in range(1, 301)],
        )
    shop.close()
    (folder / "emma.toml").write_text(
        f'pull_folders = ["{tmp_path}"]\npull_rows = 100\n[pulls.shop]\nkind = "sql"\n'
        f'url = "sqlite:///{tmp_path}/shop.db"\ntable = "orders"\ncursor = "id"\nevery = "06:30"\ntouchpoint = "Kauf"\n'
        '[pulls.shop.columns]\nperson = "customer"\ntime = "at"\nvalue = "amount"\n'
    )
    *_, state = [_said(folder, "pulls", "run", "shop") for _ in range(4)]
    assert (state["state"], state["declared"], state["total"]["accepted"]) == ("good", True, 300), state
    assert _balanced(state["total"])
    assert _said(folder, "pulls", "remove", "shop")["error"]["code"] == "pull_declared"


def test_a_file_that_grows_counts_its_old_rows_once(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "export" / "kontakte.csv"
    export.parent.mkdir()
    head = "Kunde;Datum;Schritt;Betrag\n"
    rows = [f"k{n};{n:02d}.11.2026 09:15;Anruf;1.234,5{n % 10}\n" for n in range(1, 16)]
    export.write_text(head + "".join(rows[:10]), encoding="utf-8")
    columns = "person=Kunde,time=Datum,touchpoint=Schritt,value=Betrag"
    words = ("pulls", "add", "Kontakte", "files", f"folder={export.parent}", "glob=*.csv", "--columns", columns)
    assert _said(folder, *words)["state"] == "waiting"
    assert _said(folder, "pulls", "run", "Kontakte")["total"]["accepted"] == 10
    assert _said(folder, "pulls", "run", "Kontakte")["total"]["received"] == 10, "an unchanged file is not read again"
    export.write_text(head + "".join(rows), encoding="utf-8")
    grown = _said(folder, "pulls", "run", "Kontakte")["total"]
    assert (grown["accepted"], grown["duplicate"]) == (15, 10)
    outside = _said(folder, "pulls", "add", "etc", "files", "folder=/etc", "--columns", columns)
    assert outside["state"] == "waiting"
    assert _said(folder, "pulls", "run", "etc")["reason"] == "pull_folder"
