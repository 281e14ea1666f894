"""Every id is known exactly, however many runs are merged and in whatever portions."""

import struct
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.store import runs
from tanteemma.store.runs import IdRuns, Ids, RunEntry

#: few different words, so that portions are cut where ids are equal in their first half
PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 50)), max_size=40, unique=True)


def ids_of(pairs: list[tuple[int, int]]) -> Ids:
    high, low = (np.array([pair[place] for pair in pairs], dtype=np.uint64) for place in (0, 1))
    return Ids.sorted_from(high, low, (high * np.uint64(1000) + low).view(np.int64))


@given(batches=st.lists(PAIRS, min_size=1, max_size=20), portion=st.integers(1, 30), large=st.integers(1, 60))
def test_what_was_taken_in_is_known_with_its_content_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int]]], portion: int, large: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "PORTION", portion)
        patch.setattr(runs, "LARGE", large)
        folder: Path = tmp_path_factory.mktemp("ids")
        memory, taken = IdRuns(folder), set[tuple[int, int]]()
        for version, batch in enumerate(batches):
            new = [pair for pair in batch if pair not in taken]
            memory.add(ids_of(new), version)
            taken |= set(new)
            if len(batch) % 5 == 0:
                memory.merge_large(threading.Lock())
        for seen in (memory, IdRuns(folder)):
            assert (seen.count, seen.lake_version, seen.verify()) == (len(taken), len(batches) - 1, [])
            asked = [(high, low) for high in range(9) for low in range(52)]
            high, low = (np.array([pair[place] for pair in asked], dtype=np.uint64) for place in (0, 1))
            known, content = seen.contents(high, low)
            assert {pair for pair, there in zip(asked, known.tolist(), strict=True) if there} == taken
            assert all(content[place] == asked[place][0] * 1000 + asked[place][1] for place in np.flatnonzero(known))
            singly = [seen.content_of(struct.pack(">QQ", *pair)) for pair in asked]
            assert singly == [pair[0] * 1000 + pair[1] if pair in taken else None for pair in asked]
            whole = seen.all_ids()
            assert list(zip(whole.high.tolist(), whole.low.tolist(), strict=True)) == sorted(taken)


def test_large_runs_are_merged_while_more_is_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LARGE", 10)
    memory, write = IdRuns(tmp_path), IdRuns._write
    pairs = [(number, number) for number in range(400)]
    for version in range(8):
        memory.add(ids_of(pairs[version * 20 : version * 20 + 20]), version)
    before = len(memory._manifest.runs)

    def interrupted(own: IdRuns, parts: Sequence[Ids]) -> RunEntry:
        monkeypatch.setattr(IdRuns, "_write", write)
        for version in range(8, 20):
            memory.add(ids_of(pairs[version * 20 : version * 20 + 20]), version)
        return write(own, parts)

    monkeypatch.setattr(IdRuns, "_write", interrupted)
    memory.merge_large(threading.Lock())
    assert (memory.count, memory.lake_version) == (400, 19)
    assert len(memory.all_ids()) == 400
    assert not memory.verify()
    for _ in range(5):
        memory.merge_large(threading.Lock())
    assert len(memory._manifest.runs) < before
    assert len(IdRuns(tmp_path).all_ids()) == 400
