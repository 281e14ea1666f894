"""Answers kept and thrown away; kernels that stop between two buckets; cells that never calculate."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.serve.worker.answers import Answers
from tanteemma.serve.worker.asked import Asked, Stoppable, Unwanted
from tanteemma.serve.worker.bad_rows import FORMULA_STARTS, guarded, shown
from tanteemma.serve.worker.messages import Progress


def test_an_answer_is_known_until_something_changes() -> None:
    answers = Answers(2)
    answers.keep(b"q", "1", b"{}")
    again = answers.get(b"q", "1")
    assert again is not None
    assert again.cached
    assert answers.get(b"q", "2") is None
    assert answers.get(b"other", "1") is None


def test_the_least_recently_asked_is_forgotten_first() -> None:
    answers = Answers(2)
    answers.keep(b"a", "1", b"")
    answers.keep(b"b", "1", b"")
    answers.get(b"a", "1")
    answers.keep(b"c", "1", b"")
    assert answers.get(b"a", "1") is not None
    assert answers.get(b"b", "1") is None


def test_the_last_answer_is_known_until_it_is_forgotten() -> None:
    answers = Answers(2)
    assert answers.last(b"one") is None
    answers.keep(b"one", "1", b"old")
    answers.keep(b"one", "2", b"new")
    last = answers.last(b"one")
    assert last is not None
    assert (last.body, last.version) == (b"new", "2")
    for number in range(2):
        answers.keep(b"other", str(number), b"")
    assert answers.last(b"one") is None
    assert answers.last(b"other") is not None


class Counting:
    """A kernel that counts the buckets it was given, and says stop at the third."""

    name = "counting"

    def __init__(self, asked: Asked, stop_at: int) -> None:
        self.asked = asked
        self.stop_at = stop_at
        self.seen = 0

    def partial(self, arrays: Any, selection: Any, touchpoints: Any, question: Any) -> int:
        self.seen += 1
        if self.seen == self.stop_at:
            self.asked.stop()
        return 1

    def merge(self, one: int, other: int) -> int:
        return one + other

    def answer(self, merged: int, touchpoints: Any, question: Any) -> int:
        return merged


def a_bucket() -> tuple[JourneyArrays, Selection, Touchpoints]:
    none = np.zeros(0, np.uint16), np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0, np.uint32)
    return JourneyArrays(*none), Selection(), Touchpoints(np.zeros(0, np.uint32), ())


def test_a_kernel_stops_between_two_buckets_when_nobody_waits() -> None:
    asked = Asked()
    kernel = Counting(asked, stop_at=3)
    stoppable = Stoppable(kernel, asked)
    for _ in range(3):
        stoppable.partial(*a_bucket(), None)
    with pytest.raises(Unwanted):
        stoppable.partial(*a_bucket(), None)
    assert kernel.seen == 3


def test_a_kernel_that_is_wanted_gives_its_own_answer() -> None:
    asked = Asked()
    stoppable = Stoppable(Counting(asked, stop_at=99), asked)
    total = stoppable.partial(*a_bucket(), None)
    for _ in range(4):
        total = stoppable.merge(total, stoppable.partial(*a_bucket(), None))
    assert stoppable.answer(total, a_bucket()[2], None) == 5


def test_nobody_hears_progress_of_what_nobody_wants() -> None:
    heard: list[object] = []
    asked = Asked(heard.append)
    asked.say(Progress(rows=1))
    asked.stop()
    asked.say(Progress(rows=2))
    assert len(heard) == 1


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula_and_the_text_is_still_there(cell: str) -> None:
    safe = guarded(cell)
    assert not safe.startswith(FORMULA_STARTS)
    assert safe.removeprefix("'") == cell or safe == cell


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_each_way_to_begin_a_formula_is_guarded(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("raw", "text"), [(b"Gr\xc3\xbc\xc3\x9fe", "Grüße"), (b"Gr\xfc\xdfe", "Grüße"), (b"", ""), (b"\xff\xfe", "ÿþ")]
)
def test_bytes_are_shown_as_they_were_probably_meant(raw: bytes, text: str) -> None:
    assert shown(raw) == text


@given(st.binary(max_size=6000))
def test_any_bytes_can_be_shown(raw: bytes) -> None:
    assert len(shown(raw)) <= 4096
