"""The same events in any order, late, early, split anyhow and sent again end in the same state, down to the last column.

Each permutation is a source of its own with people of its own, all in one store, in each other's way. Twenty in the quick
tests, 1,000 in ``make faults`` (EMMA_FAULT_PERMUTATIONS). An event that states no ordinal has its place in its request, so
these state one.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tanteemma.ingest.projector import project_once
from tanteemma.store.operational.records import Counts
from tests.seed import SEED
from tests.unit.ingest.doors.knocking import Shop, order
from tests.unit.ingest.projector.test_projecting import House

SUBJECTS: Final = (
    *(f"user:{{}}-u{n}" for n in range(4)),
    *(f"anon:{{}}-a{n}" for n in range(3)),
    "mail:{}@example.de",
    "user:{}-old",
)
COLUMNS: Final = "event_id, name, subject, occurred_at, original_time, ordinal, properties, flags, source"
DAYS: Final = ("2025-10-18", "2026-11-20", "2026-11-20", "2026-11-21")


def story(name: str) -> list[dict[str, Any]]:
    """Fourteen events: four users on three devices, a name before, a mail; 400 days apart; some in the same moment."""
    events = [
        order(
            message_id=f"m-{n}",
            user_id=f"{name}-u{n % 4}",
            anonymous_id=f"{name}-a{n % 3}" if n % 2 else None,
            timestamp=f"{DAYS[n % 4]}T10:00:00Z",
            sent_at="2026-11-22T12:00:00Z" if n % 3 == 0 else None,
            properties={"n": n, "menge": 2**60 + n},
            ordinal=n % 5,
        )
        for n in range(12)
    ]
    before = {"user_id": f"{name}-u1", "previous_id": f"{name}-old"}
    events.append(order(message_id="alias", type="alias", event=None, ordinal=1, **before))
    mail = {"email": f"{name.upper()}@Example.de"}
    events.append(order(message_id="mail", type="identify", event=None, user_id=f"{name}-u2", traits=mail, ordinal=2))
    return [{key: value for key, value in event.items() if value is not None} for event in events]


def arrivals(name: str, chance: random.Random) -> Iterator[list[dict[str, Any]]]:
    """Every event one to five times, in any order, in requests of any size."""
    events = [event for event in story(name) for _ in range(chance.choice((1, 1, 2, 5)))]
    chance.shuffle(events)
    while events:
        size = chance.randrange(1, 6)
        yield events[:size]
        events = events[size:]


def _received(house: House, shops: dict[str, Shop], chance: random.Random) -> dict[str, int]:
    """Let requests of all permutations come in turns of chance, stored now and then; how many events each sent."""
    waiting = [(name, request) for name in shops if name != "p0" for request in arrivals(name, chance)]
    chance.shuffle(waiting)
    waiting += [("p0", [event]) for event in story("p0")]
    sent = dict.fromkeys(shops, 0)
    for name, request in waiting:
        house.receive({"batch": request}, shop=shops[name])
        sent[name] += len(request)
        if chance.random() < 0.01:
            project_once(house.store, house.journal, max_events=chance.choice((1, 50, 5000)))
        if chance.random() < 0.001:
            house.store.compact()
    house.project()
    return sent


def _state(name: str, shop: Shop, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the lake holds of a permutation, under the names that all permutations share."""
    ids = {event.event_id: event.message_id for entry in shop.entries for event in entry.events}
    mine = [row | {"event_id": ids[row["event_id"]], "subject": row["subject"].replace(name, "p")} for row in rows]
    return sorted(({**row, "source": "p"} for row in mine), key=lambda row: str(row["event_id"]))


def _check(folder: Path, seed: int, turns: int) -> None:
    house, chance = House(folder), random.Random(seed)
    shops = {f"p{number}": Shop(f"p{number}") for number in range(turns + 1)}
    sent = _received(house, shops, chance)
    by_source: dict[str, list[dict[str, Any]]] = {name: [] for name in shops}
    for row in house.rows(COLUMNS):
        by_source[row["source"]].append(row)
    counts = house.counts()
    wanted = _state("p0", shops["p0"], by_source["p0"])
    assert len(wanted) == 14
    parts = _parts(house, "p0")
    assert len(set(parts)) == 3  # u1 and u3 share devices, u2 has a mail, u0 nothing
    for name, shop in shops.items():
        said = f"EMMA_FAULT_SEED={seed}, permutation {name}"
        assert _state(name, shop, by_source[name]) == wanted, said
        assert _parts(house, name) == parts, said
        assert counts[name] == Counts(received=sent[name], accepted=14, duplicate=sent[name] - 14), said
    house.close()


def _parts(house: House, name: str) -> list[int]:
    """Who is one person with whom; what a person is called inside says nothing."""
    persons = house.persons(*(subject.format(name) for subject in SUBJECTS))
    return [persons.index(person) for person in persons]


def test_some_permutations_end_in_the_same_state(tmp_path: Path) -> None:
    _check(tmp_path / "data", SEED, 20)


@pytest.mark.faults
def test_a_thousand_permutations_end_in_the_same_state(tmp_path: Path) -> None:
    _check(tmp_path / "data", SEED, int(os.environ.get("EMMA_FAULT_PERMUTATIONS", "1000")))
