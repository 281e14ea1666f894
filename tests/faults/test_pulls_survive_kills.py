"""Whoever pulls is killed at any moment: every row is there in the end, and once."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.server.running import EMMA, environment
from tests.server.source_of_rows import TOKEN, order, source_of_rows

pytestmark = pytest.mark.faults

KILLS: Final = int(os.environ.get("EMMA_FAULT_PULL_KILLS", "12"))
ROWS: Final = 60


def _words(data: Path, *words: str) -> list[str]:
    return [*EMMA, *words, "--data", str(data), "--json"]


def test_no_row_is_lost_and_none_counts_twice(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    data = tmp_path / "data"
    settings = environment({"pull_networks": "127.0.0.0/8"})
    with source_of_rows() as source:
        source.rows = [order(number, number) for number in range(ROWS // 2)]
        entries = (f"url={source.url}", "auth=bearer", "pages=page", "rows=data", "cursor=changed", "since_param=since")
        columns = "person=customer,time=changed,touchpoint=step,value=amount"
        add = _words(data, "pulls", "add", "orders", "rest", *entries, "--columns", columns, "--password-stdin")
        subprocess.run(add, check=True, capture_output=True, env=settings, input=f"{TOKEN}\n".encode(), timeout=120)
        for kill in range(KILLS):
            source.rows += [order(len(source.rows), len(source.rows))] if len(source.rows) < ROWS else []
            running = subprocess.Popen(_words(data, "pulls", "run", "orders"), stdout=subprocess.DEVNULL, env=settings)
            try:
                running.wait(chance.uniform(0.5, 12.0 if kill % 2 else 6.0))
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
        run = _words(data, "pulls", "run", "orders")
        done = subprocess.run(run, check=True, capture_output=True, env=settings, timeout=300)
        total = json.loads(done.stdout)["total"]
    assert total["accepted"] == len(source.rows), f"seed {seed}"
    assert total["received"] == sum(total[name] for name in ("accepted", "duplicate", "quarantined", "rejected"))
