"""Which rows could not be read, why, and what was done about them."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.columns import as_json
from tanteemma.store.operational.records import BadRow, QuarantineRow, QuarantineState
from tanteemma.store.operational.tables import QUARANTINE_ROW
from tanteemma.store.operational.transaction import Transaction, in_portions

_Q = QUARANTINE_ROW.c


class Filter(msgspec.Struct, frozen=True):
    """Which rows are meant; None = any."""

    source: str | None = None
    origin: str | None = None
    code: str | None = None
    state: QuarantineState | None = QuarantineState.OPEN


class Reason(msgspec.Struct, frozen=True):
    """How many rows are there for one reason."""

    source: str
    origin: str
    code: str
    field: str | None
    count: int


def add(tx: Transaction, rows: Sequence[BadRow]) -> int:
    """Keep bad rows; one that is there already (same source, origin, position, row) stays as it is. Returns how many new."""
    before = _count(tx, rows)
    statement = tx.insert(QUARANTINE_ROW).on_conflict_do_nothing()
    for portion in in_portions(rows):
        tx.run(statement, [msgspec.structs.asdict(row) | {"state": QuarantineState.OPEN.value} for row in portion])
    return _count(tx, rows) - before


def _count(tx: Transaction, rows: Sequence[BadRow]) -> int:
    total = 0
    for source, origin, position in {(row.source, row.origin, row.position) for row in rows}:
        place = sa.and_(_Q.source == source, _Q.origin == origin, _Q.position == position)
        total += tx.run(sa.select(sa.func.count()).select_from(QUARANTINE_ROW).where(place)).scalar_one()
    return total


def page(tx: Transaction, wanted: Filter, *, after: int = 0, limit: int = 100) -> list[QuarantineRow]:
    """Rows in the order they came; ``after`` the number of the last row seen for the next page."""
    query = sa.select(QUARANTINE_ROW).where(*_conditions(wanted), _Q.number > after).order_by(_Q.number).limit(limit)
    return [_row(row) for row in tx.run(query).mappings()]


def get(tx: Transaction, numbers: Sequence[int]) -> list[QuarantineRow]:
    """The rows of these numbers that are there, by number."""
    found: list[QuarantineRow] = []
    for portion in in_portions(sorted(numbers)):
        query = sa.select(QUARANTINE_ROW).where(_Q.number.in_(portion)).order_by(_Q.number)
        found += [_row(row) for row in tx.run(query).mappings()]
    return found


def newest_with(tx: Transaction, name: str, value: str) -> QuarantineRow | None:
    """The newest row whose parameter of this name has this value, None if there is none."""
    said = f"%{as_json({name: value})[1:-1]}%"
    query = sa.select(QUARANTINE_ROW).where(sa.cast(_Q.params, sa.Text).like(said)).order_by(_Q.number.desc()).limit(1)
    row = tx.run(query).mappings().first()
    return None if row is None else _row(row)


def reasons(tx: Transaction, wanted: Filter) -> list[Reason]:
    """How many rows per source, origin, reason and field; the most frequent first."""
    group = (_Q.source, _Q.origin, _Q.code, _Q.field)
    count = sa.func.count().label("count")
    query = sa.select(*group, count).where(*_conditions(wanted)).group_by(*group).order_by(count.desc(), *group)
    return tx.all(query, Reason)


def count(tx: Transaction, wanted: Filter) -> int:
    """How many rows are meant by the filter."""
    return int(tx.run(sa.select(sa.func.count()).select_from(QUARANTINE_ROW).where(*_conditions(wanted))).scalar_one())


def move(tx: Transaction, numbers: Sequence[int], state: QuarantineState) -> int:
    """The rows are now in this state. Returns how many changed."""
    changed = 0
    for portion in in_portions(numbers):
        place = sa.and_(_Q.number.in_(portion), _Q.state != state.value)
        changed += tx.run(sa.update(QUARANTINE_ROW).where(place).values(state=state.value)).rowcount
    return changed


def forget_origin(tx: Transaction, origin: str) -> int:
    """Remove every row of an origin (an import taken back). Returns how many."""
    return tx.run(sa.delete(QUARANTINE_ROW).where(_Q.origin == origin)).rowcount


def forget_source(tx: Transaction, source: str) -> int:
    """Remove every row of a source (the sample company removed). Returns how many."""
    return tx.run(sa.delete(QUARANTINE_ROW).where(_Q.source == source)).rowcount


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    values = {_Q.source: wanted.source, _Q.origin: wanted.origin, _Q.code: wanted.code, _Q.state: wanted.state}
    return [column == str(value) for column, value in values.items() if value is not None]


def _row(row: sa.RowMapping) -> QuarantineRow:
    return msgspec.structs.replace(QuarantineRow(**row), state=QuarantineState(row["state"]))
