"""How many events came, and what became of them: counted per source, shown at /metrics in Prometheus' format."""

import threading
from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

_RESULTS: Final = ("accepted", "duplicate", "quarantined", "rejected")
_MOST_SOURCES: Final = 200
_OTHER: Final = "other"
_GAUGES: Final = {
    "ingest_lag_seconds": "Age of the oldest received event that does not count in answers yet.",
    "queue_requests": "Requests waiting for the disk.",
    "queue_bytes": "Bytes of request bodies held in memory.",
    "disk_free_bytes": "Free space where the data folder lies.",
    "dedupe_index_size": "Event ids that only memory knows.",
    "worker_up": "Does the worker answer?",
}
CONTENT_TYPE: Final = "text/plain; version=0.0.4"


class Counters:
    """Counts since the start. Labels are sources and closed lists of words, never names or ids of events or people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "emma_events", "Events by source and what became of them.", ["source", "result"], registry=self.registry
        )
        self._received = Counter("emma_events_received", "Events that arrived, by source.", ["source"], registry=self.registry)
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
        self._requests = Histogram(
            "emma_request_seconds",
            "Time to answer, by kind of route.",
            ["route"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        )
        self.gauges = {name: Gauge(f"emma_{name}", said, registry=self.registry) for name, said in _GAUGES.items()}
        self._by_source: dict[str, tuple[Counter, ...]] = {}
        self._routes: dict[str, Histogram] = {}
        self._lock = threading.Lock()

    def took(self, source: str, counts: Iterable[int], reasons: Iterable[str] = ()) -> None:
        """One answered request: accepted, duplicate, quarantined, rejected; and why rows went to quarantine."""
        received, *results = self._of_source(source)
        numbers = tuple(counts)
        for result, number in zip(results, numbers, strict=True):
            if number:
                result.inc(number)
        received.inc(sum(numbers))
        for reason, number in Tally(reasons).items():
            self._quarantined.labels(reason).inc(number)

    def refused(self, code: str) -> None:
        """One request answered with a problem."""
        self._refused.labels(code).inc()

    def timed(self, route: str, seconds: float) -> None:
        """How long one answer took."""
        counted = self._routes.get(route)
        if counted is None:
            counted = self._routes[route] = self._requests.labels(route)
        counted.observe(seconds)

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

    def _of_source(self, source: str) -> tuple[Counter, ...]:
        """The counters of a source: received, and one for each result. Looking labels up costs as much as counting."""
        found = self._by_source.get(source)
        if found is not None:
            return found
        with self._lock:
            label = source if len(self._by_source) < _MOST_SOURCES else _OTHER
            found = (self._received.labels(label), *(self._events.labels(label, result) for result in _RESULTS))
            if label == source:
                self._by_source[source] = found
        return found
