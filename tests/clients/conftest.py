"""The vendors' packages, a server on SQLite and one on PostgreSQL, and a browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import WHOLE, chromium
from tests.clients.driven_clients import CLIENTS
from tests.clients.outcome import Outcomes
from tests.clients.telling import DRIVEN
from tests.conftest import ROOT
from tests.postgres.conftest import cluster
from tests.server.running import Running, free_port, running

__all__ = ["cluster"]
#: drivers import what is installed in an environment of its own
collect_ignore_glob = ["driven/*"]
PAGES: Final = 3
_ENVIRONMENT: Final = Path(os.environ.get("EMMA_TEST_CLIENTS") or ROOT / ".venv-clients")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The whole Chromium: what trackers do when a page is hidden or left, its shell does not make them do."""
    with chromium(*WHOLE) as found:
        yield found


@pytest.fixture(scope="session")
def python_of_clients() -> Path:
    """The Python with the vendors' packages, or a skip that says how to get them."""
    program = _ENVIRONMENT / "bin" / "python"
    if not program.is_file():
        pytest.skip(f"{program} is not there: make clients sets it up")
    return program


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder with the vendors' npm packages and our drivers beside them."""
    if shutil.which("node") is None:
        pytest.skip("no Node: apt-get install nodejs npm")
    folder = _ENVIRONMENT / "node"
    if not (folder / "node_modules").is_dir():
        pytest.skip(f"{folder}/node_modules is not there: make clients sets it up (it needs npm)")
    shutil.copytree(DRIVEN / "node", folder / "driven", dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def page_ports() -> list[int]:
    """Ports for the web sites of the browser clients: their origins are allowed when the server starts."""
    return [free_port() for _ in range(PAGES)]


@contextmanager
def _serving(folder: Path, ports: list[int], database_url: str = "") -> Iterator[Running]:
    folder.mkdir()
    allowed = ",".join(f"http://localhost:{port}" for port in ports)
    with running(folder, allowed_origins=allowed, database_url=database_url) as server:
        yield server.ready()


@pytest.fixture(scope="session", params=["SQLite", "PostgreSQL"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, page_ports: list[int]
) -> Iterator[Running]:
    """A server on each of the two databases."""
    folder = tmp_path_factory.mktemp("clients") / "data"
    if request.param == "SQLite":
        with _serving(folder, page_ports) as found:
            yield found
    else:
        url = request.getfixturevalue("cluster").new_database()
        with _serving(folder, page_ports, database_url=url) as found:
            yield found


@pytest.fixture(scope="session")
def outcomes() -> Iterator[Outcomes]:
    """What became of each client; written into the docs when all of them passed on both databases."""
    found = Outcomes()
    yield found
    found.write(CLIENTS)
