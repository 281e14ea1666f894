"""Journeys as a table, one row for each journey of each definition: for questions in SQL."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.model.arrays import DROPPED, NO_PERSON
from tanteemma.store.hashing import Words, bytes_of
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.index.parts import Part
from tanteemma.store.snapshot import Snapshot

_KEY_HEX: Final = 32
_TIME: Final = pa.timestamp("us", tz="UTC")

#: ``definition``: name of the journey definition, ``is_default``: it is the one that counts where none is named;
#: ``journey_id`` leads to the journey's page; ``journey_case``: value of its case (order, ticket …); ``person`` as in the
#: events; ``seconds``: from the first to the last event; ``touchpoints``: every step in its order.
JOURNEYS: Final = pa.schema(
    [
        pa.field("definition", pa.string()),
        pa.field("is_default", pa.bool_()),
        pa.field("journey_id", pa.string()),
        pa.field("journey_case", pa.string()),
        pa.field("person", pa.string()),
        pa.field("started_at", _TIME),
        pa.field("ended_at", _TIME),
        pa.field("seconds", pa.float64()),
        pa.field("events", pa.int64()),
        pa.field("first_touchpoint", pa.string()),
        pa.field("last_touchpoint", pa.string()),
        pa.field("touchpoints", pa.large_list(pa.dictionary(pa.int32(), pa.string()))),
    ]
)

Longs = npt.NDArray[np.int64]


def journeys_table(snapshot: Snapshot) -> pa.Table:
    """Every journey of every definition at this moment."""
    people = _people(snapshot)
    tables = [
        _of_part(snapshot, definition, part, people)
        for definition in snapshot.definitions()
        for part in snapshot.parts(definition)
        if part.arrays.events
    ]
    return pa.concat_tables(tables) if tables else JOURNEYS.empty_table()


def _of_part(snapshot: Snapshot, definition: JourneyDefinition, part: Part, people: pa.Array) -> pa.Table:
    arrays, touchpoints = part.arrays, snapshot.touchpoints()
    count = len(arrays.offsets) - 1
    chosen = np.arange(count) if part.counts is None else np.flatnonzero(part.counts)
    first, stop = arrays.offsets[:-1][chosen], arrays.offsets[1:][chosen]
    number = touchpoints.of_kind[arrays.kinds]
    steps = pa.DictionaryArray.from_arrays(
        pa.array(np.where(number == DROPPED, 0, number).astype(np.int32), mask=number == DROPPED),
        pa.array(touchpoints.names, pa.string()),
    )
    began, ended = arrays.times[first], arrays.times[stop - 1]
    lists = pa.LargeListArray.from_arrays(pa.array(arrays.offsets, pa.int64()), steps)
    number_of = arrays.people[chosen].astype(np.int64)
    columns = [
        pa.repeat(pa.scalar(definition.name, pa.string()), len(chosen)),
        pa.repeat(pa.scalar(definition == snapshot.default_definition(), pa.bool_()), len(chosen)),
        _ids(part, chosen, began, is_cut=any(definition.cut)),
        _cases(snapshot, definition, part, first),
        people.take(pa.array(number_of, mask=number_of == NO_PERSON)),
        pa.array(began, _TIME),
        pa.array(ended, _TIME),
        pa.array((ended - began) / 1e6, pa.float64()),
        pa.array(stop - first, pa.int64()),
        steps.take(pa.array(first)).cast(pa.string()),
        steps.take(pa.array(stop - 1)).cast(pa.string()),
        lists if part.counts is None else lists.take(pa.array(chosen)),
    ]
    return pa.Table.from_arrays(columns, schema=JOURNEYS)


def _hex(high: Words, low: Words) -> list[str]:
    joined = bytes_of(high, low).hex()
    return [joined[at : at + _KEY_HEX] for at in range(0, len(joined), _KEY_HEX)]


def _ids(part: Part, chosen: Longs, began: Longs, *, is_cut: bool) -> pa.Array:
    """As ``listing.journey_id`` gives them."""
    keys = pa.array(_hex(*part.keys.take(chosen)), pa.string())
    return pc.binary_join_element_wise(keys, pa.array(began).cast(pa.string()), ".") if is_cut else keys


def _cases(snapshot: Snapshot, definition: JourneyDefinition, part: Part, first: Longs) -> pa.Array:
    if definition.key is None or not len(first):
        return pa.nulls(len(first), pa.string())
    keys = snapshot.read_events(definition, part.arrays.part, first, ["keys"])["keys"].combine_chunks()
    keys = pa.concat_arrays(keys.chunks) if isinstance(keys, pa.ChunkedArray) else keys
    return pc.map_lookup(keys, definition.key, "first").cast(pa.string())


def _people(snapshot: Snapshot) -> pa.Array:
    """The key of each person by the number that journeys carry: everybody has one life."""
    numbers, keys = [np.empty(0, np.int64)], list[str]()
    for part in snapshot.parts(WHOLE_LIFE):
        there = part.arrays.people != NO_PERSON
        chosen = np.flatnonzero(there if part.counts is None else there & part.counts)
        numbers.append(part.arrays.people[chosen].astype(np.int64))
        keys += _hex(*part.keys.take(chosen))
    number = np.concatenate(numbers)
    place = np.full(int(number.max(initial=-1)) + 1, -1, np.int64)
    place[number] = np.arange(len(number))
    return pa.array(keys, pa.string()).take(pa.array(place, mask=place < 0))
