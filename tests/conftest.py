"""What every test stands on: no network in the quick tiers, a strange time zone, seeded chance, the folder of real logs."""

import gc
import os
import socket
import time
from pathlib import Path
from typing import Final, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests.seed import SEED

ROOT: Final = Path(__file__).parent.parent
QUIET: Final = (ROOT / "tests" / "unit", ROOT / "tests" / "house", ROOT / "src")

# A machine far from UTC and from Berlin, with a quarter of an hour in its offset: whoever reads the local clock is found out.
os.environ["TZ"] = "Pacific/Chatham"
time.tzset()

# Examples are checked for truth, not for speed: the machine may be shared. In CI the same examples come in every run.
settings.register_profile("emma", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("emma"), derandomize=True, print_blob=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "emma")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody looks through it again for what can be thrown away."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Some libraries count at the end what nobody let go of."""
    gc.unfreeze()


def pytest_report_header() -> str:
    """The number that all seeded chance of this run comes from."""
    return f"EMMA_FAULT_SEED={SEED}"


def _refuse(*_args: object, **_kwargs: object) -> NoReturn:
    message = "a unit test may not talk to the network (tests that must, live outside tests/unit and tests/house)"
    raise AssertionError(message)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection in unit and house tests; ``unix_socket`` allows local socket files."""
    if not any(request.node.path.is_relative_to(folder) for folder in QUIET):
        return
    local_allowed = request.node.get_closest_marker("unix_socket") is not None
    really_connect = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if not (local_allowed and self.family == socket.AF_UNIX):
            _refuse()
        really_connect(self, address)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", _refuse)
    monkeypatch.setattr(socket.socket, "sendto", _refuse)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the ``EMMA_…`` settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("EMMA_")]:
        if not name.startswith(("EMMA_TEST_", "EMMA_FAULT_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def real_logs() -> Path:
    """The folder of real event logs (``EMMA_TEST_DATA``), or a skip that says how to get one."""
    return _folder_of("EMMA_TEST_DATA", "data")


@pytest.fixture(scope="session")
def bad_inputs() -> Path:
    """The folder of broken and hostile inputs (``EMMA_TEST_CORPUS``), or a skip that says how to get one."""
    return _folder_of("EMMA_TEST_CORPUS", "corpus")


def _folder_of(setting: str, beside: str) -> Path:
    folder = Path(os.environ.get(setting) or ROOT.parent / "shared" / beside)
    if not (folder / "README.md").is_file():
        pytest.skip(f"{folder} is not there: name the folder in {setting}")
    return folder.resolve()
