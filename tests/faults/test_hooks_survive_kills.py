"""kill -9 while webhooks are received and their mapping is changed: nothing acknowledged is lost, no half mapping is read."""

import http.client
import json
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any, Final

import pytest

from tests.faults.killing import ROUNDS
from tests.faults.mixed_load import Load, assert_nothing_lost_nothing_twice
from tests.seed import SEED
from tests.server.running import Running, running, wait_until

pytestmark = pytest.mark.faults
_CHANGES_EVERY_S: Final = 0.02
_HOOKS: Final = ("hook", "form")


def _mapping(number: int) -> dict[str, Any]:
    """Version ``number`` says so at its start, in its rules and at its end, so that a half of it would be seen."""
    rule = {"event": "=Bestellung", "user_id": "kunde", "message_id": "nummer", "properties": {"version": f"={number}"}}
    others = [{"when": [f"kind = {other}"], "event": f"=Andere {number}"} for other in range(20)]
    return {"title": f"v{number}", "channel": f"v{number}", "rules": [*others, {**rule, "fallback": True}]}


class Changer:
    """Saves one version after the other; remembers the newest that was confirmed."""

    def __init__(self, server: Running, admin: str) -> None:
        self.server, self.admin = server, admin
        self.confirmed = self.tried = 0
        self.stop = threading.Event()

    def run(self) -> None:
        head = {"Authorization": f"Bearer {self.admin}", "Content-Type": "application/json"}
        while not self.stop.is_set():
            self.tried = self.confirmed + 1
            body = json.dumps({"name": "load", "mapping": _mapping(self.tried)})
            try:
                if self.server.ask("PUT", "/api/mappings", body, **head).status == 200:
                    self.confirmed = self.tried
            except (OSError, http.client.HTTPException):
                time.sleep(_CHANGES_EVERY_S)
            time.sleep(_CHANGES_EVERY_S)

    def kept(self) -> dict[str, Any]:
        reply = self.server.get("/api/mappings?name=load", Authorization=f"Bearer {self.admin}")
        assert reply.status == 200, reply.text
        found: dict[str, Any] = reply.document["mapping"]
        return found


def test_killed_while_hooks_arrive_and_their_mapping_changes(tmp_path: Path) -> None:
    dice, folder = random.Random(SEED), tmp_path / "data"
    folder.mkdir()
    with running(folder, database_url="") as server:
        server.ready().signed_in()
        load = Load(server, SEED, _HOOKS).make_ready()
        changer = Changer(server, server.key("admin"))
        thread = threading.Thread(target=changer.run)
        thread.start()
        try:
            with load.running():
                for _ in range(ROUNDS):
                    before = changer.confirmed
                    load.more(10, 120.0)
                    wait_until(lambda: changer.confirmed > before, 120.0)  # noqa: B023 - asked inside this turn
                    time.sleep(dice.uniform(0.0, 0.6))
                    server.stop(signal.SIGKILL)
                    server.start()
                    _assert_whole(changer)
        finally:
            changer.stop.set()
            thread.join()
        found = assert_nothing_lost_nothing_twice(load)
        assert {mark.split("-")[1] for mark in found} == set(_HOOKS)
        _assert_conflicts_are_known(server, set(found))


def _assert_whole(changer: Changer) -> None:
    """What is in force is one version, all of it: the last that was confirmed, or the one that was under way."""
    confirmed = changer.confirmed
    found = changer.kept()
    number = int(found["title"].removeprefix("v"))
    assert confirmed <= number <= changer.tried, f"EMMA_FAULT_SEED={SEED}"
    assert found == _mapping(number) | {"rules": found["rules"]}
    assert found["rules"][-1]["properties"] == {"version": f"={number}"}
    assert len(found["rules"]) == len(_mapping(number)["rules"])


def _assert_conflicts_are_known(server: Running, marks: set[str]) -> None:
    """A message whose answer was lost comes again and is read by a newer mapping: kept aside, if the first is there."""
    reply = server.get("/api/quarantine?limit=1000", cookie=server.signed_in())
    assert reply.status == 200, reply.text
    for row in reply.document["rows"]:
        assert row["code"] == "message_id_conflict", row
        assert any(mark in json.dumps(row) for mark in marks), row
