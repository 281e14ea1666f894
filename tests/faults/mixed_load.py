"""Everybody sends at once, each in the words of a vendor, and remembers what was acknowledged; then the lake is asked.

An event carries a mark. A sender whose dialect has ids sends the same bytes again until it is told that they are safe, as its
clients do; others (Matomo without ``rand``, Plausible, Umami) let it be: their events may be there, once.
"""

import http.client
import json
import random
import re
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from deltalake import DeltaTable

from tests.clients.lake import write_key
from tests.server.running import Running, wait_until

MARK: Final = re.compile(r"mk-[a-z]+\d*-\d+")
SAFE: Final = frozenset((200, 202, 204))
_TIMEOUT_S: Final = 20.0
_FORM: Final = "application/x-www-form-urlencoded"
_RULES: Final = {"rules": [{"event": "=Bestellung", "user_id": "kunde", "message_id": "nummer"}]}
_CONTACT: Final = {
    "title": "Kontakt",
    "source": "load-form",
    "event": "Anfrage",
    "fields": [{"name": "message", "label": "Nachricht", "kind": "long_text", "needed": True}],
    "consent": {"text": "Ja.", "version": "1", "purposes": ["contact"]},
    "sites": [],
}


class Shot(NamedTuple):
    """One request; ``again``: may the same bytes be sent until somebody says that they are safe?"""

    path: str
    body: bytes
    marks: tuple[str, ...]
    kind: str = "application/json"
    again: bool = True
    bearer: str = ""


Speaker = Callable[[str, Sequence[str], random.Random], Shot]


def _native(key: str, marks: Sequence[str], chance: random.Random) -> Shot:
    who = f"u-{chance.randrange(50)}"
    events = [
        {"message_id": mark, "type": "track", "event": "Kauf", "user_id": who, "properties": {"m": mark}} for mark in marks
    ]
    return Shot(f"/v1/beacon?key={key}", json.dumps(events).encode(), tuple(marks))


def _segment(key: str, marks: Sequence[str], chance: random.Random) -> Shot:
    who = f"u-{chance.randrange(50)}"
    events = [{"messageId": mark, "type": "track", "event": "Kauf", "userId": who, "properties": {"m": mark}} for mark in marks]
    return Shot("/v1/batch", json.dumps({"writeKey": key, "batch": events}).encode(), tuple(marks))


def _posthog(key: str, marks: Sequence[str], chance: random.Random) -> Shot:
    who = f"u-{chance.randrange(50)}"
    events = [{"event": "Kauf", "uuid": mark, "distinct_id": who, "properties": {"m": mark}} for mark in marks]
    return Shot("/batch/", json.dumps({"api_key": key, "batch": events}).encode(), tuple(marks), "text/plain")


def _matomo(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    hits = [
        "?" + urlencode({"idsite": 1, "rec": 1, "rand": mark, "uid": "u-1", "action_name": f"Seite {mark}"}) for mark in marks
    ]
    return Shot("/matomo.php", json.dumps({"requests": hits, "token_auth": key}).encode(), tuple(marks))


def _google(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    micros = time.time_ns() // 1000
    events = [{"name": "kauf", "params": {"m": mark}} for mark in marks[:25]]
    said = {"client_id": "1.2", "timestamp_micros": micros, "events": events}
    return Shot(f"/mp/collect?api_secret={key}&measurement_id=G-1", json.dumps(said).encode(), tuple(marks[:25]))


def _snowplow(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    schema = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
    events = [
        {"e": "se", "eid": mark, "aid": key, "p": "web", "tv": "x", "se_ca": "a", "se_ac": mark, "uid": "u-2"} for mark in marks
    ]
    body = json.dumps({"schema": schema, "data": events}).encode()
    return Shot("/com.snowplowanalytics.snowplow/tp2", body, tuple(marks))


def _mixpanel(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    events = [
        {"event": "Kauf", "properties": {"token": key, "$insert_id": mark, "distinct_id": "u-3", "m": mark}} for mark in marks
    ]
    body = urlencode({"data": b64encode(json.dumps(events).encode()).decode(), "verbose": 1}).encode()
    return Shot("/track", body, tuple(marks), _FORM)


def _amplitude(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    events = [{"event_type": "Kauf", "user_id": "u-4711", "insert_id": mark, "event_properties": {"m": mark}} for mark in marks]
    return Shot("/2/httpapi", json.dumps({"api_key": key, "events": events}).encode(), tuple(marks))


def _clouds(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    events = [
        {"specversion": "1.0", "id": mark, "source": "erp", "type": "kauf", "subject": "u-5", "data": {"m": mark}}
        for mark in marks
    ]
    body = json.dumps(events).encode()
    return Shot("/v1/cloudevents", body, tuple(marks), "application/cloudevents-batch+json", bearer=key)


def _plausible(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    said = {"n": "pageview", "u": f"https://shop.example.de/{marks[0]}", "d": "shop.example.de", "p": {"m": marks[0]}}
    return Shot(f"/api/event?key={key}", json.dumps(said).encode(), (marks[0],), "text/plain", again=False)


def _umami(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    payload = {"website": key, "hostname": "shop.example.de", "url": f"/{marks[0]}", "name": "Kauf", "data": {"m": marks[0]}}
    return Shot("/api/send", json.dumps({"type": "event", "payload": payload}).encode(), (marks[0],), again=False)


def _hook(key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    said = {"kunde": "u-6", "nummer": marks[0], "m": marks[0]}
    return Shot(f"/v1/hooks/load?key={key}", json.dumps(said).encode(), (marks[0],))


def _form(_key: str, marks: Sequence[str], _chance: random.Random) -> Shot:
    return Shot("/v1/forms/load", urlencode({"message": marks[0]}).encode(), (marks[0],), _FORM, again=False)


SPEAKERS: Final[Mapping[str, Speaker]] = {
    "native": _native, "segment": _segment, "posthog": _posthog, "matomo": _matomo, "google": _google, "snowplow": _snowplow,
    "mixpanel": _mixpanel, "amplitude": _amplitude, "clouds": _clouds, "plausible": _plausible, "umami": _umami, "hook": _hook,
    "form": _form,
}  # fmt: skip


@dataclass
class Load:
    """Senders at work. ``acked``: marks somebody was told to be safe; ``unsure``: sent, and no such word came."""

    server: Running
    seed: int
    names: Sequence[str] = tuple(SPEAKERS)
    pause_s: float = 0.01
    port: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    acked: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    answers: Counter[object] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)

    def make_ready(self) -> "Load":
        """A key for each sender, the mapping and the form that two of them need."""
        self.keys = {name: write_key(self.server, f"load-{name}") for name in self.names}
        admin = self.server.key("admin") if {"hook", "form"} & set(self.names) else ""
        for path, said in (("mappings", {"name": "load", "mapping": _RULES}), ("forms", {"name": "load", "form": _CONTACT})):
            if admin:
                head = {"Authorization": f"Bearer {admin}", "Content-Type": "application/json"}
                reply = self.server.ask("PUT", f"/api/{path}", json.dumps(said), **head)
                assert reply.status == 200, reply.text
        return self

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """All send until the block ends; what was not acknowledged by then is sent no more."""
        threads = [threading.Thread(target=self._send, args=(name,)) for name in self.names]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def more(self, count: int, within_s: float = 60.0) -> None:
        """Wait until so many more were acknowledged."""
        before = len(self.acked)
        wait_until(lambda: len(self.acked) >= before + count, within_s)

    def _send(self, name: str) -> None:
        chance, number = random.Random(f"{self.seed}:{name}"), 0
        while not self._stop.is_set():
            marks = [f"mk-{name}-{number + place}" for place in range(chance.choice((1, 1, 5, 20)))]
            number += len(marks)
            shot = SPEAKERS[name](self.keys[name], marks, chance)
            self.unsure.update(shot.marks)
            while not self._stop.is_set():
                status = self._shoot(shot)
                self.answers[status] += 1
                if status in SAFE:
                    self.unsure.difference_update(shot.marks)
                    self.acked.update(shot.marks)
                if status in SAFE or not shot.again:
                    break
                time.sleep(0.05 + chance.random() * 0.1)
            time.sleep(self.pause_s)

    def _shoot(self, shot: Shot) -> object:
        connection = http.client.HTTPConnection("127.0.0.1", self.port or self.server.port, timeout=_TIMEOUT_S)
        try:
            who = {"Authorization": f"Bearer {shot.bearer}"} if shot.bearer else {}
            connection.request("POST", shot.path, shot.body, {"Content-Type": shot.kind, **who})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as cut:
            return type(cut).__name__
        else:
            return answer.status
        finally:
            connection.close()


def marks_in_lake(server: Running) -> Counter[str]:
    """How many rows of the lake carry each mark; a row without one would be somebody else's."""
    folder = server.data / "lake"
    if not folder.is_dir():
        return Counter()
    found: Counter[str] = Counter()
    table = DeltaTable(str(folder)).to_pyarrow_table(columns=["source", "name", "properties", "context"])
    for row in table.to_pylist():
        if row["source"].startswith("load-"):
            found.update(set(MARK.findall(" ".join(str(value) for value in row.values()))))
    return found


def assert_nothing_lost_nothing_twice(load: Load, within_s: float = 120.0) -> Counter[str]:
    """Every acknowledged mark is in the lake, each once, nothing else is there, and the equation holds for every source."""
    server = load.server
    found: Counter[str] = wait_until(lambda: _complete(server, load.acked), within_s)
    said = f"EMMA_FAULT_SEED={load.seed}"
    assert set(found.values()) <= {1}, said
    assert set(found) <= load.acked | load.unsure, said
    rows = sum(found.values())
    counts = wait_until(lambda: _settled(server, rows), 60.0)
    for name in ("accepted", "duplicate", "quarantined", "rejected"):
        assert counts[name] >= 0
    assert counts["received"] == counts["accepted"] + counts["duplicate"] + counts["quarantined"] + counts["rejected"], said
    assert counts["accepted"] == rows, said
    return found


def _complete(server: Running, acked: set[str]) -> Counter[str] | None:
    found = marks_in_lake(server)
    if not acked <= set(found):
        time.sleep(0.5)
        return None
    return found


def _settled(server: Running, rows: int) -> dict[str, Any] | None:
    lines = server.get("/api/sources", cookie=server.signed_in()).document["sources"]
    counts: Counter[str] = Counter()
    for line in lines:
        if line["name"].startswith("load-"):
            counts.update({name: value for name, value in line["counts"].items() if isinstance(value, int)})
    return dict(counts) if counts["accepted"] == rows else None
