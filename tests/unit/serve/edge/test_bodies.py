"""Bodies: received in pieces, within limits of size, time and memory."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.asgi import Received
from tanteemma.serve.edge.body import BodyMemory, BodyReader, Cut, Watched, busy

Receiver = Callable[[], Coroutine[Any, Any, Received]]


def sending(parts: Sequence[bytes], *, cut: bool = False, wait_s: float = 0.0) -> Receiver:
    waiting = list(parts)

    async def receive() -> Received:
        await asyncio.sleep(wait_s)
        if not waiting:
            return {"type": "http.disconnect"}
        part = waiting.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(waiting) or cut}

    return receive


def read(receive: Receiver, *, largest: int = 1000, timeout_s: float = 5.0, memory: BodyMemory | None = None) -> bytes:
    async def whole() -> bytes:
        with BodyReader(receive, largest=largest, timeout_s=timeout_s, memory=memory or BodyMemory(10**9)) as reader:
            reader.check_length(None)
            return await reader.whole()

    return asyncio.run(whole())


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=10))
def test_the_pieces_make_the_body(parts: list[bytes]) -> None:
    assert read(sending(parts)) == b"".join(parts)


def test_a_body_that_grows_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        read(sending([b"x" * 600, b"x" * 600]))
    assert (refused.value.code, refused.value.status) == (ProblemCode.TOO_LARGE, 413)


def test_a_body_that_is_cut_is_none() -> None:
    with pytest.raises(Cut):
        read(sending([b"half"], cut=True))


def test_a_body_that_takes_too_long_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        read(sending([b"a"] * 50, wait_s=0.02), timeout_s=0.1)
    assert (refused.value.code, refused.value.status) == (ProblemCode.BODY_TIMEOUT, 408)


def test_an_upload_may_take_long_as_long_as_something_comes() -> None:
    async def pieces() -> int:
        reader = BodyReader(sending([b"a"] * 20, wait_s=0.02), largest=1000, timeout_s=0.2)
        return sum([len(piece) async for piece in reader.pieces()])

    assert asyncio.run(pieces()) == 20


@pytest.mark.parametrize("length", ["1001", "99999999999999999999", "-1", "+5", "0x10", "1_0", "\u0661", ""])
def test_a_declared_length_that_is_too_large_or_none_is_refused_unread(length: str) -> None:
    reader = BodyReader(sending([]), largest=1000, timeout_s=1.0, memory=BodyMemory(10**9))
    with pytest.raises(Problem) as refused:
        reader.check_length(length)
    assert refused.value.status == 413


def test_all_bodies_together_stay_within_the_memory_and_give_it_back() -> None:
    memory = BodyMemory(100_000)
    with BodyReader(sending([]), largest=10**6, timeout_s=1.0, memory=memory) as one:
        one.check_length("90000")
        with BodyReader(sending([]), largest=10**6, timeout_s=1.0, memory=memory) as two, pytest.raises(Problem) as refused:
            two.check_length("20000")
        assert (refused.value.code, refused.value.status) == (ProblemCode.BUSY, 503)
    assert memory.held == 0


@given(st.lists(st.integers(0, 500), max_size=20))
def test_the_memory_is_never_promised_twice(sizes: list[int]) -> None:
    memory = BodyMemory(1_000)
    taken = []
    for size in sizes:
        try:
            memory.take(size)
        except Problem:
            continue
        taken.append(size)
    assert memory.held == sum(taken)
    assert memory.held <= 1_000
    for size in taken:
        memory.give_back(size)
    assert memory.held == 0


def test_one_body_may_always_come_however_large() -> None:
    memory = BodyMemory(10)
    memory.take(50)
    assert memory.held == 50


def test_senders_are_not_all_told_to_come_back_at_once() -> None:
    assert {busy().params["retry_after"] for _ in range(100)} == {1, 2, 3}


def test_the_rest_of_a_refused_body_is_let_through_within_limits() -> None:
    async def through(parts: Sequence[bytes], most: int) -> bool:
        watched = Watched(sending(parts))
        await watched.let_through(most, 1.0)
        return watched.whole

    assert asyncio.run(through([b"x" * 10] * 5, 1_000))
    assert not asyncio.run(through([b"x" * 10] * 500, 100))
