"""How fast do events become profiles, how much room do profiles take, how quickly is one read and somebody found?

python -m benchmarks.profiles [--people 1000000] [--rounds 3]
"""

import contextlib
import tempfile
import threading
import time
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa

from benchmarks.alone import measured_alone
from benchmarks.table import Row, Section, at_least, at_most
from benchmarks.timing import Spread, in_turns
from tanteemma.identity.profile.finding import found
from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.ingest.projector import project_once
from tanteemma.model.events import NO_TIME, JournalEntry, LiveEvent
from tanteemma.serve.known_people import KnownPeople
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.intake import Flush
from tanteemma.store.journal import open_journal
from tanteemma.store.operational import people as who_is_who
from tanteemma.store.profiles.kept import KeptFacets
from tanteemma.store.schema import EVENT
from tanteemma.store.timeline import timeline
from tanteemma.store.timeline_shape import Wanted

PER_SECOND: Final = 10_000
BYTES: Final = 2_000
SEARCH_MS: Final = 100.0
PAGE_MS: Final = 100.0
_LIVE: Final = 20_000
_BUSY: Final = 500_000
_CHUNK: Final = 250_000
_EACH: Final = 3
_ZONE: Final = ZoneInfo("Europe/Berlin")
_NOW: Final = datetime(2024, 11, 15, tzinfo=UTC)
_START_US: Final = 1_700_000_000_000_000
_YEAR_US: Final = 365 * 86_400 * 1_000_000
_GIVEN: Final = "Anna Petra Jürgen Klaus Sabine Mehmet Emma Lukas Marie Felix Renate Uwe Karin Ali Sofia Jonas".split()  # noqa: SIM905 - a list of names reads best as words
_FAMILY: Final = "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch".split()  # noqa: SIM905 - as above
_TYPED: Final = ("Schmitt Petra", "mueler anna", "user-{last}", "kunde{last}@example.org", "Hofman")
_NOTE: Final = (
    "People with a name, an address and two more events each. *Live*: events with a customer number, a device and an address "
    "go from the journal through identity into lake and index, and into the profiles, all in one process. "
    "*Search*: five ways of typing carelessly. *Busy*: one customer with half a million events."
)


def _name(one: int) -> str:
    return f"{_GIVEN[one % len(_GIVEN)]} {_FAMILY[one // 7 % len(_FAMILY)]}-{one % 997}"


def _table(first: int, count: int) -> pa.Table:
    """An identify and two contacts for each of these people."""
    dice = np.random.default_rng(first)
    who = np.repeat(np.arange(first, first + count), _EACH)
    events = len(who)
    at = dice.integers(0, _YEAR_US, events) + _START_US
    ids = np.arange(events, dtype=">u8") + first * _EACH + 1
    named = np.arange(events) % _EACH == 0
    traits = [f'{{"name":"{_name(one)}","email":"kunde{one}@example.org"}}' for one in range(first, first + count)]
    columns = {
        "event_id": pa.array([b"\0" * 8 + row.tobytes() for row in ids], pa.binary()),
        "content": pa.array(ids.astype(np.int64)),
        "source": pa.repeat("shop", events),
        "type": pa.array(np.where(named, "identify", "track")),
        "name": pa.array(np.where(named, "Identify", np.where(at % 2, "Bestellung", "Anruf"))),
        "channel": pa.array(np.where(at % 2, "shop", "call_centre")),
        "occurred_at": pa.array(at).cast(EVENT.field("occurred_at").type),
        "received_at": pa.array(at).cast(EVENT.field("received_at").type),
        "ordinal": pa.array(np.arange(events)),
        "subject": pa.array([f"user:user-{one}" for one in who.tolist()]),
        "value": pa.array(dice.integers(1, 200, events)).cast(pa.decimal128(28, 6)),
        "traits": pa.array([traits[place // _EACH] if named[place] else None for place in range(events)], pa.string()),
        "origin": pa.repeat("live", events),
    }
    none = {field.name: pa.nulls(events, field.type) for field in EVENT}
    arrays = [(none | columns)[field.name].cast(field.type) for field in EVENT]
    return pa.table(arrays, schema=EVENT)


def _busy(events: int) -> pa.Table:
    """One customer with very many contacts."""
    table = _table(0, -(-events // _EACH)).slice(0, events)
    ids = pa.array([b"busy0000" + number.to_bytes(8, "big") for number in range(events)], pa.binary())
    table = table.set_column(table.schema.get_field_index("event_id"), EVENT.field("event_id"), ids)
    subject = pa.repeat(pa.scalar("user:busy", pa.string()), events)
    return table.set_column(table.schema.get_field_index("subject"), EVENT.field("subject"), subject)


def section(people: int, rounds: int) -> Section:
    """Everything in one data folder on disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = DataFolder.create(Path(name))
        with Store.open(folder, write=True, now=lambda: _NOW) as store, KeptFacets(folder.profiles_db, write=True) as kept:
            keeper = ProfileKeeper(store, kept, _ZONE, lambda: _NOW)
            for position, first in enumerate(range(0, people, _CHUNK)):
                table = _table(first, min(_CHUNK, people - first))
                store.commit(Flush("sample", position, "shop", table, [], table.num_rows))
            store.commit(Flush("sample", people, "shop", _busy(_BUSY), [], _BUSY))
            store.compact()
            rows = [_filled(keeper, kept, folder, people)]
            rows += [_searched(kept, people, rounds), *_read(store, kept, people, rounds)]
            store.followers.append(keeper.follow)
            rows.append(_lived(store, folder, keeper, rounds))
    return Section("Profiles of customers", tuple(rows), _NOTE)


def _filled(keeper: ProfileKeeper, kept: KeptFacets, folder: DataFolder, people: int) -> Row:
    began = time.perf_counter()
    keeper.complete_now()
    taken = time.perf_counter() - began
    size = sum(path.stat().st_size for path in folder.profiles_db.parent.glob("profiles.db*"))
    goal, reached = at_most(BYTES, size / people, "bytes a profile")
    speed = (people * _EACH + _BUSY) / taken
    said = f"{size / people:,.0f} bytes a profile; gathered at {speed:,.0f} events/s"
    return Row(f"{kept.count:,} profiles on disk", said, "", goal, reached)


def _searched(kept: KeptFacets, people: int, rounds: int) -> Row:
    typed = [text.format(last=people - 7) for text in _TYPED]
    assert all(found(kept, text, 50) for text in typed)  # noqa: S101 - a search that finds nobody is quick
    taken = in_turns({text: lambda text=text: _times(lambda: found(kept, text, 50)) for text in typed}, rounds)  # type: ignore[misc]  # each its own
    slowest = max((Spread.of(one) for one in taken.values()), key=lambda one: one.middle)
    goal, reached = at_most(SEARCH_MS, slowest.middle * 1e3, "ms")
    return Row(f"search over {people:,} people, the slowest of {len(typed)}", slowest.said("ms", 1, 1e3), "", goal, reached)


def _times(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]  # what was given
    return time.perf_counter() - began


def _read(store: Store, kept: KeptFacets, people: int, rounds: int) -> list[Row]:
    known = KnownPeople(store.operational, kept, _ZONE, lambda: _NOW)

    def profiles() -> float:
        began = time.perf_counter()
        for number in range(200):
            known.profile(known.person(f"user:user-{number * 31 % people}"))
        return (time.perf_counter() - began) / 200

    def page() -> float:
        began = time.perf_counter()
        busy = known.person("user:busy")
        known.profile(busy)
        with store.snapshot() as snapshot:
            timeline(snapshot, [who_is_who.own_person("user:busy").hex()], Wanted(most=40))
        return time.perf_counter() - began

    taken = in_turns({"profile": profiles, "page": page}, rounds)
    profile, whole = Spread.of(taken["profile"]), Spread.of(taken["page"])
    goal, reached = at_most(PAGE_MS, whole.middle * 1e3, "ms")
    return [
        Row("read one profile", profile.said("ms", 2, 1e3)),
        Row(f"profile and newest events of one customer with {_BUSY:,} events", whole.said("ms", 1, 1e3), "", goal, reached),
    ]


def _lived(store: Store, folder: DataFolder, keeper: ProfileKeeper, rounds: int) -> Row:
    """Journal to lake, index, identity and profiles: until the last event is in its profile."""
    thread = threading.Thread(target=keeper.run)
    thread.start()
    speeds = []
    with contextlib.closing(open_journal(folder)) as journal:
        for turn in range(max(rounds, 2)):
            journal.append([_entry(turn, part) for part in range(_LIVE // 500)])
            began = time.perf_counter()
            while (done := project_once(store, journal)) is not None:
                keeper.reached(done.position)
            keeper.gather([f"user:live-{turn}-{_LIVE - 1}"])
            keeper.catch_up()
            speeds.append(_LIVE / (time.perf_counter() - began))
    keeper.stop()
    thread.join()
    found_speed = Spread.of(speeds)
    goal, reached = at_least(PER_SECOND, found_speed.middle, "events/s")
    return Row("live events into lake, index, identity and profiles", found_speed.said("events/s"), "", goal, reached)


def _entry(turn: int, part: int) -> JournalEntry:
    events = tuple(_event(turn, part * 500 + number) for number in range(500))
    return JournalEntry("shop", _START_US + _YEAR_US, events, (), 0, 0)


def _event(turn: int, number: int) -> LiveEvent:
    message = f"live-{turn}-{number}"
    told = blake2b(message.encode(), digest_size=16).digest()
    who = number // 2
    return LiveEvent(
        event_id=told,
        content=told[:8],
        message_id=message,
        type="track",
        name="Bestellung" if number % 2 else "Anruf",
        channel="shop",
        subject=f"user:live-{turn}-{who}",
        links=(f"anon:live-{turn}-{who}", f"mail:live{turn}x{who}@example.org"),
        occurred_us=_START_US + number * 1_000,
        sent_us=NO_TIME,
        ordinal=number,
        original_time=None,
        keys={"order": f"B-{turn}-{number}"},
        purpose=None,
        value="19.90",
        currency="EUR",
        properties=msgspec.json.encode({"product_group": "Pfannen"}).decode(),
        traits="",
        context="",
        flags=(),
    )


if __name__ == "__main__":
    measured_alone(section, __doc__)
