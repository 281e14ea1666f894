"""What is here? Counts, sources, days, scores and comments for the pages, each read from one pinned state."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.serve.pages.views import CommentRow, DayCount, DefinitionChoice, Imported, ScoreRow, SourceShare
from tanteemma.serve.worker.asked import Asked, Watched
from tanteemma.serve.worker.conditions import known_properties
from tanteemma.serve.worker.documents import Fresh, Overviewed
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, AskFreshness, Overview
from tanteemma.serve.worker.sample import is_loaded, is_loading
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.operational import quarantine
from tanteemma.store.snapshot import Snapshot

_SOURCES: Final = """
SELECT source, origin LIKE 'file:%' AS from_file, origin = 'sample' AS from_sample, count(*) AS events,
       epoch_us(min(occurred_at)) AS first_us, epoch_us(max(occurred_at)) AS last_us, epoch_us(max(received_at)) AS received_us
FROM events GROUP BY ALL ORDER BY events DESC, source
"""
_HOURS: Final = """
SELECT epoch_us(occurred_at) // 3600000000 AS hour, count(*) AS events
FROM events WHERE epoch_us(occurred_at) >= $since_us GROUP BY hour
"""
_NAMED: Final = "SELECT count(*) AS named FROM (SELECT 1 FROM events WHERE subject NOT LIKE 'event:%' LIMIT 1)"
_SCORES: Final = """
SELECT name, json_extract_string(properties, '$."$score".metric') AS metric,
       CAST(json_extract_string(properties, '$."$score".best') AS DOUBLE) AS best,
       CAST(json_extract_string(properties, '$."$score".low') AS DOUBLE) AS low,
       CAST(json_extract_string(properties, '$."$score".high') AS DOUBLE) AS high,
       count(value) AS n, avg(value) AS mean, stddev_samp(value) AS spread,
       count(json_extract_string(properties, '$."$comment"')) AS comments
FROM (SELECT name, properties, TRY_CAST(json_extract_string(properties, '$."$score".value') AS DOUBLE) AS value
      FROM events WHERE properties LIKE '%"$score"%')
WHERE value IS NOT NULL GROUP BY ALL ORDER BY n DESC, name LIMIT 20
"""
_COMMENTS: Final = """
SELECT name, epoch_us(occurred_at) AS at_us, json_extract_string(properties, '$."$comment"') AS text,
       TRY_CAST(json_extract_string(properties, '$."$score".value') AS DOUBLE) AS score
FROM events WHERE properties LIKE '%"$comment"%' ORDER BY occurred_at DESC, ordinal DESC LIMIT 8
"""
_DAYS_SHOWN: Final = 60
_DAY_US: Final = 86_400_000_000
_INTERVAL: Final = 1.96
_STALE_DAYS: Final = 7


def overview(house: House, message: Overview, asked: Asked) -> Answered:
    """Everything the start page and the filter bar show, kept until something changes."""
    question = msgspec.msgpack.encode(message)
    with house.readers.pinned() as snapshot:
        known = house.answers.get(question, snapshot.version)
        if known is not None:
            return known
        found = _nothing(house, snapshot) if not snapshot.events else _overview(house, snapshot, message.journey, asked)
        return house.answers.keep(question, snapshot.version, msgspec.json.encode(found))


def freshness(house: House, _message: AskFreshness, _asked: Asked) -> Answered:
    """How much is there and how new? Cheap: asked by every open page every few seconds."""
    with house.readers.pinned() as snapshot:
        newest = house.lag.newest_us
        moment = None if newest is None else _moment(newest)
        fresh = Fresh(snapshot.events, moment, sample=is_loaded(house), sample_loading=is_loading(house))
        return Answered(body=msgspec.json.encode(fresh), version=snapshot.version)


def newest_received(snapshot: Snapshot) -> int | None:
    """When the newest event was received, in microseconds; None without events."""
    if not snapshot.events:
        return None
    found = snapshot.rows("SELECT epoch_us(max(received_at)) AS newest FROM events").to_pylist()[0]["newest"]
    return None if found is None else int(found)


def _nothing(house: House, snapshot: Snapshot) -> Overviewed:
    return Overviewed(quarantined=_quarantined(house), definitions=_definitions(snapshot))


def _overview(house: House, snapshot: Snapshot, journey: str | None, asked: Asked) -> Overviewed:
    rows = snapshot.rows(_SOURCES).to_pylist()
    asked.check()
    definition = snapshot.definition(journey)
    watched = Watched(snapshot, asked)
    counted = journeys.ask_durations(watched, definition)
    named = snapshot.rows(_NAMED).to_pylist()[0]["named"]
    persons = journeys.ask_reach(watched, WHOLE_LIFE).persons if named else None
    last_us = max(row["last_us"] for row in rows)
    now = datetime.now(UTC)
    return Overviewed(
        imported=Imported(
            events=snapshot.events,
            journeys=counted.journeys,
            persons=persons,
            first_at=_moment(min(row["first_us"] for row in rows)),
            last_at=_moment(last_us),
            sources=tuple(_source(row, now) for row in rows),
        ),
        days=_days(snapshot, last_us, house.settings.zone),
        scores=_scores(snapshot),
        comments=_comments(snapshot),
        quarantined=_quarantined(house),
        sample=any(row["from_sample"] for row in rows),
        newest_received_at=_moment(max(row["received_us"] for row in rows)),
        touchpoints=tuple(sorted(set(snapshot.touchpoints().names))),
        channels=tuple(sorted(snapshot.touchpoints().channels)),
        facts=known_properties(snapshot),
        definitions=_definitions(snapshot),
    )


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _source(row: dict[str, int | str | bool], now: datetime) -> SourceShare:
    kind = "sample" if row["from_sample"] else "file" if row["from_file"] else "live"
    received = _moment(int(row["received_us"]))
    return SourceShare(
        name=str(row["source"]),
        kind=kind,
        events=int(row["events"]),
        newest_event_at=_moment(int(row["last_us"])),
        newest_received_at=received,
        stale=kind == "live" and now - received > timedelta(days=_STALE_DAYS),
    )


def _days(snapshot: Snapshot, last_us: int, zone: ZoneInfo) -> tuple[DayCount, ...]:
    """Events per day of the company's time zone, the last sixty days that have any; an empty day counts zero."""
    last = _moment(last_us).astimezone(zone).date()
    first = last - timedelta(days=_DAYS_SHOWN - 1)
    hours = snapshot.rows(_HOURS, {"since_us": last_us - (_DAYS_SHOWN + 1) * _DAY_US}).to_pylist()
    found: Counter[date] = Counter()
    for row in hours:
        day = _moment(int(row["hour"]) * 3_600_000_000).astimezone(zone).date()
        if day >= first:
            found[day] += row["events"]
    start = min(found, default=last)
    return tuple(DayCount(day=day, events=found[day]) for day in _each_day(start, last))


def _each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def _scores(snapshot: Snapshot) -> tuple[ScoreRow, ...]:
    found = []
    for row in snapshot.rows(_SCORES).to_pylist():
        best = row["best"] if row["best"] is not None else row["high"]
        if best is None or row["low"] is None or row["high"] is None:
            continue
        half = _INTERVAL * row["spread"] / sqrt(row["n"]) if row["n"] > 1 and row["spread"] is not None else None
        found.append(
            ScoreRow(
                touchpoint=row["name"],
                metric=row["metric"] or "",
                n=row["n"],
                mean=row["mean"],
                best=best,
                worst=row["low"] if best == row["high"] else row["high"],
                low=None if half is None else max(row["mean"] - half, row["low"]),
                high=None if half is None else min(row["mean"] + half, row["high"]),
                comments=row["comments"],
            )
        )
    return tuple(found)


def _comments(snapshot: Snapshot) -> tuple[CommentRow, ...]:
    return tuple(
        CommentRow(touchpoint=row["name"], at=_moment(row["at_us"]), text=row["text"], score=row["score"])
        for row in snapshot.rows(_COMMENTS).to_pylist()
        if row["text"]
    )


def _quarantined(house: House) -> int:
    with house.operational.read() as tx:
        return quarantine.count(tx, quarantine.Filter())


def _definitions(snapshot: Snapshot) -> tuple[DefinitionChoice, ...]:
    return tuple(msgspec.convert(one, DefinitionChoice, from_attributes=True) for one in snapshot.definitions())
