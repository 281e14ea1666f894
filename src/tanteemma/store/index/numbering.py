"""Persons as small numbers within one view of the index, so that distinct persons are counted by bitmap."""

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON
from tanteemma.store.index.build import PERSON_ORDER, find_keys
from tanteemma.store.index.generation import Generation
from tanteemma.store.index.overlay import rank_of_new
from tanteemma.store.index.rows import Rows

Numbers = npt.NDArray[np.uint32]


def number_people(generation: Generation, rows: Rows) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Number of each row's person: as in the base, or the next free ones in the order of keys."""
    number = np.full(len(rows), NO_PERSON, np.uint32)
    insert = np.zeros(len(rows), np.int64)
    shift = np.uint64(64 - generation.manifest.bucket_bits)
    bucket_of = rows.owner_high >> shift if generation.manifest.bucket_bits else np.zeros(len(rows), np.uint64)
    before = 0
    for bucket in generation.manifest.buckets:
        here = np.flatnonzero(rows.has_person & (bucket_of == bucket.number))
        if len(here):
            arrays = generation.order(bucket, PERSON_ORDER)
            place = find_keys(arrays["high"], arrays["low"], rows.owner_high[here], rows.owner_low[here])
            known = (
                (place >= 0) & (arrays["people"][np.maximum(place, 0)] != NO_PERSON) if len(arrays["people"]) else place >= 0
            )
            number[here[known]] = place[known] + before
            met_since = here[~known]
            insert[met_since] = before + np.searchsorted(arrays["high"], rows.owner_high[met_since])
        before += bucket.people
    new = np.flatnonzero(rows.has_person & (number == NO_PERSON))
    pairs, first, inverse = np.unique(
        np.stack([rows.owner_high[new], rows.owner_low[new]], axis=1), axis=0, return_index=True, return_inverse=True
    )
    number[new] = generation.people + inverse.reshape(-1)
    return number, rank_of_new(insert[new][first], np.arange(len(pairs), dtype=np.int64))
