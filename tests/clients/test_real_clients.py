"""The vendors' own clients, driven against a running server: what they sent lies in the lake, field by field, once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.clients.driven_clients import CLIENTS, Client
from tests.clients.expected import READ, Event, Told
from tests.clients.lake import Row, persons_of, quarantined, rows_of, write_key
from tests.clients.outcome import Outcomes
from tests.clients.pages import bundled, shop_page, tell_in_browser
from tests.clients.telling import DRIVEN, Story, tell
from tests.clients.witness import Witness, witness
from tests.server.running import Running, wait_until

pytestmark = pytest.mark.clients
_HOP: Final = frozenset(("host", "content-length", "connection", "transfer-encoding"))
_SECOND: Final = timedelta(seconds=1)


def told_by(client: Client, story: Story, request: pytest.FixtureRequest, host: Witness) -> list[str]:
    """Make a client tell the story; what went wrong by its account."""
    text = story.told(key=client.key.format(story.key))
    if client.where == "python":
        program = request.getfixturevalue("python_of_clients")
        return tell([str(program), str(DRIVEN / "python" / f"{client.driver}.py")], text)
    packages: Path = request.getfixturevalue("packages")
    if client.where == "node":
        return tell(["node", str(packages / "driven" / f"{client.driver}.mjs")], text)
    browser, ports = request.getfixturevalue("browser"), request.getfixturevalue("page_ports")
    script = bundled(client.driver, packages, request.getfixturevalue("tmp_path_factory").mktemp("bundle"))
    with shop_page(script, ports[0]) as port:
        return tell_in_browser(browser, f"http://localhost:{port}/", text, host.url)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.driver)
def test_what_a_real_client_sends_lies_in_the_lake_field_by_field(
    client: Client, server: Running, request: pytest.FixtureRequest, outcomes: Outcomes
) -> None:
    began = datetime.now(UTC) - _SECOND
    with witness(server) as host:
        host.out_of_order = int(client.retries)
        story = Story(client.driver.replace("_", "-"), host.url, write_key(server, client.driver))
        assert told_by(client, story, request, host) == []
        refused = [(one.method, one.path, one.status, one.answer) for one in host.asked if one.status >= 400]
        assert [status for _, _, status, _ in refused] == [503] * client.retries, refused
        told = client.expected(story)
        rows = without_more_engagement(settled_rows(server, client.driver, told.rows()))
        ended = datetime.now(UTC) + _SECOND
        assert _names(rows) == _names_of(told)
        for event in told.events:
            check_event(event, rows, story, (began, ended))
        check_read(told, rows)
        named = {row["subject"] for row in rows if row["subject"]} | set(told.same)
        if told.same:
            assert len(persons_of(server, named)) == 1, named
        if client.knows_ids:
            send_again(server, host)
            assert len(settled_rows(server, client.driver, told.rows())) == told.rows()
    assert quarantined(server) == 0
    outcomes.found[client.driver, database_of(server)] = (told.rows(), told.fields())


def without_more_engagement(rows: list[Row]) -> list[Row]:
    """Plausible's tracker says how long a page was looked at whenever it is hidden: two or three times, as Chromium likes."""
    looks = [row for row in rows if row["name"] == "engagement"]
    return [row for row in rows if row["name"] != "engagement" or row in looks[:2]]


def database_of(server: Running) -> str:
    return "PostgreSQL" if server.settings["database_url"] else "SQLite"


def settled_rows(server: Running, source: str, expected: int) -> list[Row]:
    """The events of a source, once as many are there as were told, and nothing waits in the journal."""
    wait_until(lambda: len(rows_of(server, source)) >= expected, 30.0, 0.2)
    return rows_of(server, source)


def _names(rows: list[Row]) -> list[tuple[str, str]]:
    return sorted((row["type"], row["name"]) for row in rows if not row["name"].startswith(READ))


def _names_of(told: Told) -> list[tuple[str, str]]:
    return sorted((event.type, event.name) for event in told.events for _ in range(event.times))


def check_event(event: Event, rows: list[Row], story: Story, seen: tuple[datetime, datetime]) -> None:
    """Exactly as many rows as promised are this event in every field."""
    same = [row for row in rows if (row["type"], row["name"]) == (event.type, event.name)]
    complaints = [differences(event, row, story, seen) for row in same]
    assert sum(not one for one in complaints) == event.times, (event, complaints)


def differences(event: Event, row: Row, story: Story, seen: tuple[datetime, datetime]) -> list[str]:
    """Where a row is not what was told."""
    wrong = [
        f"{part}.{name}: {row[part].get(name)!r}"
        for part in ("properties", "traits", "keys")
        for name, value in getattr(event, part).items()
        if row[part].get(name) != value
    ]
    if not (row["subject"] == event.subject or (event.subject is not None and str(row["subject"]).startswith(event.subject))):
        wrong.append(f"subject {row['subject']}")
    at = row["occurred_at"]
    if not (abs(at - story.at) < _SECOND if event.then else seen[0] <= at <= seen[1]):
        wrong.append(f"time {at}")
    if event.value is not None and row["value"] != event.value:
        wrong.append(f"value {row['value']}")
    if event.currency is not None and row["currency"] != event.currency:
        wrong.append(f"currency {row['currency']}")
    return wrong


def check_read(told: Told, rows: list[Row]) -> None:
    read = [row for row in rows if row["name"].startswith(READ)]
    assert len(read) == told.read
    if told.numbered:
        assert sorted(row["properties"]["nummer"] for row in read) == list(range(told.read))


def send_again(server: Running, host: Witness) -> None:
    """The same bytes once more, as a proxy that saw no answer would send them."""
    for one in host.brought():
        named = {name: value for name, value in one.headers if name.lower() not in _HOP}
        assert server.ask(one.method, one.path, one.body or None, **named).status == one.status
