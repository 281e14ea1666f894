"""The id of a row follows from what it says: the same in every file, place, order of columns and chunk."""

import unicodedata
from collections import Counter
from hashlib import blake2b

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.steps.columns_ids import Occurrences, event_ids, hash_rows, id_column

NAMES = ["b", "a", "ä", "Zeit"]
ROWS = st.lists(st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=300)] * 4), min_size=1, max_size=8)


def slow_id(row: dict[str, str | None], before: int) -> bytes:
    """The written rule, step by step."""
    message = b""
    for name in sorted(row, key=lambda name: unicodedata.normalize("NFC", name).encode()):
        cell = (row[name] or "").encode()
        if cell:
            message += blake2b(unicodedata.normalize("NFC", name).encode(), digest_size=4).digest()
            message += bytes([len(cell)]) if len(cell) < 255 else b"\xff" + len(cell).to_bytes(4, "little")
            message += cell
    first = blake2b(message, digest_size=16).digest()
    return first if before == 0 else blake2b(first + before.to_bytes(8, "little"), digest_size=16).digest()


def table(rows: list[tuple[str, ...]], names: list[str] = NAMES) -> pa.Table:
    return pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(names)})


def ids_of(rows: list[tuple[str, ...]], names: list[str] = NAMES) -> list[bytes]:
    found = hash_rows(table(rows, names))
    numbers = Occurrences().number(found)
    return [bytes(one) for one in id_column(event_ids(found, numbers)).to_pylist()]


@given(rows=ROWS)
def test_ids_are_those_of_the_written_rule(rows: list[tuple[str, ...]]) -> None:
    seen: Counter[tuple[str, ...]] = Counter()
    expected = []
    for row in rows:
        expected.append(slow_id(dict(zip(NAMES, row, strict=True)), seen[row]))
        seen[row] += 1
    assert ids_of(rows) == expected


@given(rows=ROWS, order=st.permutations(range(4)))
def test_the_order_of_columns_and_empty_columns_change_nothing(rows: list[tuple[str, ...]], order: list[int]) -> None:
    moved = [(*(row[place] for place in order), "") for row in rows]
    assert ids_of(moved, [*(NAMES[place] for place in order), "leer"]) == ids_of(rows)


def test_names_count_in_one_spelling() -> None:
    assert ids_of([("x",)], ["Gr\u00f6\u00dfe"]) == ids_of([("x",)], ["Gro\u0308\u00dfe"])


@given(rows=st.lists(st.sampled_from("abc"), max_size=40), cut=st.integers(0, 40))
def test_identical_rows_are_numbered_across_chunks(rows: list[str], cut: int) -> None:
    counted = Occurrences()
    found: list[int] = []
    for part in (rows[:cut], rows[cut:]):
        ids = hash_rows(pa.table({"x": pa.array(part, pa.string())}))
        found += counted.number(ids).tolist()
    assert found == [rows[:place].count(row) for place, row in enumerate(rows)]


def test_many_rows_are_counted_exactly() -> None:
    counted = Occurrences()
    rng = np.random.default_rng(7)
    values = rng.integers(0, 60_000, 200_000)
    ids = np.stack([values.astype(np.uint64), (values * 31).astype(np.uint64)], axis=1)
    found = np.concatenate([counted.number(part) for part in np.array_split(ids, 9)])
    seen: Counter[int] = Counter()
    for value, number in zip(values.tolist(), found.tolist(), strict=True):
        assert number == seen[value]
        seen[value] += 1


def test_the_ids_of_today_are_those_of_tomorrow() -> None:
    assert ids_of([("4711", "Kauf", "", "2026-01-01")])[0].hex() == "535cf85ece76b63f40aa1962e9bcb85a"
