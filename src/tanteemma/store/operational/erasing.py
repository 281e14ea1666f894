"""Erase a person from the operational tables, so that not even the bytes of the files know them any more."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational import attachments, ledger, person_notes, pulls, unlinking
from tanteemma.store.operational.operational import Operational
from tanteemma.store.operational.tables import (
    ASSUMPTION,
    AUDIT_ENTRY,
    IMPORT_MAPPING,
    JOB,
    JOB_SCHEDULE,
    QUARANTINE_ROW,
    SETTING,
    SOURCE,
    SOURCE_FIELD,
    STORED_FILE,
)
from tanteemma.store.operational.tables_doors import DOOR_DEFINITION, PULL
from tanteemma.store.operational.tables_people import (
    CUT_SUBJECT,
    LINK_OF_FILE,
    MERGE_EVENT,
    PERSON_ATTACHMENT,
    PERSON_NOTE,
    REVIEW_PAIR,
    SEGMENT,
    SEGMENT_LISTED,
    SEGMENT_VERSION,
    SUBJECT_LINK,
    SUBJECT_PERSON,
)
from tanteemma.store.operational.traces import Traces
from tanteemma.store.operational.transaction import Transaction, in_portions

_PORTION: Final = 2_000
#: rows that stay, with the person blotted out of these columns: plain texts, and JSON texts
_TEXTS: Final = (
    STORED_FILE.c.name,
    IMPORT_MAPPING.c.name,
    AUDIT_ENTRY.c.who,
    AUDIT_ENTRY.c.target,
    MERGE_EVENT.c.made_by,
    MERGE_EVENT.c.reason,
    PERSON_NOTE.c.text,
    PERSON_NOTE.c.made_by,
    PERSON_ATTACHMENT.c.name,
    PERSON_ATTACHMENT.c.made_by,
    ASSUMPTION.c.source,
    ASSUMPTION.c.approved_by,
    ASSUMPTION.c.changed_by,
    SEGMENT.c.condition,
    SEGMENT.c.note,
    SEGMENT.c.changed_by,
    SEGMENT_VERSION.c.condition,
    SEGMENT_VERSION.c.changed_by,
    SOURCE.c.department,
    SOURCE.c.purpose,
    REVIEW_PAIR.c.came_from,
    REVIEW_PAIR.c.decided_by,
    PULL.c.name,
    DOOR_DEFINITION.c.changed_by,
)
_JSON: Final = (
    STORED_FILE.c.problems,
    STORED_FILE.c.mapping,
    IMPORT_MAPPING.c.mapping,
    DOOR_DEFINITION.c.document,
    SETTING.c.value,
    JOB_SCHEDULE.c.payload,
    PULL.c.plan,
    PULL.c.mapping,
    PULL.c.reason_params,
)


class Erased(msgspec.Struct, frozen=True):
    """How many rows of each table were removed or blotted."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def erase_subjects(
    operational: Operational, subjects: Iterable[str], *, also: Iterable[str] = (), spare_job: int | None = None
) -> Erased:
    """Erase a person's subjects and every trace of their identifiers, then rewrite the files so that no byte is left.

    ``subjects``: all of the person's (see ``people.aliases``). ``also``: further identifiers to look for (a telephone number).
    ``spare_job``: the job that does this erasure; what it names goes when it is completed. Safe to repeat after a crash.
    On PostgreSQL the write-ahead log and backups outlive this; their age is the operator's setting. Raises Problem BUSY if
    somebody reads so long that the files cannot be rewritten: repeat it.
    """
    named = sorted(set(subjects))
    traces = Traces([*named, *also])
    found, last = _bad_rows(operational, traces)
    rows: dict[str, int] = {}
    with operational.begin() as tx:
        ledger.remember(tx, named)
        found += list(_naming_rows(tx, traces, last))
        rows[QUARANTINE_ROW.name] = _remove(tx, QUARANTINE_ROW, found)
        rows[JOB.name] = _remove(tx, JOB, [job for job in _naming_jobs(tx, traces) if job != spare_job])
        rows[SEGMENT_LISTED.name] = _remove(tx, SEGMENT_LISTED, list(_naming_lists(tx, traces)))
        rows[SOURCE_FIELD.name] = _remove(tx, SOURCE_FIELD, list(_naming_fields(tx, traces)))
        rows[REVIEW_PAIR.name] = _remove(tx, REVIEW_PAIR, list(_naming_pairs(tx, traces)))
        rows["people"] = unlinking.forget(tx, named)
        rows[PERSON_NOTE.name] = person_notes.forget(tx, named)
        rows[PERSON_ATTACHMENT.name] = attachments.forget(tx, named)
        for column in _TEXTS:
            rows[column.table.name] = rows.get(column.table.name, 0) + _blot(tx, column, traces, json=False)
        for column in _JSON:
            rows[column.table.name] = rows.get(column.table.name, 0) + _blot(tx, column, traces, json=True)
        rows[PULL.name] = rows.get(PULL.name, 0) + pulls.forget_positions(tx, traces.within_text)
    operational.scrub(
        [
            *(table for table in rows if table != "people"),
            SUBJECT_PERSON.name,
            SUBJECT_LINK.name,
            LINK_OF_FILE.name,
            CUT_SUBJECT.name,
        ]
    )
    return Erased({table: count for table, count in rows.items() if count})


def _bad_rows(operational: Operational, traces: Traces) -> tuple[list[int], int]:
    """Most of quarantine is searched while others write; the transaction that erases searches only what came since."""
    with operational.read() as tx:
        last = tx.run(sa.select(sa.func.max(QUARANTINE_ROW.c.number))).scalar() or 0
        return [number for number in _naming_rows(tx, traces, 0) if number <= last], last


def _naming_rows(tx: Transaction, traces: Traces, after: int) -> Iterator[int]:
    params = sa.cast(QUARANTINE_ROW.c.params, sa.Text).label("params")
    columns = (QUARANTINE_ROW.c.number, QUARANTINE_ROW.c.raw, params, QUARANTINE_ROW.c.field)
    while True:
        query = sa.select(*columns).where(QUARANTINE_ROW.c.number > after).order_by(QUARANTINE_ROW.c.number).limit(_PORTION)
        rows = tx.run(query).all()
        for row in rows:
            if traces.within(bytes(row.raw)) or traces.within_text(row.params) or traces.within_text(row.field):
                yield row.number
        if len(rows) < _PORTION:
            return
        after = rows[-1].number


def _naming_pairs(tx: Transaction, traces: Traces) -> Iterator[int]:
    for row in tx.run(sa.select(REVIEW_PAIR.c.number, REVIEW_PAIR.c.pair)).all():
        if traces.within_text(row.pair):
            yield row.number


def _naming_jobs(tx: Transaction, traces: Traces) -> Iterator[int]:
    for row in tx.run(sa.select(JOB.c.number, JOB.c.payload, JOB.c.idempotency_key, JOB.c.last_error)).all():
        if any(map(traces.within_text, (row.payload, row.idempotency_key, row.last_error))):
            yield row.number


def _naming_lists(tx: Transaction, traces: Traces) -> Iterator[int]:
    for row in tx.run(sa.select(SEGMENT_LISTED.c.number, SEGMENT_LISTED.c.identifier)).all():
        if traces.within_text(row.identifier):
            yield row.number


def _naming_fields(tx: Transaction, traces: Traces) -> Iterator[int]:
    for row in tx.run(sa.select(SOURCE_FIELD.c.number, SOURCE_FIELD.c.event, SOURCE_FIELD.c.member)).all():
        if traces.within_text(row.event) or traces.within_text(row.member):
            yield row.number


def _remove(tx: Transaction, table: sa.Table, numbers: list[int]) -> int:
    removed = 0
    for portion in in_portions(numbers):
        removed += tx.run(sa.delete(table).where(table.c.number.in_(portion))).rowcount
    return removed


def _blot(tx: Transaction, column: sa.Column[str], traces: Traces, *, json: bool) -> int:
    table = column.table
    (key,) = table.primary_key.columns
    blotted = 0
    query = sa.select(key.label("key"), sa.cast(column, sa.Text).label("told")).where(column.is_not(None))
    for row in tx.run(query).all():
        if traces.within_text(row.told):
            new = traces.blot_json(row.told) if json else traces.blot(row.told)
            blotted += new != row.told
            tx.run(sa.update(table).where(key == row.key).values({column.name: sa.literal(new, sa.Text)}))
    return blotted
