"""Servers for the tests: one for all that only ask, a fresh one for those that break something."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.running import Running, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("server") / "data"
    folder.mkdir()
    with running(folder, allowed_origins="https://shop.example.de", header_timeout_s="2", body_timeout_s="2") as found:
        yield found.warm()


@pytest.fixture(scope="session")
def key(server: Running) -> str:
    return server.key()


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """An empty data folder."""

    def made() -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        return folder

    return made
