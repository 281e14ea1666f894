"""Five sources about the same people, through five real doors: one timeline each; how precise and complete, by the truth."""

import csv
import datetime as dt
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tanteemma.ingest.sources.sample import SampleCompany, generate
from tests.server.running import Running, emma, running, wait_until

UNTIL = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
CUSTOMERS = 300
#: of the customer numbers, how many have an address and a telephone in the CRM
WITH_MAIL, WITH_PHONE = 0.9, 0.7
HOOK = {
    "rules": [
        {"event": "what", "user_id": "customer", "email": "email", "time": "at", "channel": "=shop", "keys": {"order": "order"}}
    ]
}
Event = dict[str, Any]


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return generate(seed=3, until=UNTIL, customers=CUSTOMERS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("five") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.ready()


def _events(company: SampleCompany) -> list[Event]:
    wanted = ("name", "channel", "occurred_at", "subject", "keys")
    found = company.events.select(wanted).to_pylist()
    return [one | {"keys": dict(one["keys"] or ())} for one in found if one["subject"]]


def _named(subject: str) -> dict[str, str]:
    kind, _, value = subject.partition(":")
    return {kind: value}


def _by_web(server: Running, events: Iterable[Event], links: Iterable[tuple[str, str]]) -> None:
    """The door of Segment: page views, and who logs in or leaves an address on a device."""
    key, batch = server.key(source="web"), list[Event]()
    for event in events:
        who = _named(event["subject"])
        members = {"userId": who.get("user"), "anonymousId": who.get("anon")}
        told = {"type": "track", "event": event["name"], "timestamp": event["occurred_at"].isoformat(), **members}
        batch.append({name: value for name, value in told.items() if value} | {"messageId": f"w{len(batch)}"})
    for one, other in links:
        who = _named(one) | _named(other)
        told = {"type": "identify", "anonymousId": who["anon"], "timestamp": UNTIL.isoformat(), "messageId": f"w{len(batch)}"}
        if "user" in who:
            told["userId"] = who["user"]
        batch.append(told | ({"traits": {"email": who["mail"]}} if "mail" in who else {}))
    for start in range(0, len(batch), 500):
        reply = server.send({"batch": batch[start : start + 500]}, key, "/v1/batch")
        assert reply.status == 200, reply.text


def _by_hook(server: Running, events: Iterable[Event], links: Iterable[tuple[str, str]]) -> None:
    """The shop's own webhook, by a mapping: orders, some of them as a guest and then with a customer number."""
    heads = {"Authorization": f"Bearer {server.key('admin')}", "Content-Type": "application/json"}
    kept = server.ask("PUT", "/api/mappings", json.dumps({"name": "oldshop", "mapping": HOOK, "secret": None}), **heads)
    assert kept.status == 200, kept.text
    key = server.key(source="shop")
    told = [(event["name"], event["occurred_at"], _named(event["subject"]), event["keys"].get("order")) for event in events]
    told += [("Bestellung", UNTIL, _named(one) | _named(other), None) for one, other in links]
    for place, (name, at, who, order) in enumerate(told):
        body = {
            "id": place,
            "what": name,
            "at": at.isoformat(),
            "customer": who.get("user"),
            "email": who.get("mail"),
            "order": order,
        }
        reply = server.send({name: value for name, value in body.items() if value is not None}, key, "/v1/hooks/oldshop")
        assert reply.status == 202, reply.text


def _by_file(server: Running, path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """A table as a system exports it."""
    heads = ("Zeit", "Ereignis", "Kundennummer", "E-Mail", "Telefon")
    with path.open("w", encoding="cp1252", newline="") as stream:
        table = csv.DictWriter(stream, heads, delimiter=";", restval="")
        table.writeheader()
        table.writerows(rows)
    columns = "time=Zeit,touchpoint=Ereignis,person=Kundennummer,email=E-Mail,phone=Telefon"
    said = json.loads(emma("import", str(path), "--columns", columns, "--json", data=server.data).stdout)
    assert said["accepted"] == said["received"], said


def _row(event: Event) -> dict[str, str]:
    who = _named(event["subject"])
    return {"Zeit": event["occurred_at"].strftime("%d.%m.%Y %H:%M:%S.%f"), "Ereignis": event["name"]} | _columns(who)


def _columns(who: Mapping[str, str]) -> dict[str, str]:
    names = {"user": "Kundennummer", "mail": "E-Mail", "phone": "Telefon"}
    return {names[kind]: value for kind, value in who.items() if kind in names}


def _crm(company: SampleCompany) -> Iterator[dict[str, str]]:
    """Master data: customer numbers, most with the address and the telephone of whom they belong to."""
    dice = random.Random(1)
    theirs: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in company.truth.people.to_pylist():
        theirs[row["person"]][row["kind"] if row["kind"] == "customer_number" else row["subject"].split(":")[0]].append(
            row["subject"].partition(":")[2]
        )
    for names in theirs.values():
        for number in names["customer_number"]:
            who = {"user": number}
            if names["mail"] and dice.random() < WITH_MAIL:
                who["mail"] = names["mail"][0]
            if names["phone"] and dice.random() < WITH_PHONE:
                who["phone"] = names["phone"][0]
            yield {"Zeit": "31.10.2026 12:00:00", "Ereignis": "Stammdaten"} | _columns(who)


def _persons(server: Running, subjects: list[str]) -> dict[str, str]:
    """The person of each subject, as the interface tells it."""
    cookie, found = server.signed_in(), {}
    for subject in subjects:
        reply = server.get(f"/v1/people/{subject}", cookie=cookie)
        assert reply.status == 200, (subject, reply.text)
        found[subject] = reply.document["id"]
    return found


def _pairs(members: Iterable[tuple[str, object]]) -> set[tuple[str, str]]:
    groups: dict[object, set[str]] = defaultdict(set)
    for subject, person in members:
        groups[person].add(subject)
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


@pytest.mark.slow
def test_five_sources_become_one_timeline_each(server: Running, company: SampleCompany, tmp_path: Path) -> None:
    """Counted on 2026-11-27 and stated in docs/customers.md."""
    events = _events(company)
    links = defaultdict(list)
    for pair in company.links:
        links["+".join(sorted(subject.split(":")[0] for subject in pair))].append(pair)
    at = {channel: [event for event in events if event["channel"] == channel] for channel in {e["channel"] for e in events}}
    devices = [event for event in at["mail"] if event["subject"].startswith("anon:")]
    _by_web(server, [*at["web"], *devices], [*links["anon+user"], *links["anon+mail"]])
    _by_hook(server, at["shop"], links["mail+user"])
    letters = [event for event in at["mail"] if not event["subject"].startswith("anon:")]
    _by_file(server, tmp_path / "crm.csv", [*map(_row, [*letters, *at["branch"]]), *_crm(company)])
    called = [
        {"Zeit": "30.10.2026 09:00:00", "Ereignis": "Anruf"} | _columns(_named(one) | _named(other))
        for one, other in links["phone+user"]
    ]
    _by_file(server, tmp_path / "calls.csv", [*map(_row, at["call_centre"]), *called])
    _by_file(server, tmp_path / "surveys.csv", map(_row, [*at["parcel"], *at["survey"], *at["social"]]))
    wait_until(lambda: server.get("/v1/people?query=", cookie=server.signed_in()).document.get("whole") is True, 120.0, 0.5)

    truth: dict[str, set[int]] = defaultdict(set)
    for row in company.truth.people.to_pylist():
        truth[row["subject"]].add(row["person"])
    met = Counter(event["subject"] for event in events)
    person = _persons(server, sorted(met))
    together = _pairs(person.items())
    theirs = _pairs((subject, one) for subject in met for one in truth[subject])
    right = {pair for pair in together if truth[pair[0]] & truth[pair[1]]}
    precision, recall = len(right) / len(together), len(together & theirs) / len(theirs)
    lives: dict[int, Counter[str]] = defaultdict(Counter)
    for subject, count in met.items():
        for one in truth[subject] if len(truth[subject]) == 1 else ():
            lives[one][person[subject]] += count
    in_one = sum(max(life.values()) for life in lives.values()) / sum(sum(life.values()) for life in lives.values())
    assert precision >= 0.97, (precision, recall, in_one)
    assert recall >= 0.6
    assert in_one >= 0.75
