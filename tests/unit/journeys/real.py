"""Real event logs read into buckets, by a reader of a few lines (the product's own is tested elsewhere)."""

import csv
import gzip
import html
import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from tanteemma.model.arrays import Touchpoints
from tests.unit.journeys.buckets import Buckets, RawJourney

_EVENT = re.compile(r"<event>(.*?)</event>", re.DOTALL)
_NAME = re.compile(r'key="concept:name" value="([^"]*)"')
_TIME = re.compile(r'key="time:timestamp" value="([^"]*)"')
_BUCKETS = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = tuple[str, str, datetime]


def _text(path: Path) -> str:
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()


def xes_rows(path: Path) -> Iterator[Row]:
    for number, trace in enumerate(_text(path).split("<trace>")[1:]):
        for event in _EVENT.findall(trace):
            name, time = _NAME.search(event), _TIME.search(event)
            assert name
            assert time
            yield str(number), html.unescape(name[1]), datetime.fromisoformat(time[1])


def csv_rows(path: Path, case: str, name: str, time: str) -> Iterator[Row]:
    for row in csv.DictReader(_text(path).splitlines()):
        moment = datetime.fromisoformat(row[time])
        yield row[case], row[name], moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def rda_rows(path: Path) -> Iterator[Row]:
    """A log as R keeps it, in the order of time and its own order of events."""
    return iter(_rda_rows(path))


@cache
def _rda_rows(path: Path) -> tuple[Row, ...]:
    import rdata  # noqa: PLC0415 - it brings pandas, which the rest of the tests does without

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of R's classes that it does not know
        (table,) = rdata.read_rda(path).values()
    rows = sorted(zip(table["case_id"], table["activity"], table["timestamp"], strict=True), key=lambda row: row[2])
    return tuple((str(case), str(name), _EPOCH + timedelta(microseconds=round(at * 1_000_000))) for case, name, at in rows)


def read(rows: Iterator[Row]) -> Buckets:
    """Ordered by (journey, time, order in the file), spread over four buckets."""
    kinds: dict[str, int] = {}
    journeys: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    for case, name, time in rows:
        since = time - _EPOCH
        microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        journeys[case].append((kinds.setdefault(name, len(kinds)), microseconds, True))
    raws = tuple(
        RawJourney(tuple(sorted(events, key=lambda event: event[1])), bucket=number % _BUCKETS)
        for number, events in enumerate(journeys.values())
    )
    return Buckets(raws, Touchpoints(np.arange(len(kinds), dtype=np.uint32), tuple(kinds)), count=_BUCKETS, masked=False)
