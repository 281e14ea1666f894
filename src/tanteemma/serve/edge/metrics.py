"""How many events came, and what became of them: counted per source, shown at /metrics in Prometheus' format."""

import threading
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

_RESULTS: Final = ("accepted", "duplicate", "quarantined", "rejected")
_MOST_SOURCES: Final = 200
_OTHER: Final = "other"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_GAUGES: Final = {
    "ingest_lag_seconds": "Age of the oldest received event that does not count in answers yet.",
    "queue_requests": "Requests waiting for the disk.",
    "queue_bytes": "Bytes of request bodies held in memory.",
    "disk_free_bytes": "Free space where the data folder lies.",
    "dedupe_index_size": "Event ids that only memory knows.",
    "worker_up": "Does the worker answer?",
}
CONTENT_TYPE: Final = "text/plain; version=0.0.4"


class _Tallies(Collector):
    """What is counted with every request, in plain numbers: a counter of the library costs a microsecond each time.

    ``events``: by source, received and then each result. ``seconds``: by route, how many answers took up to each bound and how
    long all took together. ``short``: requests that went the short way.
    """

    def __init__(self) -> None:
        self.events: dict[str, list[int]] = {}
        self.seconds: dict[str, tuple[list[int], list[float]]] = {}
        self.short = 0

    def collect(self) -> Iterator[Metric]:
        """As Prometheus wants to be told."""
        events = CounterMetricFamily("emma_events", "Events by source and what became of them.", labels=["source", "result"])
        received = CounterMetricFamily("emma_events_received", "Events that arrived, by source.", labels=["source"])
        for source, counted in list(self.events.items()):
            received.add_metric([source], counted[0])
            for result, number in zip(_RESULTS, counted[1:], strict=True):
                events.add_metric([source, result], number)
        requests = HistogramMetricFamily("emma_request_seconds", "Time to answer, by kind of route.", labels=["route"])
        for route, (counts, spent) in list(self.seconds.items()):
            names = [*map(str, map(float, _SECONDS)), "+Inf"]
            requests.add_metric([route], list(zip(names, accumulate(counts), strict=True)), sum_value=spent[0])
        yield from (events, received, requests)
        yield CounterMetricFamily("emma_requests_short", "Requests that went the short way into a door.", value=self.short)


class Counters:
    """Counts since the start. Labels are sources and closed lists of words, never names or ids of events or people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._tallies = _Tallies()
        self.registry.register(self._tallies)
        self._refused = Counter(
            "emma_requests_refused", "Requests answered with a problem, by its code.", ["code"], registry=self.registry
        )
        self._quarantined = Counter(
            "emma_events_quarantined", "Events put into quarantine by the doors, by reason.", ["reason"], registry=self.registry
        )
        self._quarantine = Gauge(
            "emma_quarantine_rows", "Rows that wait in quarantine, by reason.", ["reason"], registry=self.registry
        )
        self._fsync = Histogram(
            "emma_fsync_seconds",
            "Time of one durable write of the journal.",
            registry=self.registry,
            buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        )
        self.gauges = {name: Gauge(f"emma_{name}", said, registry=self.registry) for name, said in _GAUGES.items()}
        self._lock = threading.Lock()

    def took(self, source: str, counts: Sequence[int], reasons: Iterable[str] = ()) -> None:
        """One answered request: accepted, duplicate, quarantined, rejected; and why rows went to quarantine."""
        with self._lock:
            events = self._tallies.events
            tally = events.get(source)
            if tally is None:
                tally = events.setdefault(source if len(events) < _MOST_SOURCES else _OTHER, [0] * (1 + len(_RESULTS)))
            tally[0] += sum(counts)
            for place, number in enumerate(counts, 1):
                tally[place] += number
        for reason, number in Tally(reasons).items() if reasons else ():
            self._quarantined.labels(reason).inc(number)

    def went_short(self) -> None:
        """One request went the short way."""
        self._tallies.short += 1

    def refused(self, code: str) -> None:
        """One request answered with a problem."""
        self._refused.labels(code).inc()

    def timed(self, route: str, seconds: float) -> None:
        """How long one answer took."""
        counted = self._tallies.seconds.get(route)
        if counted is None:
            counted = self._tallies.seconds[route] = ([0] * (len(_SECONDS) + 1), [0.0])
        counted[0][bisect_left(_SECONDS, seconds)] += 1
        counted[1][0] += seconds

    def synced(self, seconds: float) -> None:
        """How long one durable write of the journal took; called on the thread that wrote."""
        self._fsync.observe(seconds)

    def waiting_rows(self, reasons: Mapping[str, int]) -> None:
        """How many rows are in quarantine now, by reason."""
        self._quarantine.clear()
        for reason, number in reasons.items():
            self._quarantine.labels(reason).set(number)

    def page(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
