"""People joined or parted since a generation was made: their rows read again from the lake, as whoever they belong to today.

Also knows how to look up (ordinal, event id) of base rows where equal times need it.
"""

import numpy as np
import numpy.typing as npt

from tanteemma.store.hashing import Words
from tanteemma.store.index.build import PERSON_ORDER, SettledOrder, find_keys
from tanteemma.store.index.facts import Facts
from tanteemma.store.index.generation import BucketFiles, Generation
from tanteemma.store.index.kinds import KindTable
from tanteemma.store.index.overlay import TieBreaker
from tanteemma.store.index.rows import COLUMNS, Rows, rows_of
from tanteemma.store.lakefiles import LakeFile
from tanteemma.store.people import PeopleMap

Longs = npt.NDArray[np.int64]


class MovedRows:
    """``rows``: lake rows of every base person a change of mapping concerns, with today's owner; ``gone``: these persons."""

    def __init__(self, generation: Generation, people: PeopleMap, kinds: KindTable, facts: Facts) -> None:
        self._generation = generation
        self._people = people
        self._kinds = kinds
        self._facts = facts
        self._reader = facts.reader
        self._whole: dict[int, Rows] = {}
        self.gone = generation.people_map().moved(people)
        parts = [self._of_people(bucket) for bucket in generation.manifest.buckets] if len(self.gone[0]) else []
        self.rows = Rows.joined(parts, generation.manifest.keys)

    def _of_people(self, bucket: BucketFiles) -> Rows:
        arrays = self._generation.order(bucket, PERSON_ORDER)
        place = find_keys(arrays["high"], arrays["low"], *self.gone)
        place = place[place >= 0]
        if not len(place):
            return Rows.empty(self._generation.manifest.keys)
        wanted = np.zeros(bucket.rows, np.bool_)
        for start, end in zip(arrays["offsets"][place].tolist(), arrays["offsets"][place + 1].tolist(), strict=True):
            wanted[start:end] = True
        return self._bucket_rows(bucket).take(np.flatnonzero(wanted))

    def _bucket_rows(self, bucket: BucketFiles) -> Rows:
        """Every row of a bucket with today's owner, in file order; kept, since ties and cases may ask again."""
        if bucket.number not in self._whole:
            table = self._reader.read(LakeFile.named(bucket.lake_file), COLUMNS)
            person, there = self._people.of_column(table["subject"])
            rows = rows_of(table, person, there, self._kinds, self._generation.manifest.keys)
            self._whole[bucket.number] = rows.of_file(self._reader.number_of(bucket.lake_file))
        return self._whole[bucket.number]

    def of_cases(self, key: str, base: list[SettledOrder], fresh: Rows) -> tuple[Rows, tuple[Words, Words]]:
        """Fresh rows for a case order: cases with a moved person leave the base (second result) and come anew, whole."""
        moved = self.rows.cases[key]
        pairs = np.unique(np.stack([moved.high[moved.there], moved.low[moved.there]], axis=1), axis=0)
        high, low = pairs[:, 0], pairs[:, 1]
        parts = [fresh]
        for bucket, order in zip(self._generation.manifest.buckets, base, strict=True):
            if (find_keys(order.high, order.low, high, low) >= 0).any():
                whole = self._bucket_rows(bucket)
                case = whole.cases[key]
                parts.append(whole.take(np.flatnonzero(case.there & (find_keys(high, low, case.high, case.low) >= 0))))
        return Rows.joined(parts, self._generation.manifest.keys), (high, low)

    def ties(self, order: str) -> TieBreaker:
        """Look up what decides between rows of one time, by bucket and row in the order."""
        buckets = {bucket.number: bucket for bucket in self._generation.manifest.buckets}

        def look_up(number: int, row: Longs) -> tuple[Longs, Words, Words]:
            rows = self._bucket_rows(buckets[number])
            place = row if order == PERSON_ORDER else self._facts.places(buckets[number].lake_file, order)[row]
            return rows.ordinal[place], rows.id_high[place], rows.id_low[place]

        return look_up
