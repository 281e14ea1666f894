"""Lake rows as plain columns: whose they are, when, in which order, what kind, and which cases they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.store.hashing import KEY_BYTES, Words, case_text, key_of, keys_of, words_of
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.sorting import by_key_then

#: the lake columns an index row needs (``person`` is what the row's file says; the mapping of today decides)
COLUMNS: Final = ("event_id", "name", "channel", "occurred_at", "ordinal", "subject", "keys", "person")

Flags = npt.NDArray[np.bool_]
#: Rows whose file was not said.
NO_FILE: Final = -1


@dataclass(frozen=True, slots=True)
class CaseIds:
    """For one key name: which rows have it and the case each belongs to."""

    there: Flags
    high: Words
    low: Words

    def take(self, order: npt.NDArray[np.int64]) -> Self:
        """The rows at these places, in this order."""
        return type(self)(self.there[order], self.high[order], self.low[order])


@dataclass(frozen=True, slots=True)
class Rows:
    """Index rows of some lake rows, one entry per event in each column.

    ``file`` and ``at``: the lake file (by the reader's number for it) and the row in it that an entry was read from.
    """

    owner_high: Words
    owner_low: Words
    has_person: Flags
    time: npt.NDArray[np.int64]
    ordinal: npt.NDArray[np.int64]
    id_high: Words
    id_low: Words
    kind: npt.NDArray[np.uint32]
    cases: Mapping[str, CaseIds]
    file: npt.NDArray[np.int32]
    at: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time)

    def take(self, order: npt.NDArray[np.int64]) -> Self:
        """The rows at these places, in this order."""
        return type(self)(
            self.owner_high[order],
            self.owner_low[order],
            self.has_person[order],
            self.time[order],
            self.ordinal[order],
            self.id_high[order],
            self.id_low[order],
            self.kind[order],
            {name: ids.take(order) for name, ids in self.cases.items()},
            self.file[order],
            self.at[order],
        )

    def of_file(self, number: int) -> Self:
        """The same rows, as those of a whole file from its first row to its last."""
        count = len(self)
        return replace(self, file=np.full(count, number, np.int32), at=np.arange(count, dtype=np.int64))

    def person_order(self) -> npt.NDArray[np.int64]:
        """The order of the lake's files: (owner, time, ordinal, event id)."""
        return by_key_then(self.owner_high, self.owner_low, (self.time, self.ordinal, self.id_high, self.id_low))

    def case_order(self, key: str) -> npt.NDArray[np.int64]:
        """The rows that have a case of ``key``, ordered by (case, time, ordinal, event id)."""
        ids = self.cases[key]
        rows = np.flatnonzero(ids.there)
        part = self.take(rows)
        case = part.cases[key]
        return rows[by_key_then(case.high, case.low, (part.time, part.ordinal, part.id_high, part.id_low))]

    @classmethod
    def joined(cls, parts: Sequence["Rows"], keys: Sequence[str]) -> Self:
        """Several parts one after the other."""
        if not parts:
            return cls.empty(keys)
        cases = {
            key: CaseIds(
                np.concatenate([part.cases[key].there for part in parts]),
                np.concatenate([part.cases[key].high for part in parts]),
                np.concatenate([part.cases[key].low for part in parts]),
            )
            for key in keys
        }
        return cls(
            np.concatenate([part.owner_high for part in parts]),
            np.concatenate([part.owner_low for part in parts]),
            np.concatenate([part.has_person for part in parts]),
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.ordinal for part in parts]),
            np.concatenate([part.id_high for part in parts]),
            np.concatenate([part.id_low for part in parts]),
            np.concatenate([part.kind for part in parts]),
            cases,
            np.concatenate([part.file for part in parts]),
            np.concatenate([part.at for part in parts]),
        )

    @classmethod
    def empty(cls, keys: Sequence[str]) -> Self:
        """No rows."""
        words, times, flags = np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.bool_)
        cases = {key: CaseIds(flags, words, words) for key in keys}
        return cls(words, words, flags, times, times, words, words, np.empty(0, np.uint32), cases, np.empty(0, np.int32), times)


def case_ids(keys: pa.ChunkedArray, name: str) -> CaseIds:
    """The case of each row under one key name."""
    found = pc.map_lookup(keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys, name, "first")
    there = found.is_valid().to_numpy(zero_copy_only=False)
    coded = found.drop_null().dictionary_encode()
    high, low = keys_of([case_text(name, value) for value in coded.dictionary.to_pylist()])
    codes = coded.indices.to_numpy(zero_copy_only=False)
    all_high, all_low = np.zeros(len(there), np.uint64), np.zeros(len(there), np.uint64)
    all_high[there], all_low[there] = high[codes], low[codes]
    return CaseIds(there, all_high, all_low)


def fixed_words(column: pa.ChunkedArray) -> tuple[Words, Words]:
    """(high, low) words of a binary column whose values are all 16 bytes long (nulls read as zero)."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if array.null_count:
        array = pc.fill_null(array, b"\x00" * KEY_BYTES)
    if not len(array):
        return np.empty(0, np.uint64), np.empty(0, np.uint64)
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    return words_of(bytes(memoryview(array.buffers()[2])[int(offsets[0]) : int(offsets[-1])]))


def owner_of_rows_without_person(table: pa.Table, rows: npt.NDArray[np.int64]) -> tuple[Words, Words]:
    """Rows nobody is named in belong to their first case (by key name): the bucket of its key."""
    keys = table["keys"].combine_chunks().take(pa.array(rows))
    if (np.diff(keys.offsets.to_numpy()) == 1).all():
        names, values = keys.keys.dictionary_encode(), keys.items.dictionary_encode()
        width = max(len(values.dictionary), 1)
        pair = names.indices.to_numpy(zero_copy_only=False).astype(np.int64) * width
        unique, inverse = np.unique(pair + values.indices.to_numpy(zero_copy_only=False), return_inverse=True)
        name_words, value_words = names.dictionary.to_pylist(), values.dictionary.to_pylist()
        high, low = keys_of([case_text(name_words[one // width], value_words[one % width]) for one in unique.tolist()])
        return high[inverse], low[inverse]
    firsts = [min((case_text(*pair) for pair in pairs or ()), default="nobody") for pairs in keys.to_pylist()]
    distinct = {text: key_of(text) for text in set(firsts)}
    return words_of([distinct[text] for text in firsts])


def owners(table: pa.Table, person: tuple[Words, Words], has_person: Flags) -> tuple[Words, Words]:
    """Owner of each row: its person, or else its case."""
    high, low = person[0].copy(), person[1].copy()
    alone = np.flatnonzero(~has_person)
    if len(alone):
        high[alone], low[alone] = owner_of_rows_without_person(table, alone)
    return high, low


def rows_of(table: pa.Table, person: tuple[Words, Words], has_person: Flags, kinds: KindTable, keys: Sequence[str]) -> Rows:
    """Index rows of a lake table, in the table's order; ``person`` is who each row belongs to today."""
    owner_high, owner_low = owners(table, person, has_person)
    id_high, id_low = fixed_words(table["event_id"])
    return Rows(
        owner_high,
        owner_low,
        has_person,
        table["occurred_at"].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False),
        table["ordinal"].combine_chunks().to_numpy(zero_copy_only=False),
        id_high,
        id_low,
        kinds.codes(table["name"], table["channel"]),
        {key: case_ids(table["keys"], key) for key in keys},
        np.full(len(table), NO_FILE, np.int32),
        np.arange(len(table), dtype=np.int64),
    )
