"""How is a source: how much came per hour, which programs send, what was refused? For people to look at, not for the truth.

What became of events is counted exactly by ``flushes``. What stands here of clients and refusals is noted by the server every
few seconds; a crash may lose the last of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational import keys
from tanteemma.store.operational.records import Counts
from tanteemma.store.operational.tables import SOURCE_CLIENT, SOURCE_HOUR, SOURCE_REFUSAL
from tanteemma.store.operational.transaction import Transaction, in_portions

#: hours are kept for so long
KEPT: Final = timedelta(days=15)
#: clients of one source; further ones are put together
MOST_CLIENTS: Final = 50
OTHERS: Final = "…"
_HOUR: Final = timedelta(hours=1)
_NAMES: Final = Counts.__struct_fields__


class Client(msgspec.Struct, frozen=True):
    """A program that sends for a source: how it speaks, its name without anything personal, how often."""

    dialect: str
    client: str
    requests: int
    first_seen: datetime
    last_seen: datetime


class Refusal(msgspec.Struct, frozen=True):
    """Why requests of a source were refused as a whole, how often, and when last."""

    code: str
    requests: int
    last_seen: datetime


class Sighted(msgspec.Struct, frozen=True, kw_only=True):
    """What the server saw since it last told. ``clients`` by source, dialect and client; ``refusals`` by source and code."""

    keys: Mapping[int, datetime] = {}
    clients: Mapping[tuple[str, str, str], tuple[int, datetime]] = {}
    refusals: Mapping[tuple[str, str], tuple[int, datetime]] = {}


def hour_of(moment: datetime) -> int:
    """Hours since 1970 UTC."""
    return int(moment.timestamp()) // int(_HOUR.total_seconds())


def count_hour(tx: Transaction, found: Mapping[str, Counts]) -> None:
    """Add to the hour of this transaction, by source; hours long ago are forgotten."""
    hour, h = hour_of(tx.now), SOURCE_HOUR.c
    statement = tx.insert(SOURCE_HOUR)
    added = {name: h[name] + statement.excluded[name] for name in _NAMES}
    rows = [{"source": source, "hour": hour, **msgspec.structs.asdict(counts)} for source, counts in found.items()]
    for portion in in_portions(rows):
        tx.run(statement.on_conflict_do_update(index_elements=["source", "hour"], set_=added), portion)
    for some in in_portions(sorted(found)):
        tx.run(sa.delete(SOURCE_HOUR).where(h.source.in_(some), h.hour < hour - KEPT // _HOUR))


def hours(tx: Transaction, source: str, last: int) -> list[Counts]:
    """What was counted in each of the last hours, the present one at the end."""
    now, h = hour_of(tx.now), SOURCE_HOUR.c
    query = sa.select(SOURCE_HOUR).where(h.source == source, h.hour > now - last)
    found = {int(row["hour"]): Counts(*(int(row[name]) for name in _NAMES)) for row in tx.run(query).mappings()}
    return [found.get(hour, Counts()) for hour in range(now - last + 1, now + 1)]


def last_hours(tx: Transaction) -> dict[str, int]:
    """How many events each source brought in this hour and the one before."""
    h = SOURCE_HOUR.c
    query = sa.select(h.source, sa.func.sum(h.received)).where(h.hour >= hour_of(tx.now) - 1).group_by(h.source)
    return {str(source): int(received) for source, received in tx.run(query)}


def forget_hours(tx: Transaction, source: str) -> None:
    """Remove the hours of a source."""
    tx.run(sa.delete(SOURCE_HOUR).where(SOURCE_HOUR.c.source == source))


def clients(tx: Transaction, source: str) -> list[Client]:
    """Which programs send, the one seen last first."""
    c = SOURCE_CLIENT.c
    columns = [c[name] for name in Client.__struct_fields__]
    return tx.all(sa.select(*columns).where(c.source == source).order_by(c.last_seen.desc(), c.client), Client)


def refusals(tx: Transaction, source: str) -> list[Refusal]:
    """Why requests were refused, the most frequent first."""
    r = SOURCE_REFUSAL.c
    columns = [r[name] for name in Refusal.__struct_fields__]
    return tx.all(sa.select(*columns).where(r.source == source).order_by(r.requests.desc(), r.code), Refusal)


def note(tx: Transaction, sighted: Sighted) -> None:
    """Keep what the server saw."""
    keys.used(tx, sighted.keys)
    known = {source: {(one.dialect, one.client) for one in clients(tx, source)} for source, _, _ in sighted.clients}
    for (source, dialect, client), (requests, last) in sighted.clients.items():
        there = known[source]
        name = client if (dialect, client) in there or len(there) < MOST_CLIENTS else OTHERS
        there.add((dialect, name))
        row = {"source": source, "dialect": dialect, "client": name, "requests": requests}
        _add(tx, SOURCE_CLIENT, row | {"first_seen": last, "last_seen": last}, ["source", "dialect", "client"])
    for (source, code), (requests, last) in sighted.refusals.items():
        row = {"source": source, "code": code, "requests": requests, "last_seen": last}
        _add(tx, SOURCE_REFUSAL, row, ["source", "code"])


def _add(tx: Transaction, table: sa.Table, row: dict[str, object], place: list[str]) -> None:
    statement = tx.insert(table).values(row)
    more = {"requests": table.c.requests + statement.excluded.requests, "last_seen": statement.excluded.last_seen}
    tx.run(statement.on_conflict_do_update(index_elements=place, set_=more))
