"""The views that people ask in SQL of their own: their names and columns stay as they are from release to release."""

from collections.abc import Container, Iterator
from typing import Final

EVENTS: Final = "emma_events"
JOURNEYS: Final = "emma_journeys"
DAILY: Final = "emma_metrics_daily"
#: What stands ready to be asked.
VIEWS: Final = (EVENTS, JOURNEYS, DAILY)
#: Tables that are handed in: subjects that belong to another person than at the last compaction, and the scores of each day.
JOINED: Final = "joined"
SCORES: Final = "scores_of_days"

_EVENTS: Final = f"""
CREATE VIEW {EVENTS} AS
SELECT lower(hex(e.event_id)) AS event_id, e.occurred_at, e.received_at, e.stored_at,
       e.name AS touchpoint, e.channel, e.source, e.type,
       CASE WHEN e.subject IS NOT NULL THEN lower(hex(coalesce(j.person, e.person))) END AS person, e.subject, e.keys,
       e.value, e.currency,
       json_extract_string(e.properties, '/$score/metric') AS score_metric,
       TRY_CAST(json_extract_string(e.properties, '/$score/value') AS DOUBLE) AS score,
       TRY_CAST(json_extract_string(e.properties, '/$score/low') AS DOUBLE) AS score_low,
       TRY_CAST(json_extract_string(e.properties, '/$score/high') AS DOUBLE) AS score_high,
       e.purpose, e.origin, e.properties
FROM events e LEFT JOIN {JOINED} j ON j.subject = e.subject
"""  # noqa: S608 - names of our own

_DAILY: Final = """
CREATE VIEW {daily} AS
SELECT day, metric, value, n, low, high, unit FROM {scores}
UNION ALL
SELECT CAST(occurred_at AT TIME ZONE '{zone}' AS DATE), 'events', count(*), count(*), NULL, NULL, 'count'
FROM {events} GROUP BY 1
UNION ALL
SELECT CAST(occurred_at AT TIME ZONE '{zone}' AS DATE), 'persons',
       count(DISTINCT person), count(DISTINCT person), NULL, NULL, 'count'
FROM {events} WHERE person IS NOT NULL GROUP BY 1
UNION ALL
SELECT CAST(started_at AT TIME ZONE '{zone}' AS DATE), 'journeys_started', count(*), count(*), NULL, NULL, 'count'
FROM {journeys} WHERE is_default GROUP BY 1
"""


def needed(names: Container[str]) -> tuple[str, ...]:
    """The tables that must be handed in so that these views can be asked."""
    found = [JOINED]
    found += [JOURNEYS] if JOURNEYS in names or DAILY in names else []
    found += [SCORES] if DAILY in names else []
    return tuple(found)


def shared_views(tables: Container[str], zone: str) -> Iterator[str]:
    """The statements that make the views out of ``events`` and the tables there are."""
    yield _EVENTS
    if SCORES in tables:
        yield _DAILY.format(daily=DAILY, scores=SCORES, events=EVENTS, journeys=JOURNEYS, zone=zone)
