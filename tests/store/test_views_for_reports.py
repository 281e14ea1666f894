"""SQL that people write: views whose columns stay, the people of today, nobody who was erased, and limits that hold."""

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.sql_columns import VIEWS
from tanteemma.store.asked_in_sql import SCORES_OF_DAYS, Limits, Made, Written, asked
from tanteemma.store.erasing import erase
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.listing import describe
from tanteemma.store.operational.people import changed_since
from tests.store.made_events import Made as Event
from tests.store.made_events import flush_of

LIMITS: Final = Limits(30.0, 256 << 20)
#: a list of a thousand million numbers, which the engine neither counts nor can be stopped at
TOO_LARGE: Final = "SELECT count(*) FROM (SELECT unnest(range(1000000000)) AS a)"
TOO_SLOW: Final = "SELECT count(*) FROM range_of_ten a, range_of_ten b, range_of_ten c, range_of_ten d, range_of_ten e"


def ask(store: Store, question: str, limits: Limits = LIMITS, **values: Any) -> list[dict[str, Any]]:
    with store.operational.read() as tx:
        joined = changed_since(tx, -1)
    row = {"day": date(2026, 1, 2), "metric": "nps", "value": 50.0, "n": 8, "unit": "points"}
    scores = pa.Table.from_pylist([row], SCORES_OF_DAYS)
    made = Made(joined, lambda: scores)
    with store.snapshot() as snapshot, asked(snapshot, Written(question, values, "Europe/Berlin"), limits, made) as answer:
        batches = list(answer.batches())
        rows: list[dict[str, Any]] = pa.Table.from_batches(batches, schema=answer.schema).to_pylist()
        return rows


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    day = 86_400_000_000
    score = {"$score": {"metric": "nps", "value": 9, "low": 0, "high": 10}}
    events = [
        Event(1, "user:1", "a", "Kauf", 1 * day, channel="web", properties=json.dumps({"Land": "AT"})),
        Event(2, "user:1", "a", "Anruf", 2 * day),
        Event(3, "user:2", "b", "Kauf", 3 * day - 1, channel="web"),
        Event(
            4,
            None,
            "b",
            "Umfrage",
            4 * day,
            properties=json.dumps(score),
        ),
    ]
    fresh = [Event(5, "user:3", "c", "Kauf", 5 * day), Event(6, "user:2", None, "Besuch", 6 * day)]
    with Store.open(DataFolder.create(tmp_path / "data"), write=True) as opened:
        opened.ensure_case_definition("order")
        opened.commit(flush_of(0, events))
        opened.compact()
        opened.commit(flush_of(1, fresh))
        yield opened


def test_columns_are_those_that_were_promised(store: Store) -> None:
    for view, columns in VIEWS.items():
        types = ", ".join(f"typeof({name}) AS {name}" for name in columns)
        kinds = ask(store, f"SELECT {types} FROM {view} LIMIT 1")  # noqa: S608 - names of our own
        assert kinds == [columns]
        everything = ask(store, f"SELECT * FROM {view} LIMIT 1")  # noqa: S608 - as above
        assert list(everything[0]) == list(columns)


def test_events_of_files_old_and_new_are_there_with_what_they_say(store: Store) -> None:
    rows = ask(store, "SELECT * FROM emma_events ORDER BY occurred_at")
    assert [row["touchpoint"] for row in rows] == ["Kauf", "Anruf", "Kauf", "Umfrage", "Kauf", "Besuch"]
    assert [row["channel"] for row in rows] == ["web", None, "web", None, None, None]
    assert (rows[3]["score_metric"], rows[3]["score"], rows[3]["score_low"], rows[3]["score_high"]) == ("nps", 9.0, 0.0, 10.0)
    assert rows[3]["person"] is None
    assert ask(store, "SELECT keys['order'] AS o FROM emma_events WHERE properties->>'Land' = $land", land="AT") == [{"o": "a"}]


def test_people_are_those_of_today(store: Store) -> None:
    persons = "SELECT count(DISTINCT person) AS n FROM emma_events"
    assert ask(store, persons) == [{"n": 3}]
    store.link([("user:1", "user:3")])
    assert ask(store, persons) == [{"n": 2}]
    by_view = "SELECT person FROM emma_journeys WHERE definition = 'person' AND person IS NOT NULL ORDER BY 1"
    from_events = "SELECT DISTINCT person FROM emma_events WHERE person IS NOT NULL ORDER BY 1"
    assert ask(store, by_view) == ask(store, from_events)


def test_journeys_are_those_of_the_kernels(store: Store) -> None:
    store.define(JourneyDefinition("Besuch", "visit", gap_s=3600.0))
    with store.snapshot() as snapshot:
        for definition in snapshot.definitions():
            rows = ask(store, "SELECT * FROM emma_journeys WHERE definition = $name ORDER BY journey_id", name=definition.name)
            picks = [
                (part.arrays.part, journey)
                for part in snapshot.parts(definition)
                for journey in range(part.arrays.journeys)
                if part.counts is None or part.counts[journey]
            ]
            told = sorted(describe(snapshot, definition, picks, 1_000), key=lambda one: one.id)
            assert [row["journey_id"] for row in rows] == [one.id for one in told]
            for row, one in zip(rows, told, strict=True):
                assert tuple(row["touchpoints"]) == one.steps
                assert (row["first_touchpoint"], row["last_touchpoint"]) == (one.steps[0], one.steps[-1])
                assert (row["events"], row["seconds"], row["journey_case"]) == (one.events, one.seconds, one.case)
                assert (row["started_at"], row["ended_at"]) == (one.started_at, one.ended_at)
                assert row["is_default"] == (definition == snapshot.default_definition())


def test_days_are_those_of_the_company(store: Store) -> None:
    rows = ask(store, "SELECT CAST(day AS VARCHAR) AS day, value FROM emma_metrics_daily WHERE metric = 'events' ORDER BY day")
    assert rows[2] == {"day": "1970-01-04", "value": 1.0}, "a microsecond before midnight in UTC is another day in Berlin"
    assert ask(store, "SELECT value, n FROM emma_metrics_daily WHERE metric = 'nps'") == [{"value": 50.0, "n": 8}]
    started = ask(store, "SELECT sum(n) AS n FROM emma_metrics_daily WHERE metric = 'journeys_started'")
    assert started == ask(store, "SELECT count(*) AS n FROM emma_journeys WHERE is_default")


def test_who_was_erased_is_in_no_view(store: Store) -> None:
    erase(store, ["user:2"])
    assert ask(store, "SELECT count(*) AS n FROM emma_events WHERE subject = 'user:2'") == [{"n": 0}]
    assert ask(store, "SELECT count(DISTINCT person) AS n FROM emma_events") == [{"n": 2}]
    assert ask(store, "SELECT count(*) AS n FROM emma_journeys WHERE definition = 'person' AND person IS NOT NULL") == [
        {"n": 2}
    ]


def test_a_folder_without_events_has_empty_views(tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path / "data"), write=True) as empty:
        for view in ("emma_events", "emma_journeys"):
            assert ask(empty, f"SELECT count(*) AS n FROM {view}") == [{"n": 0}]  # noqa: S608 - names of our own
        assert [row["metric"] for row in ask(empty, "SELECT metric FROM emma_metrics_daily")] == ["nps"]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("SELECT * FROM events", ProblemCode.NOT_ONE_SELECT),
        ("SELECT * FROM read_csv('/etc/passwd')", ProblemCode.NOT_ONE_SELECT),
        ("COPY (SELECT 1) TO '/tmp/x'", ProblemCode.NOT_ONE_SELECT),
        ("SELECT 1; SELECT 2", ProblemCode.NOT_ONE_SELECT),
        ("SELEC 1", ProblemCode.SQL_INVALID),
        ("SELECT nope FROM emma_events", ProblemCode.SQL_INVALID),
        ("SELECT count(*) FROM emma_events WHERE channel = $absent", ProblemCode.SQL_INVALID),
        ("SELECT CAST(touchpoint AS INTEGER) FROM emma_events", ProblemCode.SQL_INVALID),
        (TOO_LARGE, ProblemCode.SQL_TOO_LARGE),
        ("SELECT repeat('x', 100000000) FROM emma_events", ProblemCode.SQL_TOO_LARGE),
    ],
)
def test_what_cannot_be_answered_is_refused_plainly(store: Store, question: str, code: ProblemCode) -> None:
    with pytest.raises(Problem) as caught:
        ask(store, question)
    assert caught.value.code is code
    assert _children() == []


def test_what_takes_too_long_is_ended_and_leaves_nobody(store: Store) -> None:
    slow = f"WITH range_of_ten AS (SELECT unnest(range(2000)) AS n) {TOO_SLOW}"
    began = time.monotonic()
    with pytest.raises(Problem) as caught:
        ask(store, slow, Limits(1.0, 256 << 20))
    assert caught.value.code is ProblemCode.QUESTION_TOO_SLOW
    assert time.monotonic() - began < 10
    assert _children() == []


def test_who_goes_away_ends_it(store: Store) -> None:
    class GoneError(Exception):
        pass

    def check() -> None:
        raise GoneError

    slow = f"WITH range_of_ten AS (SELECT unnest(range(2000)) AS n) {TOO_SLOW}"
    made = Made({}, SCORES_OF_DAYS.empty_table)
    with (
        store.snapshot() as snapshot,
        pytest.raises(GoneError),
        asked(snapshot, Written(slow, {}, "UTC"), LIMITS, made, check) as answer,
    ):
        list(answer.batches())
    assert _children() == []


def test_only_as_many_rows_as_wanted(store: Store) -> None:
    with store.operational.read() as tx:
        made = Made(changed_since(tx, -1), SCORES_OF_DAYS.empty_table)
    for most, more in ((4, True), (6, False), (7, False)):
        question = Written("SELECT event_id FROM emma_events", {}, "UTC")
        limits = Limits(30.0, 256 << 20, most)
        with store.snapshot() as snapshot, asked(snapshot, question, limits, made) as answer:
            rows = sum(batch.num_rows for batch in answer.batches())
            assert (rows, answer.done.rows, answer.done.more) == (min(most, 6), min(most, 6), more)


def _children() -> list[str]:
    """Questions of this process that still run."""
    own = Path("/proc/self/task").glob("*/children")
    numbers = " ".join(one.read_text() for one in own).split()
    return [number for number in numbers if b"sandbox" in Path(f"/proc/{number}/cmdline").read_bytes()]
