"""From the rows of a chunk to events: vectorised, every row ends as an event or as a bad row with its reason."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.keys import Kind
from tanteemma.ingest.formats.cells import is_json, is_raw
from tanteemma.ingest.formats.role import NAMING
from tanteemma.ingest.formats.shape import Chunk, Mapping, Role
from tanteemma.ingest.importing.context import ImportContext, Mapped
from tanteemma.ingest.importing.linking import links_of
from tanteemma.ingest.importing.objects import One, keys_of, object_column, object_columns, person_of, read_objects
from tanteemma.ingest.importing.roles import (
    NONE,
    NOTED,
    REPAIRED,
    Money,
    Who,
    journeys,
    moments,
    money,
    nulls,
    ordinals,
    score_again,
    scores,
    who,
)
from tanteemma.ingest.importing.rows import Rows
from tanteemma.ingest.steps.columns_ids import event_ids, hash_rows, id_column
from tanteemma.ingest.steps.columns_json import LEFT_OUT, QUOTED, RAW, Member, json_objects
from tanteemma.ingest.steps.columns_text import repeated
from tanteemma.model.events import EventType
from tanteemma.model.problems import ProblemCode
from tanteemma.store.schema import EVENT

SCORE: Final = "$score"
COMMENT: Final = "$comment"
_TIME: Final = pa.timestamp("us", tz="UTC")

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Counted = np.ndarray[tuple[int], np.dtype[np.uint32]]
_MAP: Final = pa.map_(pa.string(), pa.string())


def map_chunk(chunk: Chunk, mapping: Mapping, context: ImportContext, before: Counted | None = None) -> Mapped:
    """The events of a chunk, and its rows that are none.

    A row needs a time, a touchpoint, and a person or a journey (a score needs neither: an anonymous answer is an answer). Ids
    and occurrences are counted over all rows, so they do not depend on the mapping. ``before``: occurrence numbers where they
    are known (rows replayed out of quarantine).
    """
    rows = Rows(chunk, mapping)
    if not rows.count:
        return Mapped(EVENT.empty_table(), chunk.bad)
    contents = hash_rows(rows.texts)
    again = context.occurrences.number(contents) if before is None else before
    rows.ids = event_ids(contents, again)
    rows.contents = contents[:, 0] if Role.MESSAGE_ID in mapping.columns else rows.ids[:, 0]
    _state_ids(rows, context.source)
    rows.unguard()
    columns, people = _columns(rows, context)
    table = pa.table([columns[field.name] for field in EVENT], schema=EVENT)
    bad = rows.faults.items(chunk, rows.texts, again)
    if bad:
        table = table.filter(pa.array(~rows.faults.bad))
    links = links_of(columns["subject"], people.others, columns["occurred_at"], ~rows.faults.bad)
    return Mapped(table, tuple(sorted((*chunk.bad, *bad), key=lambda item: item.index)), links=links)


def _columns(rows: Rows, context: ImportContext) -> tuple[dict[str, pa.Array], Who]:
    when = moments(rows, context.now_us)
    names = _names(rows)
    people = who(rows, context.namer)
    amount = money(rows)
    score = scores(rows)
    comment = rows.words(Role.COMMENT)
    objects = read_objects(rows)
    if objects is not None:
        people = people._replace(subjects=_named_by_objects(people, objects, context))
    keys, keyed = _keys(rows, objects)
    _need_somebody(rows, people, keyed, score, comment)
    if rows.repaired is not None:
        rows.flags |= (rows.repaired * REPAIRED).astype(np.uint16)
    received = pa.repeat(pa.scalar(context.now_us, pa.int64()), rows.count).cast(_TIME)
    columns = {
        "event_id": id_column(rows.ids),
        "content": pa.array(np.ascontiguousarray(rows.contents).view(np.int64)),
        "source": repeated(context.source, rows.count),
        "type": repeated(EventType.TRACK.value, rows.count),
        "name": pc.fill_null(names, ""),
        "channel": rows.words(Role.CHANNEL) or nulls(rows.count),
        "occurred_at": pa.array(when.us).cast(_TIME),
        "sent_at": pa.nulls(rows.count, _TIME),
        "received_at": received,
        "ordinal": ordinals(rows),
        "subject": _subjects(rows, people, keyed),
        "keys": keys,
        "objects": pa.nulls(rows.count, EVENT.field("objects").type) if objects is None else object_column(objects),
        "purpose": nulls(rows.count),
        "value": amount.value,
        "currency": amount.currency,
        "properties": _properties(rows, people, amount, score, comment),
        "traits": _traits(rows, people),
        "context": nulls(rows.count),
        "original_time": when.original,
        "flags": _flags(rows),
        "origin": repeated(context.origin, rows.count),
    }
    return columns, people


def _state_ids(rows: Rows, source: str) -> None:
    """Where a column says which message a row is, that counts within the source, and not what else the row says."""
    stated = rows.words(Role.MESSAGE_ID)
    if stated is None:
        return
    said = np.asarray(stated.is_valid())
    names = pa.table({"message_id": pc.fill_null(stated, ""), "source": repeated(source, rows.count)})
    rows.ids = np.where(said[:, None], hash_rows(names), rows.ids)


def _names(rows: Rows) -> pa.Array:
    names = rows.words(Role.TOUCHPOINT)
    if names is None:
        names = nulls(rows.count)
    if names.null_count:
        column = rows.mapping.columns.get(Role.TOUCHPOINT, Role.TOUCHPOINT.value)
        rows.faults.note(np.asarray(names.is_null()), ProblemCode.FIELD_MISSING, column)
    return names


def _named_by_objects(people: Who, objects: list[list[One]], context: ImportContext) -> pa.Array:
    """The person column, else the first object that names a person."""
    people_column = pa.array([person_of(here) for here in objects], pa.string())
    return pc.coalesce(people.subjects, context.namer.name(people_column, Kind.USER).subjects)


def _keys(rows: Rows, objects: list[list[One]] | None) -> tuple[pa.Array, Flags]:
    """Journey keys, and which rows have one."""
    found = journeys(rows)
    if objects is None:
        if found is None:
            return pa.nulls(rows.count, _MAP), np.zeros(rows.count, bool)
        key, values = found
        there = np.asarray(values.is_valid())
        ends = np.concatenate([[0], np.cumsum(there)]).astype(np.int32)
        offsets = pa.array(ends, mask=np.append(~there, False))
        kept = values.drop_null() if values.null_count else values
        return pa.MapArray.from_arrays(offsets, repeated(key, len(kept)), kept), there
    keys = [keys_of(here) for here in objects]
    if found is not None:
        for here, value in zip(keys, found[1].to_pylist(), strict=True):
            if value is not None:
                here[found[0]] = value
    return pa.array([list(here.items()) or None for here in keys], _MAP), np.array([bool(here) for here in keys])


def _need_somebody(rows: Rows, people: Who, keyed: Flags, score: pa.Array | None, comment: pa.Array | None) -> None:
    """Without person, journey or score a row belongs to nobody; a fixed touchpoint needs an answer."""
    answered = np.zeros(rows.count, bool)
    for column in (score, comment if Role.SCORE in rows.mapping.columns else None):
        if column is not None:
            answered |= np.asarray(column.is_valid())
    nobody = np.asarray(people.subjects.is_null()) & ~keyed & ~answered
    if nobody.any():
        columns = rows.mapping.columns
        first = next(
            (columns[role] for role in (*NAMING, Role.JOURNEY) if role in columns),
            Role.PERSON.value,
        )
        rows.faults.note(nobody, ProblemCode.FIELD_MISSING, first)
    if score is not None and Role.TOUCHPOINT not in rows.mapping.columns:
        rows.faults.note(~answered, ProblemCode.FIELD_MISSING, rows.mapping.columns[Role.SCORE])


def _subjects(rows: Rows, people: Who, keyed: Flags) -> pa.Array:
    """Who is named, ``event:<id>`` where an event belongs to nobody and to no journey."""
    alone = np.asarray(people.subjects.is_null()) & ~keyed
    if not alone.any():
        return people.subjects
    own = [f"event:{rows.ids[row].astype('<u8').tobytes().hex()}" for row in np.flatnonzero(alone)]
    return pc.replace_with_mask(people.subjects, pa.array(alone), pa.array(own, pa.string()))


def _properties(rows: Rows, people: Who, amount: Money, score: pa.Array | None, comment: pa.Array | None) -> pa.Array:
    """Score and comment under their own names, then every column without a role; also what a role could not keep whole."""
    again, parts = score_again(rows)
    members = [_member(SCORE, again if score is None else score, RAW), _member(COMMENT, comment, QUOTED)]
    used = {*rows.mapping.columns.values(), *object_columns(rows.texts.column_names), *parts}
    for name in rows.texts.column_names:
        if name in used:
            continue
        column = rows.texts.column(name).chunk(0)
        raw = is_json(rows.chunk.table.schema.field(name)) or is_raw(rows.chunk.table.column(name))
        choice = np.where(rows.nothing(name, column), LEFT_OUT, RAW if raw else QUOTED).astype(np.uint8)
        members.append(Member(rows.property_name(name), column, choice))
    columns = rows.mapping.columns
    members += [
        _member(columns.get(Role.PERSON, ""), people.junk, QUOTED),
        _member(columns.get(Role.VALUE, ""), amount.kept, QUOTED),
    ]
    return json_objects([member for member in members if member is not None], rows.count)


def _member(name: str, column: pa.Array | None, kind: int) -> Member | None:
    if column is None:
        return None
    choice = np.where(np.asarray(column.is_valid()), kind, LEFT_OUT).astype(np.uint8)
    return Member(name, pc.fill_null(column, ""), choice)


def _traits(rows: Rows, people: Who) -> pa.Array:
    named = (("email", people.email), ("phone", people.phone), ("card", people.card))
    members = [member for name, column in named if (member := _member(name, column, QUOTED)) is not None]
    if not members:
        return nulls(rows.count)
    texts = json_objects(members, rows.count)
    return pc.if_else(pc.equal(texts, "{}"), NONE, texts)


def _flags(rows: Rows) -> pa.Array:
    """What was noticed, joined by commas; null where nothing was."""
    if not rows.flags.any():
        return nulls(rows.count)
    bits, place = np.unique(rows.flags, return_inverse=True)
    words = [",".join(flag.value for bit, flag in enumerate(NOTED) if value >> bit & 1) or None for value in bits.tolist()]
    return pa.array(words, pa.string()).take(pa.array(place))
