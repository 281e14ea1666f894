"""What do events belong to? Objects and links of an object-centric log, each object written once, however many there are."""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.journeys.exports.shape import Source
from tanteemma.journeys.exports.texts import by_word, joined, persons, plain, where
from tanteemma.store.chosen import Batch
from tanteemma.store.hashing import keys_of

#: The type under which a person stands; readers, ours too, know it as one of people.
PERSON: Final = "customer"
JOURNEY: Final = "journey"

Longs = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Links:
    """Which row belongs to which object: ``kind`` and ``id`` are places in ``types`` and ``ids``; by row, none twice."""

    row: Longs
    kind: Longs
    id: Longs
    qualifier: pa.Array
    types: tuple[str, ...]
    ids: tuple[str, ...]


def links_of(batch: Batch, source: Source) -> Links:
    """Everything the events of a batch belong to: their objects, journey keys, person, and journey where that is no case."""
    rows, kinds, ids, qualifiers = [], [], [], []

    def add(row: Longs, kind: pa.Array, own: pa.Array, qualifier: pa.Array) -> None:
        rows.append(row)
        kinds.append(kind)
        ids.append(own)
        qualifiers.append(qualifier)

    objects, keys = plain(batch.table["objects"]), plain(batch.table["keys"])
    row, start, end = _parents(objects)
    held = objects.values.slice(start, end - start)
    add(row, held.field("type"), held.field("id"), held.field("qualifier"))
    row, start, end = _parents(keys)
    add(row, keys.keys.slice(start, end - start), keys.items.slice(start, end - start), pa.nulls(end - start, pa.string()))
    people = persons(plain(batch.table["subject"]))
    for kind, own in ((PERSON, people), *(() if source.is_case else ((JOURNEY, batch.journey),))):
        there = np.flatnonzero(np.asarray(own.is_valid()))
        kind_column = pa.repeat(pa.scalar(kind, pa.string()), len(there))
        add(there, kind_column, own.take(pa.array(there)), pa.nulls(len(there), pa.string()))
    return _coded(np.concatenate(rows), *(pa.concat_arrays(part) for part in (kinds, ids, qualifiers)))


def _parents(lists: pa.Array) -> tuple[Longs, int, int]:
    """The row of each item of a list or map column, and where its items lie."""
    ends = lists.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    return np.repeat(np.arange(len(lists)), np.diff(ends)).astype(np.int64), int(ends[0]), int(ends[-1])


def _coded(row: Longs, kinds: pa.Array, ids: pa.Array, qualifiers: pa.Array) -> Links:
    whole = np.asarray(kinds.is_valid()) & np.asarray(ids.is_valid())
    kind, id_ = kinds.fill_null("").dictionary_encode(), ids.fill_null("").dictionary_encode()
    kind_code, id_code = (one.indices.to_numpy(zero_copy_only=False).astype(np.int64) for one in (kind, id_))
    width = (max(1, len(kind.dictionary)), max(1, len(id_.dictionary)))
    # the first that says it wins: objects come before keys, and bring their qualifier
    _, first = np.unique((row * width[0] + kind_code) * width[1] + id_code, return_index=True)
    first = first[whole[first]]
    first = first[np.lexsort((first, row[first]))]
    types, words = tuple(kind.dictionary.to_pylist()), tuple(id_.dictionary.to_pylist())
    return Links(row[first], kind_code[first], id_code[first], qualifiers.take(pa.array(first)), types, words)


class Objects:
    """The objects of a whole export: remembered by 64 bits of their id, as sorted runs of which each is twice the next."""

    def __init__(self) -> None:
        self.count = 0
        self._kinds: dict[str, int] = {}
        self._runs: list[tuple[Words, Longs]] = []
        self._names: dict[tuple[int, int], str] = {}

    def take(self, links: Links) -> pa.Array:
        """The objects that were not met before, as JSON, each with a comma in front; from now on they are met."""
        pair = links.kind * max(1, len(links.ids)) + links.id
        pairs, first = np.unique(pair, return_index=True)
        pairs = pairs[np.argsort(first, kind="stable")]  # in the order in which they are met
        kinds, ids = pairs // max(1, len(links.ids)), pairs % max(1, len(links.ids))
        number = np.array([self._kinds.setdefault(kind, len(self._kinds)) for kind in links.types] or [0], np.int64)
        words = [links.ids[one] for one in ids.tolist()]
        owner = self._owners(words, number[kinds])
        foreign = np.flatnonzero(owner != number[kinds])
        for one in foreign.tolist():
            words[one] = f"{links.types[kinds[one]]}:{words[one]}"
        self._names = {(int(kinds[one]), int(ids[one])): words[one] for one in foreign.tolist()}
        fresh = self._keep(words, number[kinds])
        self.count += len(fresh)
        return pa.array(
            [
                f',\n{{"id":{_json(words[one])},"type":{_json(links.types[kinds[one]])},"attributes":[],"relationships":[]}}'
                for one in fresh.tolist()
            ],
            pa.string(),
        )

    def links(self, links: Links, rows: int) -> pa.Array:
        """The links of each row as JSON, after ``take``; null for a row without any."""
        own = pa.array([_json(word) for word in links.ids], pa.string()).take(pa.array(links.id))
        if self._names:
            said = [self._names.get(pair) for pair in zip(links.kind.tolist(), links.id.tolist(), strict=True)]
            named = pa.array([None if one is None else _json(one) for one in said], pa.string())
            own = where(named.is_valid(), named, own)
        qualifier = by_word(links.qualifier.fill_null(""), _json)
        texts = joined(['{"objectId":', own, ',"qualifier":', qualifier, "}"])
        ends = np.searchsorted(links.row, np.arange(rows + 1)).astype(np.int32)
        return pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), texts), ",")

    def _owners(self, words: list[str], kinds: Longs) -> Longs:
        """The type under which each id was met first (its own if it was not met, or in this very batch)."""
        marks = _marks(words)
        owner = self._found(marks)
        _, first, place = np.unique(marks, return_index=True, return_inverse=True)
        return np.where(owner >= 0, owner, kinds[first[place]])

    def _keep(self, words: list[str], kinds: Longs) -> Longs:
        """Places of those not met before; they are remembered with their type."""
        marks = _marks(words)
        new = np.flatnonzero(self._found(marks) < 0)
        _, first = np.unique(marks[new], return_index=True)
        new = new[np.sort(first)]
        order = np.argsort(marks[new], kind="stable")
        run = (marks[new][order], kinds[new][order])
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            older = self._runs.pop()
            both = np.concatenate([older[0], run[0]])
            order = np.argsort(both, kind="stable")
            run = (both[order], np.concatenate([older[1], run[1]])[order])
        self._runs.append(run)
        return new

    def _found(self, marks: Words) -> Longs:
        found = np.full(len(marks), -1, np.int64)
        for known, kinds in self._runs:
            if len(known):
                at = np.minimum(np.searchsorted(known, marks), len(known) - 1)
                found = np.where(known[at] == marks, kinds[at], found)
        return found


def _marks(words: list[str]) -> Words:
    return keys_of(words)[0] if words else np.empty(0, np.uint64)


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()
