"""A person whose rows came by webhook, form, door, pull and quarantine is erased: nothing is left anywhere in the folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.server.running import Running, emma, running, wait_until
from tests.server.source_of_rows import TOKEN, order, source_of_rows
from tests.store.scanner import find_traces

pytestmark = pytest.mark.slow

MAIL: Final = "kanarienvogel@beispiel.example"
NAME: Final = "Kanarienvögelchen"
FORM: Final[dict[str, Any]] = {
    "title": "Kontakt",
    "source": "website",
    "department": "Marketing",
    "event": "Kontaktanfrage",
    "fields": [
        {"name": "email", "label": "E-Mail", "kind": "email", "required": True, "needed": True},
        {"name": "place", "label": "Wohnort", "kind": "text"},
        {"name": "message", "label": "Nachricht", "kind": "long_text", "needed": True},
    ],
    "consent": {"text": "Ich bin einverstanden.", "version": "1", "purposes": ["newsletter"]},
    "sites": [],
}
RULES: Final = {
    "rules": [{"event": "=Bestellung", "email": "mail", "time": "at", "message_id": "n", "keys": {"order": "order"}}]
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "data"
    folder.mkdir()
    with running(folder, database_url="", pull_networks="127.0.0.0/8") as found:
        found.ready().signed_in()
        yield found


def _by_hook(server: Running, admin: str) -> None:
    """One good message, one whose time nobody can read: it lies in quarantine."""
    head = {"Authorization": f"Bearer {admin}", "Content-Type": "application/json"}
    kept = server.ask("PUT", "/api/mappings", json.dumps({"name": "shop", "mapping": RULES}), **head)
    assert kept.status == 200, kept.text
    key = server.key(source="shop")
    for number, at in enumerate(("2026-11-20T10:00:00Z", "neulich")):
        said = {"n": number, "mail": MAIL, "at": at, "order": f"A{number}", "note": f"{NAME} ruft an"}
        assert server.send(said, key, "/v1/hooks/shop").status == 202
    other = {"n": 9, "mail": "anna@example.org", "at": "2026-11-20T10:00:00Z", "order": "A9"}
    assert server.send(other, key, "/v1/hooks/shop").status == 202
    native = {"message_id": "1", "type": "track", "event": "Kauf", "user_id": "4711", "traits": {"email": MAIL, "name": NAME}}
    assert server.send(native, key).status == 202


def _by_form(server: Running, admin: str) -> None:
    head = {"Authorization": f"Bearer {admin}", "Content-Type": "application/json"}
    kept = server.ask("PUT", "/api/forms", json.dumps({"name": "contact", "form": FORM}), **head)
    assert kept.status == 200, kept.text
    fields = {"email": MAIL, "place": NAME, "message": f"Hier schreibt {NAME}.", "consent": "yes"}
    sent = server.ask("POST", "/v1/forms/contact", urlencode(fields), **{"Content-Type": "application/x-www-form-urlencoded"})
    assert (sent.status, sent.document["accepted"]) == (202, 1), sent.text


def _by_pull(server: Running) -> None:
    with source_of_rows() as source:
        theirs = [order(0, 0) | {"customer": MAIL, "step": NAME}, order(1, 1) | {"customer": MAIL, "amount": f"{NAME}?"}]
        source.rows = [*theirs, order(2, 2)]
        entries = (f"url={source.url}", "auth=bearer", "rows=data", "cursor=changed")
        columns = "person=customer,time=changed,touchpoint=step,value=amount"
        words = ("pulls", "add", "orders", "rest", *entries, "--columns", columns, "--password-stdin", "--json")
        emma(*words, data=server.data, typed=f"{TOKEN}\n")
        emma("pulls", "run", "orders", "--json", data=server.data)


def _accepted(server: Running) -> dict[str, tuple[int, int]]:
    lines = server.get("/api/sources", cookie=server.signed_in()).document["sources"]
    return {line["name"]: (line["counts"]["accepted"], line["counts"]["quarantined"]) for line in lines}


def test_nothing_is_left_of_a_person_whichever_way_the_rows_came(server: Running) -> None:
    admin = server.key("admin")
    _by_hook(server, admin)
    _by_form(server, admin)
    _by_pull(server)
    wanted = {"shop": (3, 1), "website": (1, 0), "orders": (2, 1)}
    wait_until(lambda: wanted.items() <= _accepted(server).items(), 60.0)
    line = server.get("/api/sources/website", cookie=server.signed_in()).document["line"]
    assert (line["department"], line["purpose"]) == ("Marketing", "contact_request")
    before = find_traces(server.data, [MAIL, NAME])
    for place in ("lake/", "operational", "files/"):
        assert any(place in trace for trace in before), f"the scanner is blind for {place}: {before}"
    report = json.loads(emma("erase", MAIL, "--yes", "--json", data=server.data).stdout)
    assert report["complete"], report
    assert report["events"] == 4  # a message of the hook, one of the door, an answer of the form, a row of the pull
    assert find_traces(server.data, [MAIL, NAME]) == []
    counted = server.send({"sql": "SELECT count(*) AS n FROM emma_events"}, admin, "/api/sql").document["rows"]
    assert counted == [[2]]
    server.stop()
    assert find_traces(server.data, [MAIL, NAME]) == []
