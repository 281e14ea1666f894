"""Turns the diary into one table of events in the order of time, with the columns of the lake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.sources.sample.calendar import Year
from tanteemma.ingest.sources.sample.diary import NONE, Block, Codes, Column, Diary, Flags
from tanteemma.ingest.sources.sample.words import ORIGIN, SOURCE, TOUCHPOINTS
from tanteemma.store.schema import EVENT, MONEY

_KEYS: Final = (("order", "B-", 100_000), ("ticket", "T-", 50_000), ("cart", "W-", 1_000_000))
_UNSCALED_CENT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """The finished diary in the order of time: the lake's columns, the person of each row, and pairs of linked subjects."""

    table: pa.Table
    person: Codes
    links: tuple[tuple[str, str], ...]


def write_up(diary: Diary, year: Year, subjects: Sequence[str], salt: bytes) -> Written:
    """One table of events in the order of time, without those after the end of the year."""
    blocks = [block.keep(block.when <= year.end) for block in diary.blocks]
    local = np.concatenate([block.when for block in blocks])
    order = np.argsort(local, kind="stable")
    columns = {
        name: _column(blocks, name)[order] for name in ("step", "subject", "person", "order", "ticket", "cart", "cents", "link")
    }
    when = year.to_utc(local[order])
    texts = {name: _texts(blocks, name).take(order) for name in ("properties", "traits")}
    table = _table(columns, when, texts, pa.array(subjects, pa.string()), salt)
    return Written(table=table, person=columns["person"], links=_pairs(columns, subjects))


def _pairs(columns: Mapping[str, Codes], subjects: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Every pair of subjects that some event shows to be one person, once, sorted by code."""
    linked = columns["link"] != NONE
    pairs = np.unique(np.stack([columns["subject"][linked], columns["link"][linked]], axis=1), axis=0)
    return tuple((subjects[one], subjects[other]) for one, other in pairs.tolist() if one != other)


def _column(blocks: Sequence[Block], name: str) -> Codes:
    parts: list[Codes] = []
    for block in blocks:
        column = getattr(block, name)
        empty = np.iinfo(np.int64).min if name == "cents" else NONE
        parts.append(np.full(len(block.when), empty, dtype=np.int64) if column is None else column)
    return np.concatenate(parts).astype(np.int64)


def _texts(blocks: Sequence[Block], name: str) -> Column:
    parts = [getattr(block, name) for block in blocks]
    filled = [
        pa.nulls(len(block.when), pa.string()) if part is None else part for block, part in zip(blocks, parts, strict=True)
    ]
    return pa.chunked_array(filled, pa.string()).combine_chunks()


def _table(
    columns: Mapping[str, Codes], when: npt.NDArray[np.int64], texts: Mapping[str, Column], subjects: Column, salt: bytes
) -> pa.Table:
    count = len(when)
    time = pa.array(when, pa.timestamp("us", tz="UTC"))
    valued = columns["cents"] != np.iinfo(np.int64).min
    parts: dict[str, Column] = {
        "event_id": _event_ids(salt, count),
        "content": pa.array(_mixed(_seed(salt, 2), count).view(np.int64)),
        "source": _constant(SOURCE, count),
        "type": _constant("track", count),
        "name": _worded(columns["step"], [words.name for words in TOUCHPOINTS]),
        "channel": _worded(columns["step"], [words.channel for words in TOUCHPOINTS]),
        "occurred_at": time,
        "received_at": time,
        "ordinal": pa.array(np.arange(count)),
        "subject": subjects.take(columns["subject"]),
        "keys": _keys(columns),
        "purpose": _worded(columns["step"], [words.purpose for words in TOUCHPOINTS]),
        "value": _money(columns["cents"], valued),
        "currency": pa.array(["EUR"], pa.string()).take(pa.array(np.zeros(count, dtype=np.int64), mask=~valued)),
        "properties": pc.fill_null(texts["properties"], "{}"),
        "traits": texts["traits"],
        "context": _links(columns["link"], subjects),
        "origin": _constant(ORIGIN, count),
    }
    return pa.table([parts.get(column.name, pa.nulls(count, column.type)) for column in EVENT], schema=EVENT)


def _constant(word: str, count: int) -> Column:
    return pa.repeat(pa.scalar(word), count)


def _worded(codes: Codes, words: Sequence[str]) -> Column:
    return pa.array(words, pa.string()).take(codes)


def _keys(columns: Mapping[str, Codes]) -> Column:
    """Journey keys of each event, numbered as the company numbers them."""
    numbers = np.stack([columns[name] for name, _, _ in _KEYS], axis=1)
    row, which = np.nonzero(numbers != NONE)
    offsets = np.concatenate([[0], np.cumsum(np.count_nonzero(numbers != NONE, axis=1))])
    names = pa.array([name for name, _, _ in _KEYS], pa.string()).take(which)
    written = np.char.add(
        np.array([prefix for _, prefix, _ in _KEYS])[which],
        (numbers[row, which] + np.array([first for _, _, first in _KEYS])[which]).astype("U7"),
    )
    return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), names, pa.array(written, pa.string()))


def _money(cents: Codes, valued: Flags) -> Column:
    unscaled = np.where(valued, cents, 0) * _UNSCALED_CENT
    words = np.stack([unscaled, unscaled >> 63], axis=1).tobytes()
    bits = np.packbits(valued, bitorder="little").tobytes()
    return pa.Array.from_buffers(MONEY, len(cents), [pa.py_buffer(bits), pa.py_buffer(words)])


def _links(codes: Codes, subjects: Column) -> Column:
    """Context of the events that show two subjects to be one person."""
    linked = pa.array(codes, mask=codes == NONE)
    return pc.binary_join_element_wise('{"links":["', subjects.take(linked), '"]}', "", null_handling="emit_null")


def _event_ids(salt: bytes, count: int) -> Column:
    """Sixteen bytes per event, different for every (salt, running number): two bijective mixings beside each other."""
    words = np.stack([_mixed(_seed(salt, 0), count), _mixed(_seed(salt, 1), count)], axis=1)
    offsets = pa.array(np.arange(count + 1) * 16, pa.int32())
    return pa.Array.from_buffers(pa.binary(), count, [None, offsets.buffers()[1], pa.py_buffer(words.tobytes())])


def _seed(salt: bytes, part: int) -> np.uint64:
    seed: np.uint64 = np.frombuffer(blake2b(salt, digest_size=8, person=b"emma%d" % part).digest(), np.uint64)[0]
    return seed


def _mixed(seed: np.uint64, count: int) -> npt.NDArray[np.uint64]:
    """SplitMix64 over running numbers: bijective, so no two are equal."""
    with np.errstate(over="ignore"):
        state = seed + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return state ^ (state >> np.uint64(31))
