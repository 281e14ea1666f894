"""A store in memory that keeps the promises an import relies on: once in effect per position, exact ids, honest counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from tanteemma.model.events import BadItem
from tanteemma.store.intake import Flush, Receipt
from tanteemma.store.operational.records import Counts
from tanteemma.store.schema import EVENT


class Crash(Exception):
    """The power went off."""


@dataclass
class FakeStore:
    """``crash_at``: the power goes off behind the commit of this chunk (``torn``: before it)."""

    crash_at: int | None = None
    torn: bool = False
    events: dict[bytes, dict[str, object]] = field(default_factory=dict)
    bad: dict[tuple[str, int, int], BadItem] = field(default_factory=dict)
    links: dict[tuple[str, str, int], int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)

    def commit(self, *several: Flush) -> Receipt:
        (flush,) = several
        assert flush.table.schema.equals(EVENT)
        assert flush.received == flush.table.num_rows + len(flush.bad)
        if flush.position <= self.position(flush.app):
            return Receipt(Counts(), 0, again=True)
        if self.crash_at == flush.position and self.torn:
            raise Crash
        before = len(self.events)
        for row in flush.table.to_pylist():
            known = self.events.setdefault(row["event_id"], row)
            assert known["content"] == row["content"]
        for item in flush.bad:
            self.bad[flush.app, flush.position, item.index] = item
        self.positions[flush.app] = flush.position
        if self.crash_at == flush.position:
            raise Crash
        accepted = len(self.events) - before
        rows = flush.table.num_rows
        return Receipt(Counts(flush.received, accepted, rows - accepted, len(flush.bad)), 0)

    def position(self, app: str) -> int:
        return self.positions.get(app, -1)

    def link(self, pairs: Iterable[tuple[str, str]], days: Mapping[tuple[str, str], int], *, file: int) -> None:
        self.links.update({(*pair, file): days[pair] for pair in pairs})

    def ensure_case_definition(self, key: str) -> None:
        self.keys.append(key)

    def snapshot(self) -> "FakeSnapshot":
        return FakeSnapshot(self)

    def as_events(self) -> list[tuple[object, ...]]:
        """What the store holds, in the order of journeys."""
        names = ("subject", "keys", "name", "occurred_at", "value", "properties", "ordinal")
        return sorted(tuple(str(row[name]) for name in names) for row in self.events.values())


@dataclass
class FakeSnapshot:
    store: FakeStore

    def rows(self, select: str, values: Mapping[str, object] | None = None) -> pa.Table:
        assert select == "SELECT count(*) AS events FROM events WHERE origin = $origin"
        origin = (values or {})["origin"]
        return pa.table({"events": [sum(row["origin"] == origin for row in self.store.events.values())]})

    def close(self) -> None:
        pass
