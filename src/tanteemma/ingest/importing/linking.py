"""Who is one person by the rows of a file? A customer number, an address and a telephone number of one row are."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.importing.context import Links

_DAY_US: Final = 86_400_000_000

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def links_of(subjects: pa.Array, others: Sequence[pa.Array], occurred: pa.Array, good: Flags) -> Links:
    """Pairs of subjects that good rows name together, each with the newest day (since 1970) on which one does."""
    found: dict[tuple[str, str], int] = {}
    for other in others:
        both = pc.and_(pc.is_valid(subjects), pc.fill_null(pc.not_equal(subjects, other), fill_value=False))
        both = pc.and_(both, pa.array(good))
        if not pc.any(both).as_py():
            continue
        days = pc.divide(occurred.cast(pa.int64()), _DAY_US)
        table = pa.table({"one": subjects, "other": other, "day": days}).filter(both)
        pairs = table.group_by(["one", "other"]).aggregate([("day", "max")])
        for one, two, day in zip(*(pairs[name].to_pylist() for name in ("one", "other", "day_max")), strict=True):
            pair = (one, two) if one < two else (two, one)
            found[pair] = max(day, found.get(pair, 0))
    return found
