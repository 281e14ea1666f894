"""Segments of customers: stated, listed with their sizes, shown with their past, removed, exported."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tanteemma.ingest.formats.own import guarded
from tanteemma.journeys.exports.parquet import Counting
from tanteemma.journeys.exports.shape import Sink
from tanteemma.journeys.exports.texts import iso, persons, plain
from tanteemma.journeys.where.segments import cycle_through, segments_in
from tanteemma.journeys.where.written import written
from tanteemma.model.arrays import NO_PERSON
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.segments import Moved, Said, Segment, SegmentDetail, SegmentList, SizePoint
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.conditions import ready
from tanteemma.serve.worker.growing_output import GrowingOutput
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered
from tanteemma.serve.worker.messages_segments import (
    DefineSegment,
    ExportMembers,
    ListSegments,
    RemoveSegment,
    ShowSegment,
)
from tanteemma.serve.worker.segmented import Catalogue, Known, listed_people, subjects_of
from tanteemma.store.hashing import keys_of
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.members import member_rows
from tanteemma.store.operational import Transaction, audit, segments
from tanteemma.store.operational.segments import NewSegment, SizeThen
from tanteemma.store.snapshot import Snapshot

_LONGEST_NAME: Final = 80
_LONGEST_NOTE: Final = 1_000
_MOST_LISTED: Final = 1_000_000
_MOST_UNKNOWN: Final = 1_000
_MOST_MOVED: Final = 50
_SPELLINGS: Final = len(subjects_of(["x"]))
_MOST_SEGMENTS: Final = 1_000
_WEEK: Final = timedelta(days=7)
_SHOWN: Final = timedelta(days=90)


def define_segment(house: House, message: DefineSegment, asked: Asked) -> Answered:
    """Save a segment. Raises Problem naming what does not fit: QUESTION_INVALID, WHERE_INVALID, SEGMENT_CYCLE and others."""
    catalogue = house.segmented.catalogue()
    new = _new(house, message, catalogue)
    with house.operational.begin() as tx:
        if message.only_new and segments.find(tx, new.name) is not None:
            raise Problem(ProblemCode.SEGMENT_THERE, status=409, value=new.name)
        segments.define(tx, new)
        audit.note(tx, new.who, "segment_defined", new.name)
    house.changed()
    return show_segment(house, ShowSegment(name=new.name), asked)


def _new(house: House, message: DefineSegment, catalogue: Catalogue) -> NewSegment:
    name = message.name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise _wrong("name", name, f"1–{_LONGEST_NAME}")
    if len(catalogue.segments) >= _MOST_SEGMENTS and name not in catalogue.segments:
        raise _wrong("name", name, f"≤ {_MOST_SEGMENTS}")
    note = message.note.strip()[:_LONGEST_NOTE]
    if message.identifiers is not None:
        identifiers = tuple(dict.fromkeys(one.strip() for one in message.identifiers if one.strip()))
        if not 0 < len(identifiers) <= _MOST_LISTED:
            raise _wrong("identifiers", len(identifiers), f"1–{_MOST_LISTED}")
        return NewSegment(name, note=note, identifiers=identifiers, who=message.who)
    with house.readers.pinned() as snapshot:
        where = ready(house, snapshot, WHOLE_LIFE, JourneyFilter(where=(message.condition,))).expression()
    if where is None:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="condition")
    for other in segments_in(where):
        if other != name:
            catalogue.named(other)
    way = cycle_through(name, catalogue.uses() | {name: segments_in(where)})
    if way:
        raise Problem(ProblemCode.SEGMENT_CYCLE, status=422, value=name, way=" → ".join(way))
    with house.readers.pinned() as snapshot:
        house.segmented.numbers(snapshot, Known(_NOT_STORED, where=where))  # names that are none are told now
    return NewSegment(name, written(where), note, who=message.who)


_NOT_STORED: Final = segments.StoredSegment(0, "", "where", "", "", 0, segments.EPOCH, "")


def list_segments(house: House, _message: ListSegments, _asked: Asked) -> Answered:
    """Every segment, with how large it was last."""
    catalogue = house.segmented.catalogue()
    with house.readers.pinned() as snapshot:
        people = count_people(snapshot)
        found = tuple(_segment(house, snapshot, catalogue, one, people) for one in catalogue.segments.values())
        return Answered(body=msgspec.json.encode(SegmentList(found)), version=f"{snapshot.version}+{house.segmented.state()}")


def show_segment(house: House, message: ShowSegment, _asked: Asked) -> Answered:
    """One segment with its past. Raises Problem UNKNOWN_SEGMENT."""
    catalogue = house.segmented.catalogue()
    one = catalogue.named(message.name)
    with house.operational.read() as tx:
        versions = tuple(
            Said(was.version, was.kind, was.condition, was.removed, was.changed, was.changed_by)
            for was in segments.history(tx, one.stored.name)
        )
        moved = tuple(
            Moved(f"{was.high:016x}{was.low:016x}", was.entered, was.at)
            for was in segments.newest_changes(tx, one.stored.number, _MOST_MOVED)
        )
        identifiers = segments.listed(tx, one.stored.number) if one.stored.kind == "list" else []
    with house.readers.pinned() as snapshot:
        unknown = _unknown(snapshot, identifiers)
        detail = SegmentDetail(
            _segment(house, snapshot, catalogue, one, count_people(snapshot)),
            versions,
            moved,
            len(identifiers),
            tuple(unknown[:_MOST_UNKNOWN]),
            len(unknown),
        )
        return Answered(body=msgspec.json.encode(detail), version=f"{snapshot.version}+{house.segmented.state()}")


def remove_segment(house: House, message: RemoveSegment, asked: Asked) -> Answered:
    """Remove a segment. Raises Problem UNKNOWN_SEGMENT, SEGMENT_USED naming the others that use it."""
    catalogue = house.segmented.catalogue()
    catalogue.named(message.name)
    users = _used_by(catalogue, message.name)
    if users:
        raise Problem(ProblemCode.SEGMENT_USED, status=409, value=message.name, used_by=", ".join(users))
    with house.operational.begin() as tx:
        segments.remove(tx, message.name, message.who)
        audit.note(tx, message.who, "segment_removed", message.name)
    house.changed()
    return list_segments(house, ListSegments(), asked)


def export_members(house: House, message: ExportMembers, asked: Asked) -> Answered:
    """Write the members to a file. Raises Problem UNKNOWN_SEGMENT, QUESTION_INVALID."""
    if message.format not in {"csv", "parquet"}:
        raise _wrong("format", message.format, "csv, parquet")
    with GrowingOutput(Path(message.path), house.settings.disk_floor_bytes) as file:
        written_rows = write_members(house, message, file, asked)
    return Answered(body=msgspec.json.encode({"members": written_rows}))


def write_members(house: House, message: ExportMembers, sink: Sink, asked: Asked) -> int:
    """Write the members to a place; how many."""
    known = house.segmented.catalogue().named(message.name)
    written_rows = 0
    with house.readers.pinned() as snapshot:
        numbers = house.segmented.numbers(snapshot, known)
        chosen = np.zeros(int(numbers.max()) + 1 if len(numbers) else 0, np.bool_)
        chosen[numbers] = True
        schema = pa.schema(_COLUMNS)
        if message.format == "csv":
            sink.write((",".join(schema.names) + "\r\n").encode())
            for table in member_rows(snapshot, chosen):
                asked.check()
                sink.write(_lines(table))
                written_rows += len(table)
            return written_rows
        with pq.ParquetWriter(pa.PythonFile(Counting(sink), "w"), schema, compression="zstd") as writer:
            for table in member_rows(snapshot, chosen):
                asked.check()
                named = table.set_column(1, "subject", persons(plain(table["subject"])))
                writer.write_table(named.cast(schema))
                written_rows += len(table)
    return written_rows


_TIME: Final = pa.timestamp("us", tz="UTC")
_COLUMNS: Final = [
    ("id", pa.string()),
    ("subject", pa.string()),
    ("first_contact", _TIME),
    ("last_contact", _TIME),
    ("events", pa.int64()),
]


def _lines(table: pa.Table) -> bytes:
    columns = [
        table["id"].to_pylist(),
        [_quoted(one) for one in guarded(persons(plain(table["subject"]))).to_pylist()],
        iso(plain(table["first_contact"])).to_pylist(),
        iso(plain(table["last_contact"])).to_pylist(),
        table["events"].to_pylist(),
    ]
    return "".join(",".join(map(str, row)) + "\r\n" for row in zip(*columns, strict=True)).encode()


def _quoted(said: str | None) -> str:
    if said is None:
        return ""
    said = said.replace("\x00", "\ufffd")
    return '"' + said.replace('"', '""') + '"' if any(sign in said for sign in ',;"\r\n\t') else said


def count_people(snapshot: Snapshot) -> int:
    """How many customers there are."""
    found = 0
    for part in snapshot.people():
        here = part.arrays.people != NO_PERSON
        found += int(here.sum() if part.counts is None else (here & part.counts).sum())
    return found


def _segment(house: House, snapshot: Snapshot, catalogue: Catalogue, one: Known, people: int) -> Segment:
    stored = one.stored
    with house.operational.read() as tx:
        points = segments.sizes(tx, stored.number, tx.now - _SHOWN)
        week = _last_week(tx, points, stored.version)
    newest = points[-1] if house.segmented.keep_now is not None and points and points[-1].version == stored.version else None
    problem: Problem | None = None
    size = newest.size if newest is not None else None
    if size is None:
        try:
            size = len(house.segmented.numbers(snapshot, one))
        except Problem as wrong:
            problem = wrong
    return Segment(
        name=stored.name,
        kind=stored.kind,
        condition=stored.condition,
        note=stored.note,
        version=stored.version,
        changed=stored.changed,
        changed_by=stored.changed_by,
        size=size,
        people=people,
        counted=None if newest is None else newest.counted,
        entered=sum(point.entered for point in week),
        left=sum(point.gone for point in week),
        by_the_clock=catalogue.moves(stored.name),
        used_by=_used_by(catalogue, stored.name),
        sizes=tuple(SizePoint(point.hour, point.size, point.entered, point.gone, point.version) for point in points),
        problem=None if problem is None else problem.code.value,
        value="" if problem is None else str(problem.params.get("value", "")),
    )


def _last_week(tx: Transaction, points: list[SizeThen], version: int) -> list[SizeThen]:
    return [point for point in points if point.hour >= tx.now - _WEEK and point.version == version]


def _used_by(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    return tuple(sorted(other for other, named in catalogue.uses().items() if name in named))


def _unknown(snapshot: Snapshot, identifiers: list[str]) -> list[str]:
    """The identifiers by which nobody is known."""
    if not identifiers:
        return []
    found = listed_people(snapshot, *keys_of(subjects_of(identifiers)))
    known = (found != NO_PERSON).reshape(-1, _SPELLINGS).any(axis=1)
    return [one for one, is_known in zip(identifiers, known.tolist(), strict=True) if not is_known]


def _wrong(field: str, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)
