"""What a kernel remembers of stretches gives the same answer as counting everything, and an event costs one stretch."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys import remembering
from tanteemma.journeys.ask_cells import ask_measured, cells_of
from tanteemma.journeys.cells.question import Phase, Wanted
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.kernels.cells import CellsKernel
from tanteemma.journeys.remembering import Memory, Remembered, stretches
from tanteemma.model.arrays import JourneyArrays, Kernel, Selection
from tanteemma.workshop.binding import parse_binding
from tests.unit.journeys.told import Event, Log, any_log

WANTED = Wanted(
    (Bound("a", parse_binding("event = anruf")), Bound("b", parse_binding("property.team = nord"))), (Phase("p", ("a",)),)
)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering.stretches, "__defaults__", (3,))


def always(part: int) -> Hashable:
    return part


def remembered(memory: Memory) -> Any:
    def keeping(kernel: Kernel[Any, Any, Any]) -> Kernel[Any, Any, Any]:
        return Remembered(kernel, memory, always)

    return keeping


class _Plain(Log):
    """Every event counts, as in a base of the index."""

    def _bucket(self, bucket: int, facts: Any) -> tuple[JourneyArrays, Selection]:
        arrays, selection = super()._bucket(bucket, facts)
        return arrays, Selection(None, selection.journeys)


@given(any_log(), st.data())
def test_what_is_remembered_is_what_is_counted(log: Log, data: st.DataObject) -> None:
    memory = Memory()
    for _ in range(3):
        chosen = data.draw(st.lists(st.booleans(), min_size=len(log.journeys), max_size=len(log.journeys)))
        plain = _Plain(log.journeys, chosen, log.buckets, [None] * len(log.journeys))
        found = ask_measured(plain, None, WANTED, keeping=remembered(memory))
        expected = ask_measured(plain, None, WANTED)
        assert cells_of(found, "en") == cells_of(expected, "en")
        assert (found.scores.counted, found.scores.words) == (expected.scores.counted, expected.scores.words)


def test_masking_one_journey_counts_one_stretch_anew() -> None:
    log = _Plain([[Event("anruf", place * 10), Event("kauf", place * 10 + 5)] for place in range(20)], [True] * 20)
    memory = Memory()
    ask_measured(log, None, WANTED, keeping=remembered(memory))
    before = memory.counted
    ask_measured(log, None, WANTED, keeping=remembered(memory))
    assert memory.counted == before, "nothing has changed"
    masked = replace(log, chosen=[place != 7 for place in range(20)])
    ask_measured(masked, None, WANTED, keeping=remembered(memory))
    assert memory.counted == before + 3, "one stretch of each of the three kernels"


def test_stretches_hold_every_journey_once_and_keep_people_together() -> None:
    offsets = np.array([0, 2, 2, 5, 6, 9], np.int64)
    arrays = JourneyArrays(np.zeros(9, np.uint16), np.arange(9), offsets, np.array([1, 1, 1, 2, 3], np.uint32))
    found = list(stretches(arrays, Selection(), 3))
    assert [(begin, own.offsets.tolist(), own.people.tolist()) for begin, own, _ in found] == [
        (0, [0, 2, 2, 5], [1, 1, 1]),
        (5, [0, 1, 4], [2, 3]),
    ]


def test_what_was_not_used_for_long_is_forgotten_first() -> None:
    memory = Memory(most_bytes=5_000)
    for key in range(10):
        memory.keep(key, (key,))
    assert memory.get(0) is None
    assert memory.get(9) == (9,)


def test_a_kernel_keeps_its_name_and_its_facts() -> None:
    kernel = Remembered(CellsKernel(), Memory(), always)
    assert kernel.name == "cells"


def test_when_the_arrays_change_nothing_of_the_old_ones_stays() -> None:
    memory = Memory()
    memory.only("first")
    memory.keep("words", ("what somebody wrote",))
    memory.only("first")
    assert memory.get("words") is not None
    memory.only("second")
    assert memory.get("words") is None
