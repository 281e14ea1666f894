"""What changed in what a source sends: known stories, nothing said by chance, the same whatever the order."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.drift import LEARNING, MOST_LOOKED_AT, Drift, changes, fields_seen
from tanteemma.model.events import NO_TIME, LiveEvent
from tanteemma.store.operational.source_fields import Field, StoredField

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Diary:
    """A table of fields kept in memory in the obvious way."""

    def __init__(self) -> None:
        self.rows: dict[Field, StoredField] = {}

    def saw(self, at: datetime, *events: LiveEvent) -> None:
        seen = fields_seen(events)
        for field, count in seen.items():
            old = self.rows.get(field)
            looked = self.rows.get(Field(field.event))
            of = (looked.seen if looked is not None and field.member == "" else 0) + seen[Field(field.event)]
            if field.member:
                of = self.rows[Field(field.event)].seen
            if old is None:
                old = StoredField(len(self.rows), "shop", *field, seen=0, seen_of=0, first_seen=at, last_seen=at)
            self.rows[field] = msgspec.structs.replace(old, seen=old.seen + count, seen_of=of, last_seen=at)

    def told(self, now: datetime) -> list[tuple[str, str, str, str]]:
        return [(one.drift.value, one.event, one.member, one.kind) for one in changes(list(self.rows.values()), now)]


def event(name: str, **properties: object) -> LiveEvent:
    said = msgspec.json.encode(properties).decode()
    return LiveEvent(
        *(b"", b"", "1", "track", name, None, "user:1", (), 0, NO_TIME, 0, None, {}, None, None, None, said, "{}", "{}", ())
    )


def quiet_month() -> tuple[Diary, datetime]:
    diary, at = Diary(), START
    for _ in range(24 * 10):
        diary.saw(at, event("Kauf", Betrag=12.5, Ort="Ulm"), event("Kauf", Betrag=1), event("Suche"))
        at += HOUR
    return diary, at


def test_a_source_that_stays_as_it_is_changes_nothing() -> None:
    diary, at = quiet_month()
    assert diary.told(at) == []


def test_everything_is_usual_on_the_first_day() -> None:
    diary = Diary()
    diary.saw(START, event("Kauf"))
    diary.saw(START + LEARNING, event("Kauf", Betrag=1), event("Suche"))
    assert diary.told(START + LEARNING) == []


def test_a_new_property_and_a_new_event_are_told_once() -> None:
    diary, at = quiet_month()
    diary.saw(at, event("Kauf", Betrag=1, Gutschein="X"), event("Retoure", Grund="passt nicht"))
    assert sorted(diary.told(at)) == [("new", "Kauf", "Gutschein", "text"), ("new", "Retoure", "", "")]


def test_another_kind_of_value_is_told_with_the_kind_before() -> None:
    diary, at = quiet_month()
    diary.saw(at, event("Kauf", Betrag="12,50"))
    (change,) = changes(list(diary.rows.values()), at)
    assert (change.drift, change.kind, change.before, change.since) == (Drift.KIND, "text", ("number",), at)


def test_a_property_that_always_came_is_missed_after_an_hour() -> None:
    diary, at = quiet_month()
    for _ in range(20):
        diary.saw(at, event("Kauf", Ort="Ulm"), event("Kauf", Ort="Ulm"))
        at += timedelta(minutes=10)
    assert ("gone", "Kauf", "Betrag", "number") in diary.told(at)


def test_an_event_that_came_every_hour_is_missed_after_a_day() -> None:
    diary, at = quiet_month()
    for hour in range(48):
        assert (("gone", "Suche", "", "") in diary.told(at)) == (hour > 24)
        diary.saw(at, event("Kauf", Betrag=1, Ort="Ulm"))
        at += HOUR


def test_nothing_is_missed_while_the_whole_source_is_silent() -> None:
    diary, at = quiet_month()
    assert diary.told(at + 90 * DAY) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_property_that_comes_now_and_then_is_not_missed(seed: int) -> None:
    dice, diary, at = random.Random(seed), Diary(), START
    for _ in range(24 * 30):
        more = {"Gutschein": "X"} if dice.random() < 0.05 else {}
        diary.saw(at, event("Kauf", Betrag=1, **more))
        at += HOUR
        assert not [told for told in diary.told(at) if told[0] == "gone"]


def test_who_took_note_is_not_told_again_until_it_happens_again() -> None:
    diary, at = quiet_month()
    diary.saw(at, event("Kauf", Betrag=1, Gutschein="X"))
    (new,) = changes(list(diary.rows.values()), at)
    field = Field("Kauf", "Gutschein", "text")
    assert new.number == diary.rows[field].number
    diary.rows[field] = msgspec.structs.replace(diary.rows[field], noted=at)
    assert diary.told(at) == []


def test_of_each_name_only_so_many_are_looked_at() -> None:
    seen = fields_seen([event("Kauf", n=1)] * 1000 + [event("Suche")])
    assert seen == Counter({Field("Kauf"): MOST_LOOKED_AT, Field("Kauf", "n", "number"): MOST_LOOKED_AT, Field("Suche"): 1})


@given(st.permutations([event("A", x=1), event("A", x="1"), event("B"), event("A", y=[1], z={"a": 1}, w=True, v=None)]))
def test_the_order_within_a_batch_does_not_matter(events: list[LiveEvent]) -> None:
    assert fields_seen(events) == {
        Field("A"): 3,
        Field("B"): 1,
        Field("A", "x", "number"): 1,
        Field("A", "x", "text"): 1,
        Field("A", "y", "list"): 1,
        Field("A", "z", "object"): 1,
        Field("A", "w", "yes_no"): 1,
    }
