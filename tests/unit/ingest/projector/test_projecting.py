import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanteemma.ingest.projector import MOST_EVENTS, Projected, as_sent, batches, project_once
from tanteemma.ingest.steps.live_columns import event_table
from tanteemma.model.events import JournalEntry, LiveEvent
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.intake import JOURNAL
from tanteemma.store.journal import Journal, open_journal
from tanteemma.store.operational import flushes, people, quarantine
from tanteemma.store.operational.records import Counts, QuarantineRow
from tanteemma.store.schema import EVENT
from tests.unit.ingest.doors.knocking import NOW_US, Shop, order


class House:
    """A data folder with its journal and its store."""

    def __init__(self, path: Path) -> None:
        self.folder = DataFolder.create(path)
        self.journal: Journal = open_journal(self.folder)
        self.store = Store.open(self.folder, write=True)

    def close(self) -> None:
        self.store.close()
        self.journal.close()

    def receive(self, *bodies: object, shop: Shop | None = None) -> Shop:
        """Requests at the door, each in the journal."""
        shop = shop or Shop()
        for body in bodies:
            before = len(shop.entries)
            shop.send(body)
            self.journal.append(shop.entries[before:])
        return shop

    def project(self, max_events: int = MOST_EVENTS) -> list[Projected]:
        found: list[Projected] = []
        while (one := project_once(self.store, self.journal, max_events=max_events)) is not None:
            found.append(one)
        return found

    def rows(self, columns: str = "*") -> list[dict[str, Any]]:
        with self.store.snapshot() as snapshot:
            found: list[dict[str, Any]] = snapshot.rows("select * from events order by event_id").to_pylist()
        names = columns.split(", ") if columns != "*" else list(EVENT.names)
        return [{name: row[name] for name in names} for row in found]

    def counts(self) -> dict[str, Counts]:
        with self.store.operational.read() as tx:
            return flushes.totals(tx)

    def aside(self) -> list[QuarantineRow]:
        with self.store.operational.read() as tx:
            return quarantine.page(tx, quarantine.Filter(), limit=10_000)

    def persons(self, *subjects: str) -> list[bytes]:
        with self.store.operational.read() as tx:
            return list(people.person_of(tx, subjects).values())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "data")
    yield made
    made.close()


def test_what_was_acknowledged_is_in_the_lake_and_leaves_the_journal(house: House) -> None:
    house.receive(
        order(
            message_id="m-1",
            timestamp="20.11.2026 11:00",
            sent_at="2026-11-22T12:00:00Z",
            channel="Web",
            keys={"order": "4711", "claim": "S-1"},
            value="19.90",
            currency="EUR",
            purpose="contract",
            properties={"a": 9007199254740993},
            ordinal=7,
        )
    )
    (done,) = house.project()
    assert done.receipt.counts == Counts(received=1, accepted=1)
    (row,) = house.rows()
    assert (row["name"], row["channel"]) == ("Order Completed", "Web")
    assert (row["subject"], row["source"], row["origin"], row["ordinal"]) == ("user:u-1", "shop", "live", 7)
    assert dict(row["keys"]) == {"order": "4711", "claim": "S-1"}
    assert str(row["value"]) == "19.900000"
    assert (row["properties"], row["original_time"], row["flags"]) == ('{"a":9007199254740993}', "20.11.2026 11:00", "no_zone")
    assert row["occurred_at"].isoformat() == "2026-11-20T10:00:00+00:00"
    assert row["received_at"].timestamp() * 1e6 == NOW_US
    assert house.journal.read(0, 10) == []
    assert house.project() == []


def test_an_event_of_nobody_has_no_subject_and_missing_values_are_null(house: House) -> None:
    house.receive(order(user_id="null", timestamp=None, properties=None))
    house.project()
    (row,) = house.rows()
    for name in ("subject", "channel", "keys", "objects", "value", "currency", "purpose", "sent_at", "properties", "traits"):
        assert row[name] is None, name
    assert row["flags"] == "junk_id,no_time"


def test_every_received_event_is_accounted_for(house: House) -> None:
    shop = house.receive({"batch": [order(), order(), order(event="x"), 7, order(message_id="m-2")]}, b"{oops", order())
    house.receive([order(), None], shop=Shop("other"))
    (done,) = house.project()
    assert house.counts() == {
        "shop": Counts(received=7, accepted=2, duplicate=2, quarantined=3),
        "other": Counts(received=2, accepted=1, quarantined=1),
    }
    assert done.receipt.counts == Counts(received=9, accepted=3, duplicate=2, quarantined=4)
    assert sorted((row.source, row.code) for row in house.aside()) == [
        ("other", "not_an_object"),
        ("shop", "invalid_json"),
        ("shop", "message_id_conflict"),
        ("shop", "not_an_object"),
    ]
    assert shop.send(order()).duplicates == 1


def test_bad_items_of_many_requests_are_all_kept_with_their_bytes_and_places(house: House) -> None:
    shop = Shop()
    for number in range(5):
        house.receive([f"text {number}", order(message_id=f"m-{number}"), number], shop=shop)
    house.project()
    rows = house.aside()
    assert [row.raw for row in rows] == [
        raw for number in range(5) for raw in (f'"text {number}"'.encode(), str(number).encode())
    ]
    assert [row.params["index"] for row in rows] == ["0", "2"] * 5
    assert len({(row.position, row.row) for row in rows}) == 10


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_the_journal_is_taken_in_portions_of_whole_commits(house: House, most: int) -> None:
    shop = Shop()
    for number in range(10):
        house.receive([order(message_id=f"m-{number}-{place}") for place in range(3)], shop=shop)
    done = house.project(max_events=most)
    assert len(done) == (1 if most == 1000 else 10)
    assert len(house.rows("event_id")) == 30
    assert house.counts() == {"shop": Counts(received=30, accepted=30)}


def test_sending_everything_again_changes_nothing(house: House) -> None:
    shop = house.receive([order(message_id=f"m-{number}") for number in range(20)])
    house.project()
    before = house.rows("event_id, content, occurred_at")
    for entry in shop.entries:
        house.journal.append([entry])
    house.project()
    assert house.rows("event_id, content, occurred_at") == before
    assert house.counts() == {"shop": Counts(received=40, accepted=20, duplicate=20)}


class TestCrashes:
    def test_between_lake_and_trim_nothing_is_stored_twice(self, house: House) -> None:
        shop = house.receive([order(), 7])
        kept = house.journal.read(0, 100)
        house.project()
        house.journal.append([entry for _, entry in kept])
        assert house.store.position(JOURNAL) == 1
        house.project()
        assert len(house.rows("event_id")) == 1
        assert shop.known

    @pytest.mark.parametrize("restart", [False, True])
    def test_between_intention_and_lake_the_same_range_comes_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, restart: bool
    ) -> None:
        house = House(tmp_path / "data")
        shop = house.receive([order(message_id="m-1"), 7], [order(message_id="m-2", user_id="u-2"), 8])

        def break_down(*_: object) -> None:
            raise OSError("power cut")

        with monkeypatch.context() as fault:
            fault.setattr(house.store, "_append", break_down)
            with pytest.raises(OSError, match="power cut"):
                house.project()
        house.receive([order(message_id="m-3"), 9], shop=shop)
        if restart:
            house.close()
            house = House(tmp_path / "data")
        first, second = house.project()
        assert (first.position, second.position) == (2, 3)
        assert house.counts() == {"shop": Counts(received=6, accepted=3, quarantined=3)}
        assert [row.raw for row in house.aside()] == [b"7", b"8", b"9"]
        assert len(house.rows("event_id")) == 3
        house.close()


class TestWhoIsWho:
    def test_what_events_say_about_one_person_is_joined(self, house: House) -> None:
        house.receive(
            order(message_id="1", user_id="A", anonymous_id="b"),
            order(message_id="2", type="alias", event=None, user_id="A", previous_id="old"),
            order(message_id="3", type="identify", event=None, user_id="A", traits={"email": "A@Example.de"}),
            order(message_id="4", user_id="other", anonymous_id="null"),
            order(message_id="5", user_id="another", anonymous_id="null"),
        )
        house.project()
        one = house.persons("user:A", "anon:b", "user:old", "anon:old", "mail:a@example.de")
        assert len(set(one)) == 1
        assert len({*house.persons("user:other", "user:another"), *one}) == 3

    @given(chance=st.randoms(use_true_random=False), cuts=st.integers(3, 6))
    @settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    def test_the_order_of_arrival_does_not_matter(
        self, tmp_path_factory: pytest.TempPathFactory, chance: random.Random, cuts: int
    ) -> None:
        events = [order(message_id=f"m-{n}", user_id=f"u-{n % 7}", anonymous_id=f"a-{n % 5}", ordinal=n) for n in range(12)]
        found = []
        for mixed in (events, chance.sample(events, len(events))):
            house = House(tmp_path_factory.mktemp("data") / "data")
            shop = Shop()
            for start in range(0, len(mixed), cuts):
                house.receive(mixed[start : start + cuts], shop=shop)
                project_once(house.store, house.journal)
            persons = house.persons(*(f"user:u-{n}" for n in range(7)), *(f"anon:a-{n}" for n in range(5)))
            found.append((house.rows("event_id, content, subject, occurred_at, ordinal"), persons, house.counts()))
            house.close()
        assert found[0] == found[1]

    def test_a_person_has_at_most_100_identifiers_and_the_rest_is_put_aside(self, house: House) -> None:
        shop = Shop()
        bodies = [
            {
                "message_id": f"mb{n}",
                "type": "alias",
                "user_id": "hub",
                "previous_id": f"x{n}",
                "timestamp": "2026-11-20T10:00:00Z",
            }
            for n in range(300)
        ]
        assert shop.send({"batch": bodies}).accepted == 300
        house.journal.append(shop.entries)
        (done,) = house.project()
        counts = done.receipt.counts
        assert counts.balanced
        assert counts.received == 300
        assert counts.accepted < 100
        assert done.dropped == {("join_people", "merge_limit"): counts.quarantined}
        rows = house.aside()
        assert {row.code for row in rows} == {"merge_limit"}
        replayed = Shop().accepted(rows[0].raw)
        assert replayed.event_id in {event.event_id for event in shop.entries[0].events}
        with house.store.operational.read() as tx:
            assert len(people.aliases(tx, ["user:hub"])) <= 100

    def test_a_shared_terminal_costs_nobody_an_order(self, house: House) -> None:
        events = [order(message_id=f"m-{n}", user_id=f"u-{n}", anonymous_id="kiosk") for n in range(150)]
        house.receive(events)
        (done,) = house.project()
        assert done.receipt.counts == Counts(received=150, accepted=150)
        rows = house.rows("flags, subject")
        assert sum(row["flags"] == "not_joined" for row in rows) == 150
        assert len({row["subject"] for row in rows}) == 150


def test_an_event_of_a_wrong_clock_is_sent_again_with_its_corrected_time() -> None:
    event = Shop().accepted(order(timestamp="2027-11-20T10:00:00Z", sent_at="2027-11-20T10:00:05Z"))
    assert Shop().accepted(as_sent(event), received_us=NOW_US + 86_400_000_000).occurred_us == event.occurred_us


def test_an_event_put_aside_can_be_sent_again_and_is_the_same_event() -> None:
    shop = Shop()
    body = order(
        user_id="A",
        anonymous_id="b",
        keys={"order": "4711"},
        value="1.50",
        currency="EUR",
        channel="Web",
        ordinal=3,
        properties={"a": 1.5},
        traits={"email": "a@example.de"},
        context={"page": "x"},
    )
    event = shop.accepted(body)
    again = Shop().accepted(as_sent(event))
    assert again.event_id == event.event_id
    assert json.loads(as_sent(event)) == json.loads(as_sent(again))
    assert (again.subject, again.links, again.occurred_us) == (event.subject, event.links, event.occurred_us)


def test_an_empty_batch_of_columns_has_the_schema_of_the_lake() -> None:
    entry = JournalEntry("shop", NOW_US, (), (), 1, 0)
    (batch,) = batches([entry])
    assert (batch.received, batch.duplicates) == (1, 1)
    table = event_table([], "shop", np.zeros(0, np.int64))
    assert table.schema == EVENT
    assert table.num_rows == 0


KEYS = st.dictionaries(st.sampled_from(["order", "claim"]), st.text(max_size=3), max_size=2)


@given(
    st.lists(st.tuples(KEYS, st.none() | st.decimals(-(10**12), 10**12, places=6), st.integers(-(2**40), 2**40)), max_size=20)
)
def test_columns_are_the_events_field_by_field(drawn: list[tuple[dict[str, str], Any, int]]) -> None:
    events = [made(number, keys, value, at) for number, (keys, value, at) in enumerate(drawn)]
    table = event_table(events, "shop", np.arange(len(events), dtype=np.int64))
    table.validate(full=True)
    assert [dict(keys) if keys else {} for keys in table["keys"].to_pylist()] == [event.keys for event in events]
    assert [None if one is None else f"{one:f}" for one in table["value"].to_pylist()] == [event.value for event in events]
    assert table["occurred_at"].cast(pa.int64()).to_pylist() == [event.occurred_us for event in events]
    assert table["content"].to_pylist() == [int.from_bytes(event.content, "big", signed=True) for event in events]


def made(number: int, keys: dict[str, str], value: object, at: int) -> LiveEvent:
    event = Shop().accepted(order(message_id=str(number)))
    fields: dict[str, Any] = {name: getattr(event, name) for name in event.__struct_fields__}
    return LiveEvent(
        **fields | {"keys": keys, "value": None if value is None else f"{Decimal(str(value)):f}", "occurred_us": at}
    )
