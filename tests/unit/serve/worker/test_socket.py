"""Questions over the socket: answered, refused, followed, superseded; and what happens when one side goes."""

import asyncio
import stat
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.asked import Asked, Unwanted
from tanteemma.serve.worker.client import AsyncWorkerClient, WorkerClient
from tanteemma.serve.worker.frames import Ask, AskFrame, Reply, frame, read_ask, read_reply
from tanteemma.serve.worker.messages import (
    Answered,
    AskDurations,
    AskGraph,
    ListJourneys,
    Message,
    Overview,
    Progress,
    Refused,
    Status,
    Verify,
)
from tanteemma.serve.worker.socket_server import SocketServer, Versions

pytestmark = pytest.mark.unix_socket

Test = Callable[[AsyncWorkerClient, Versions], Coroutine[Any, Any, Any]]


class Desk:
    """Answers by the kind of question: at once, with a refusal, with progress, or only when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.began = threading.Event()
        self.unwanted = threading.Event()

    def answer(self, message: Message, asked: Asked) -> Answered:
        if isinstance(message, Overview):
            raise Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value="nope", allowed="person")
        if isinstance(message, Status):
            raise KeyError("a fault of ours with a secret in it")
        if isinstance(message, Verify):
            for done in range(3):
                asked.say(Progress(done_bytes=done, total_bytes=3))
        if isinstance(message, AskGraph):
            self.began.set()
            while not self.go.wait(0.01):
                if asked.unwanted:
                    self.unwanted.set()
                    raise Unwanted
        return Answered(body=type(message).__name__.encode(), version="1")


def run(test: Test, folder: Path, desk: Desk | None = None) -> Any:
    path = folder / "worker.sock"
    serving = desk or Desk()

    async def whole() -> Any:
        versions = Versions("1")
        with ThreadPoolExecutor(4) as threads:
            server = SocketServer(path, serving.answer, lambda _message: threads, versions)
            await server.start()
            client = AsyncWorkerClient(path)
            try:
                async with asyncio.timeout(20):
                    return await test(client, versions)
            finally:
                serving.go.set()
                await client.close()
                await server.close()

    return asyncio.run(whole())


def test_a_question_is_answered_and_the_socket_is_its_owners(tmp_path: Path) -> None:
    async def ask(client: AsyncWorkerClient, _versions: Versions) -> tuple[bytes, int]:
        answered = await client.call(ListJourneys())
        return answered.body, stat.S_IMODE((tmp_path / "worker.sock").stat().st_mode)

    assert run(ask, tmp_path) == (b"ListJourneys", 0o600)
    assert not (tmp_path / "worker.sock").exists()


def test_a_path_longer_than_the_system_allows_works_too(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)

    async def ask(client: AsyncWorkerClient, _versions: Versions) -> bytes:
        return (await client.call(ListJourneys())).body

    assert run(ask, deep) == b"ListJourneys"


def test_a_refusal_arrives_as_the_same_problem(tmp_path: Path) -> None:
    async def ask(client: AsyncWorkerClient, _versions: Versions) -> Problem:
        with pytest.raises(Problem) as refused:
            await client.call(Overview())
        return refused.value

    problem = run(ask, tmp_path)
    assert (problem.code, problem.status) == (ProblemCode.UNKNOWN_JOURNEY, 404)
    assert problem.params == {"value": "nope", "allowed": "person"}


def test_a_fault_of_the_worker_tells_nothing_and_ends_nothing(tmp_path: Path) -> None:
    async def ask(client: AsyncWorkerClient, _versions: Versions) -> bytes:
        with pytest.raises(Problem) as refused:
            await client.call(Status())
        assert refused.value.code is ProblemCode.INTERNAL
        assert not refused.value.params
        return (await client.call(ListJourneys())).body

    assert run(ask, tmp_path) == b"ListJourneys"


def test_progress_comes_before_the_answer(tmp_path: Path) -> None:
    async def ask(client: AsyncWorkerClient, _versions: Versions) -> list[str]:
        return [type(content).__name__ async for content in client.follow(Verify())]

    assert run(ask, tmp_path) == ["Progress"] * 3 + ["Answered"]


def test_a_newer_question_of_the_same_slot_ends_the_older(tmp_path: Path) -> None:
    desk = Desk()

    async def ask(client: AsyncWorkerClient, _versions: Versions) -> bytes:
        older = asyncio.create_task(client.call(AskGraph(), slot="page/graph"))
        await asyncio.to_thread(desk.began.wait, 5)
        newer = await client.call(AskDurations(), slot="page/graph")
        with pytest.raises(Problem) as refused:
            await older
        assert refused.value.status == 409
        assert desk.unwanted.is_set()
        return newer.body

    assert run(ask, tmp_path, desk) == b"AskDurations"


def test_questions_of_other_slots_go_on(tmp_path: Path) -> None:
    desk = Desk()

    async def ask(client: AsyncWorkerClient, _versions: Versions) -> bytes:
        one = asyncio.create_task(client.call(AskGraph(), slot="one"))
        await asyncio.to_thread(desk.began.wait, 5)
        await client.call(AskDurations(), slot="two")
        desk.go.set()
        return (await one).body

    assert run(ask, tmp_path, desk) == b"AskGraph"


def test_a_question_nobody_waits_for_is_stopped(tmp_path: Path) -> None:
    desk = Desk()

    async def ask(client: AsyncWorkerClient, _versions: Versions) -> bool:
        with pytest.raises(Problem) as late:
            await client.call(AskGraph(), timeout_s=0.2)
        assert late.value.code is ProblemCode.QUESTION_TOO_SLOW
        return await asyncio.to_thread(desk.unwanted.wait, 5)

    assert run(ask, tmp_path, desk)


def test_whoever_watches_hears_of_each_change(tmp_path: Path) -> None:
    async def watch(client: AsyncWorkerClient, versions: Versions) -> list[str]:
        seen: list[str] = []
        async for version in client.changes():
            seen.append(version)
            if len(seen) == 3:
                break
            versions.change(str(len(seen) + 1))
        return seen

    assert run(watch, tmp_path) == ["1", "2", "3"]


def test_without_a_worker_everybody_is_told_so(tmp_path: Path) -> None:
    async def ask() -> None:
        client = AsyncWorkerClient(tmp_path / "worker.sock")
        with pytest.raises(Problem) as away:
            await client.call(ListJourneys())
        assert (away.value.code, away.value.status) == (ProblemCode.WORKER_AWAY, 503)
        await client.close()

    asyncio.run(ask())
    with WorkerClient(tmp_path / "worker.sock") as client:
        assert not client.is_running
        with pytest.raises(Problem):
            client.call(ListJourneys())


def test_a_worker_that_goes_ends_what_was_asked_and_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "worker.sock"

    async def whole() -> bytes:
        client = AsyncWorkerClient(path)
        with ThreadPoolExecutor(2) as threads:
            desk = Desk()
            first = SocketServer(path, desk.answer, lambda _message: threads, Versions("1"))
            await first.start()
            waiting = asyncio.create_task(client.call(AskGraph()))
            await asyncio.to_thread(desk.began.wait, 5)
            desk.go.clear()
            await first.close()
            with pytest.raises(Problem):
                await waiting
            second = SocketServer(path, Desk().answer, lambda _message: threads, Versions("1"))
            await second.start()
            answered = await client.call(ListJourneys())
            await client.close()
            await second.close()
            desk.go.set()
            return answered.body

    assert asyncio.run(whole()) == b"ListJourneys"


def test_the_command_line_asks_over_the_same_socket(tmp_path: Path) -> None:
    async def ask(_client: AsyncWorkerClient, _versions: Versions) -> tuple[bytes, list[int]]:
        heard: list[int] = []

        def call() -> bytes:
            with WorkerClient(tmp_path / "worker.sock") as client:
                return client.call(Verify(), progress=lambda progress: heard.append(progress.done_bytes)).body

        return await asyncio.to_thread(call), heard

    assert run(ask, tmp_path) == (b"Verify", [0, 1, 2])


def test_nonsense_on_the_socket_ends_that_connection_only(tmp_path: Path) -> None:
    async def ask(client: AsyncWorkerClient, _versions: Versions) -> bytes:
        for nonsense in (b"\xff\xff\xff\xff", b"\x00\x00\x00\x02hi", b"\x00\x00"):
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "worker.sock"))
            writer.write(nonsense)
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
        return (await client.call(ListJourneys())).body

    assert run(ask, tmp_path) == b"ListJourneys"


names = st.text(max_size=20)
questions = st.one_of(
    st.builds(
        AskGraph, journey=st.none() | names, exact=st.booleans(), filter=st.builds(JourneyFilter, with_=st.tuples(names))
    ),
)


@given(st.integers(1, 2**40), questions, st.none() | names)
def test_a_question_arrives_as_it_was_asked(number: int, message: Message, slot: str | None) -> None:
    asked = AskFrame(ask=Ask(number=number, message=message, slot=slot))
    packed = frame(asked)
    assert int.from_bytes(packed[:4], "big") == len(packed) - 4
    assert read_ask(packed[4:]) == asked


@given(st.integers(1, 2**40), st.binary(max_size=50), st.dictionaries(names, names, max_size=3))
def test_an_answer_arrives_as_it_was_given(number: int, body: bytes, params: dict[str, str]) -> None:
    for content in (Answered(body=body, version="1"), Refused(code="busy", status=503, params=params)):
        reply = Reply(number=number, content=content)
        assert read_reply(frame(reply)[4:]) == reply
