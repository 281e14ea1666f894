"""Which person each subject is today: itself, unless it was joined with others. Answers for millions of subjects at once."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.store.hashing import Words, bytes_of, key_of, words_of
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.build import find_keys

Flags = npt.NDArray[np.bool_]


class PeopleMap:
    """Subjects that belong to another person than their own default, as sorted arrays; all others are found by hashing.

    A generation of the index keeps the mapping it was made with, so what has moved since is found by comparing the two.
    """

    def __init__(self, subjects: tuple[Words, Words], people: tuple[Words, Words]) -> None:
        order = np.lexsort((subjects[1], subjects[0]))
        self._high, self._low = subjects[0][order], subjects[1][order]
        self._person_high, self._person_low = people[0][order], people[1][order]

    @classmethod
    def of(cls, joined: Mapping[str, bytes]) -> Self:
        """From subjects in words to their persons."""
        return cls(words_of([key_of(subject) for subject in joined]), words_of(list(joined.values())))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, AnyArray]) -> Self:
        """From what ``arrays`` gave (a generation keeps the mapping it was made with)."""
        return cls((arrays["high"], arrays["low"]), (arrays["person_high"], arrays["person_low"]))

    def arrays(self) -> dict[str, AnyArray]:
        """The mapping as sorted arrays."""
        return {"high": self._high, "low": self._low, "person_high": self._person_high, "person_low": self._person_low}

    def __len__(self) -> int:
        return len(self._high)

    def moved(self, now: "PeopleMap") -> tuple[Words, Words]:
        """Persons under this mapping of whom at least one subject belongs to somebody else under ``now``."""
        mine, theirs = self.arrays(), now.arrays()
        high, low = np.concatenate([mine["high"], theirs["high"]]), np.concatenate([mine["low"], theirs["low"]])
        was, today = self.of_keys(high, low), now.of_keys(high, low)
        changed = (was[0] != today[0]) | (was[1] != today[1])
        pairs = np.unique(np.stack([was[0][changed], was[1][changed]], axis=1), axis=0)
        return pairs[:, 0], pairs[:, 1]

    def of_keys(self, high: Words, low: Words) -> tuple[Words, Words]:
        """Person of each subject key."""
        place = find_keys(self._high, self._low, high, low)
        hit = place >= 0
        if not hit.any():
            return high, low
        at = np.maximum(place, 0)
        return np.where(hit, self._person_high[at], high), np.where(hit, self._person_low[at], low)

    def of_subjects(self, subjects: Sequence[str]) -> list[bytes]:
        """Person of each subject, 16 bytes each."""
        joined = bytes_of(*self.of_keys(*words_of([key_of(subject) for subject in subjects])))
        return [joined[at : at + 16] for at in range(0, len(joined), 16)]

    def of_column(self, subject: pa.ChunkedArray) -> tuple[tuple[Words, Words], Flags]:
        """Person of each row of a subject column, and whether the row names anybody."""
        coded = subject.combine_chunks().dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        there = coded.indices.is_valid().to_numpy(zero_copy_only=False)
        high, low = self.of_keys(*words_of([key_of(text) for text in coded.dictionary.to_pylist()]))
        codes = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
        if not len(high):
            nobody = np.zeros(len(there), np.uint64)
            return (nobody, nobody), there
        return (np.where(there, high[codes], 0).astype(np.uint64), np.where(there, low[codes], 0).astype(np.uint64)), there
