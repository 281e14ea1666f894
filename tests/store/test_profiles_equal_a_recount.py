"""What is kept of a subject equals what is gathered anew from all of its events, at every moment and whatever happened."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from tanteemma.identity.profile import filling, keeping
from tanteemma.identity.profile.facet import Facet, joined, packed, unpacked
from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.identity.profile.reading import gathered
from tanteemma.identity.profile.words import words_of
from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import key_of
from tanteemma.store.house import Store
from tanteemma.store.profiles.kept import COMPLETE, KeptFacets
from tests.store.made_events import Made, flush_of, table_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NOW_US = int(NOW.timestamp() * 1_000_000)
GROUPS = '{"$groups":{"company":"acme","household":"7"}}'
SUBJECTS = [f"user:{number}" for number in range(12)] + ["mail:anna@example.de", "anon:x"]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Store, ProfileKeeper, KeptFacets]]:
    folder = DataFolder.create(path)
    with Store.open(folder, write=True) as store, KeptFacets(folder.profiles_db, write=True) as kept:
        keeper = ProfileKeeper(store, kept, BERLIN, lambda: NOW)
        store.followers.append(keeper.follow)
        yield store, keeper, kept


def _recount(events: list[Made]) -> dict[str, Facet]:
    return gathered(table_of(events), BERLIN, NOW) if events else {}


def _agree(kept: KeptFacets, events: list[Made], *, whole: bool) -> None:
    expected = _recount(events)
    rows = kept.get([key_of(subject) for subject in SUBJECTS])
    if whole:
        assert {row.subject for row in rows.values() if row.last_us} == set(expected)
    for row in rows.values():
        facet = expected.get(row.subject, Facet())
        assert unpacked(row.body) == facet, row.subject
        for word in words_of(row.subject, facet):
            assert kept.how_many(word, 100) >= 1
    by_word = {row.subject for row in kept.rows_with([["i:b7"]], 100)}
    if whole:
        assert by_word == {subject for subject, facet in expected.items() if "order\x1fB-7" in facet.things}


class _World:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.events: list[Made] = []
        self.number = 0

    def more(self, most: int, origin: str = "live") -> list[Made]:
        new = []
        for _ in range(self.dice.randrange(1, most)):
            self.number += 1
            mark = self.dice.randrange(11)
            score = f'{{"$score":{{"value":{mark},"low":0,"high":10,"best":10}},"$comment":"so lala"}}'
            new.append(
                Made(
                    self.number,
                    self.dice.choice([*SUBJECTS, None]),
                    self.dice.choice(["B-7", "B-8", None]),
                    self.dice.choice("ABCDE"),
                    NOW_US - self.dice.randrange(200 * 86_400) * 1_000_000,
                    self.dice.randrange(3),
                    channel=self.dice.choice(["web", "call", None]),
                    properties=self.dice.choice(
                        [None, score, '{"product_group":"Pfannen","promised_delivery":"2026-11-01"}', GROUPS]
                    ),
                    origin=origin,
                )
            )
        self.events += new
        return new


@pytest.mark.parametrize("seed", range(8))
def test_every_kept_facet_equals_a_recount_at_every_moment(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LARGE", 25)
    monkeypatch.setattr(keeping, "_QUIET_S", 0.0)
    monkeypatch.setattr(filling, "ROWS", 20)
    world, position = _World(seed), 0
    for _ in range(3):
        with _opened(tmp_path) as (store, keeper, kept):
            keeper.begin()
            for _ in range(12):
                turn = world.dice.random()
                if turn < 0.55:
                    store.commit(flush_of(position, world.more(40 if turn < 0.1 else 15)))
                    position += 1
                elif turn < 0.65:
                    store.compact()
                elif turn < 0.75:
                    keeper.gather(world.dice.sample(SUBJECTS, 3))
                else:
                    keeper.step()
                if world.dice.random() < 0.6:
                    keeper.catch_up()
                    _agree(kept, world.events, whole=kept.note(COMPLETE) is not None)
            if world.dice.random() < 0.5:
                keeper.complete_now()
                _agree(kept, world.events, whole=True)
            # else it ends as by kill -9: what was not added yet is not
    with _opened(tmp_path) as (_, keeper, kept):
        keeper.complete_now()
        _agree(kept, world.events, whole=True)


def test_an_import_taken_back_is_in_no_profile(tmp_path: Path) -> None:
    world = _World(3)
    with _opened(tmp_path) as (store, keeper, kept):
        keeper.begin()
        stays = world.more(60)
        store.commit(flush_of(0, stays))
        store.commit(flush_of(1, world.more(60, origin="file:1"), app="import:1"))
        keeper.complete_now()
        _agree(kept, world.events, whole=True)
        with keeper.held():
            store.forget_origin("file:1")
            keeper.start_anew()
        keeper.complete_now()
        _agree(kept, stays, whole=True)


def test_whoever_is_forgotten_leaves_no_byte(tmp_path: Path) -> None:
    named = [Made(1, "mail:kanarienvogel@example.de", "B-4711", "A", NOW_US), Made(2, "user:1", "B-1", "A", NOW_US)]
    with _opened(tmp_path) as (store, keeper, kept):
        keeper.begin()
        store.commit(flush_of(0, named))
        keeper.complete_now()
        assert kept.alike(["kan", "ana", "nar"], 5) == ["kanarienvogel"]
        with keeper.held():
            assert keeper.forget(["mail:kanarienvogel@example.de"]) == 1
        assert kept.count == 1
        assert kept.alike(["kan", "ana", "nar"], 5) == []
    written = b"".join(path.read_bytes() for path in tmp_path.glob("profiles.db*"))
    assert b"B-1" in written
    assert b"kanarienvogel" not in written
    assert b"4711" not in written


@pytest.mark.parametrize("seed", range(20))
def test_facets_joined_in_any_order_and_grouping_are_the_facet_of_all(seed: int) -> None:
    world = _World(seed)
    events = [event for event in world.more(80) if event.subject]
    same = [Made(**{**{name: getattr(one, name) for name in one.__slots__}, "subject": "user:1"}) for one in events]
    whole = _recount(same)["user:1"]
    world.dice.shuffle(events)
    parts = list(_recount(events).values())
    world.dice.shuffle(parts)
    assert joined(parts) == whole
    assert unpacked(packed(whole)) == whole


def test_nothing_is_gathered_from_a_table_without_people() -> None:
    nobody = table_of([Made(1, None, "B-1", "A", NOW_US)])
    assert gathered(nobody, BERLIN, NOW) == {}
    assert gathered(pa.table(nobody.schema.empty_table()), BERLIN, NOW) == {}
