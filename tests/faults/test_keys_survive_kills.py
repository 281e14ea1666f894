"""Whoever changes keys and sources is killed at any moment, under load: no half-made key works, no promised event is lost."""

import http.client
import json
import os
import random
import signal
import threading
import time
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

import pytest

from tanteemma.store.operational import Operational, keys, sources
from tanteemma.store.operational.records import KeyKind
from tanteemma.store.operational.secrets import digest_of
from tests.faults.killing import ROUNDS
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.faults
_OVERLAP: Final = timedelta(hours=1)


def _change(where: str, told: str, ready: Event) -> None:
    """Rotate the newest key and edit its source again and again; each is written down once it is done."""
    with Operational.open(where) as operational, Path(told).open("a", encoding="utf-8") as said:
        ready.set()
        while True:
            with operational.begin() as tx:
                newest = keys.of_source(tx, "shop")[0].number
                issued = keys.rotate(tx, newest, _OVERLAP)
                sources.describe(tx, "shop", department=f"d{issued.key.number}", purpose=f"d{issued.key.number}")
            said.write(f"{issued.key.number} {issued.secret}\n")
            said.flush()


class Sender:
    """Sends one event after the other; remembers what was acknowledged."""

    def __init__(self, server: Running, key: str) -> None:
        self.server, self.key = server, key
        self.acked: list[str] = []
        self.number = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            name = f"e{self.number}"
            event = {"message_id": name, "type": "track", "event": "E", "user_id": "u"}
            try:
                if self.server.send(event, self.key).status == 202:
                    self.acked.append(name)
                    self.number += 1
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)


def test_killed_while_keys_are_replaced_under_load(tmp_path: Path) -> None:
    seed = int(os.environ.get("EMMA_FAULT_SEED", "11"))
    dice, folder, told = random.Random(seed), tmp_path / "data", tmp_path / "told"
    folder.mkdir()
    told.touch()
    with running(folder) as server:
        key = server.ready().key(source="shop")
        sender = Sender(server, key)
        thread = threading.Thread(target=sender.run)
        thread.start()
        try:
            for _ in range(ROUNDS):
                _killed(str(folder / "operational.db"), str(told), dice)
            server.stop(signal.SIGKILL)
            server.start().ready()
            before = len(sender.acked)
            wait_until(lambda: len(sender.acked) > before)
        finally:
            sender.stop.set()
            thread.join()
        _look(server, sender, told)


def _killed(where: str, told: str, dice: random.Random) -> None:
    context = get_context("spawn")
    ready = context.Event()
    child = context.Process(target=_change, args=(where, told, ready))
    child.start()
    assert ready.wait(30)
    time.sleep(dice.uniform(0.02, 0.8))
    if child.pid is not None:
        os.kill(child.pid, signal.SIGKILL)
    child.join()


def _look(server: Running, sender: Sender, told: Path) -> None:
    """What is left: all keys that were told open the door, all keys that are there are whole, all acknowledged events count."""
    lines = [line.split() for line in told.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
    said = {int(number): secret for number, secret in lines}
    with Operational.open(server.data / "operational.db") as operational, operational.read() as tx:
        found = {key.number: key for key in keys.of_source(tx, "shop")}
        source = sources.get(tx, "shop")
        opened = {number for number, secret in said.items() if keys.find(tx, secret) is not None}
    assert len(said) > 1
    assert opened == set(said)
    newest = max(found)
    assert (source.department, source.purpose) == (f"d{newest}", f"d{newest}")
    assert all(key.kind is KeyKind.WRITE and key.origins == () for key in found.values())
    assert [key.number for key in found.values() if key.ends is None] == [newest]  # each rotation is whole or was not
    for number, key in found.items():
        assert key.replaces is None or found[key.replaces].ends is not None, number
    assert len({digest_of(secret) for secret in said.values()}) == len(said)
    again = [{"message_id": name, "type": "track", "event": "E", "user_id": "u"} for name in sender.acked]
    answer = server.send(again[-1000:], said[max(said)]).document
    assert (answer["duplicates"], answer["accepted"]) == (len(again[-1000:]), 0), json.dumps(answer)[:500]
    counts = wait_until(lambda: _counted(server, len(sender.acked)))
    assert counts["received"] == counts["accepted"] + counts["duplicate"] + counts["quarantined"] + counts["rejected"]


def _counted(server: Running, least: int) -> dict[str, int] | None:
    counts = server.get("/api/sources/shop", cookie=server.signed_in()).document["line"]["counts"]
    return dict(counts) if counts["accepted"] >= least else None
