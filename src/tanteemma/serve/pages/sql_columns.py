"""The columns of the views for reports, with their types: what the page and the docs list, and a test holds to be true.

They only ever grow: a column that is there stays, under its name, with its type and its meaning.
"""

from typing import Final

VIEWS: Final[dict[str, dict[str, str]]] = {
    "emma_events": {
        "event_id": "VARCHAR",
        "occurred_at": "TIMESTAMP WITH TIME ZONE",
        "received_at": "TIMESTAMP WITH TIME ZONE",
        "stored_at": "TIMESTAMP WITH TIME ZONE",
        "touchpoint": "VARCHAR",
        "channel": "VARCHAR",
        "source": "VARCHAR",
        "type": "VARCHAR",
        "person": "VARCHAR",
        "subject": "VARCHAR",
        "keys": "MAP(VARCHAR, VARCHAR)",
        "value": "DECIMAL(28,6)",
        "currency": "VARCHAR",
        "score_metric": "VARCHAR",
        "score": "DOUBLE",
        "score_low": "DOUBLE",
        "score_high": "DOUBLE",
        "purpose": "VARCHAR",
        "origin": "VARCHAR",
        "properties": "VARCHAR",
    },
    "emma_journeys": {
        "definition": "VARCHAR",
        "is_default": "BOOLEAN",
        "journey_id": "VARCHAR",
        "journey_case": "VARCHAR",
        "person": "VARCHAR",
        "started_at": "TIMESTAMP WITH TIME ZONE",
        "ended_at": "TIMESTAMP WITH TIME ZONE",
        "seconds": "DOUBLE",
        "events": "BIGINT",
        "first_touchpoint": "VARCHAR",
        "last_touchpoint": "VARCHAR",
        "touchpoints": "VARCHAR[]",
    },
    "emma_metrics_daily": {
        "day": "DATE",
        "metric": "VARCHAR",
        "value": "DOUBLE",
        "n": "BIGINT",
        "low": "DOUBLE",
        "high": "DOUBLE",
        "unit": "VARCHAR",
    },
}
