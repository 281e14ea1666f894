"""Running the command line as a person does, and a server that gives prepared answers."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tanteemma.serve.cli import main
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.messages import Answered, Message
from tanteemma.serve.worker.socket_server import SocketServer, Versions
from tanteemma.store.folder import DataFolder


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one call."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Run = Callable[..., Ran]
Answer = Callable[[Message, Asked], Answered]


@pytest.fixture
def emma(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``emma`` with these words, in English unless the words say otherwise."""
    for variable in ("EMMA_DATA", "EMMA_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def run(*words: object) -> Ran:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.create(tmp_path / "emma-data")


@contextmanager
def server_that_says(folder: DataFolder, answer: Answer) -> Iterator[None]:
    """A worker's socket in the data folder, answered by a function."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        with ThreadPoolExecutor(2) as threads:
            server = SocketServer(folder.socket, answer, lambda _message: threads, Versions("1"))
            await server.start()
            ready.set()
            await ended.wait()
            await server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
