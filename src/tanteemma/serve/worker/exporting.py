"""The events as a file that every spreadsheet opens."""

import csv
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.bad_rows import guarded
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, ExportEvents

_COLUMNS: Final = ("time", "touchpoint", "channel", "person", "source", "origin", "value", "currency", "keys", "properties")
_EVENTS: Final = """
SELECT strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%fZ') AS time, name AS touchpoint, channel, subject AS person, source, origin,
       CAST(value AS VARCHAR) AS value, currency, CAST(keys AS VARCHAR) AS keys, properties
FROM events WHERE epoch_us(occurred_at) >= $from_us AND epoch_us(occurred_at) < $to_us ORDER BY occurred_at, ordinal, event_id
"""
_SPAN: Final = "SELECT epoch_us(min(occurred_at)) AS first, epoch_us(max(occurred_at)) AS last FROM events"
#: about as many rows are held at once
_ROWS_AT_ONCE: Final = 200_000


def export_events(house: House, message: ExportEvents, asked: Asked) -> Answered:
    """Every event in the order of time, written piece by piece so that memory does not grow with them."""
    written = 0
    with house.readers.pinned() as snapshot, Path(message.path).open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(_COLUMNS)
        if snapshot.events:
            span = snapshot.rows(_SPAN).to_pylist()[0]
            pieces = max(1, -(-snapshot.events // _ROWS_AT_ONCE))
            step = (span["last"] - span["first"]) // pieces + 1
            for start in range(span["first"], span["last"] + 1, step):
                asked.check()
                for row in snapshot.rows(_EVENTS, {"from_us": start, "to_us": start + step}).to_pylist():
                    out.writerow([guarded(row[name] or "") for name in _COLUMNS])
                    written += 1
    return Answered(body=msgspec.json.encode({"rows": written}))
