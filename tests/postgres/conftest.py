"""A PostgreSQL cluster of the tests' own: made, started on a local socket and thrown away; a database for each test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tanteemma.store.operational import Operational
from tests.unit.store.operational.conftest import MovedClock

PROGRAMS: Final = Path("/usr/lib/postgresql")
UNPRIVILEGED: Final = ("postgres", "nobody")
_names = count(1)


class Cluster:
    """A running server. ``folder`` holds its files; nobody but these tests can reach it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.files = folder / "files"
        self._socket = folder / "socket"
        self._as_user = _as_unprivileged(folder)
        self._socket.mkdir()
        if self._as_user:
            shutil.chown(self._socket, self._as_user[2])

    def make(self) -> None:
        self._run(
            "initdb", "--pgdata", str(self.files), "--auth=trust", "--username=emma", "--encoding=UTF8", "--locale=C.UTF-8"
        )

    def start(self) -> None:
        # fsync may be off here: these tests kill processes, not the machine
        options = f"-k {self._socket} -c listen_addresses='' -c fsync=off -c shared_buffers=32MB -c max_connections=40"
        self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.files), "-l", str(self.folder / "log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-D", str(self.files), "-m", how)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://emma@/{name}?host={self._socket}"

    def new_database(self) -> str:
        name = f"shop_{next(_names)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self.programs / program), *arguments]
        # to a file: a server that inherits a pipe would keep it open for ever
        with (self.folder / "out").open("ab") as out:
            done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
        assert done.returncode == 0, (self.folder / "out").read_text(errors="replace")


def _as_unprivileged(folder: Path) -> Sequence[str]:
    """PostgreSQL refuses to run as root; then it runs as a user who may do nothing else."""
    if os.geteuid() != 0:
        return ()
    for user in UNPRIVILEGED:
        known = subprocess.run(["id", user], capture_output=True, check=False).returncode == 0
        if known and shutil.which("runuser"):
            shutil.chown(folder, user)
            return ("runuser", "-u", user, "--")
    pytest.skip("PostgreSQL does not run as root, and there is no other user and runuser to start it")


def _programs() -> Path:
    versions = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")
    return Path(found).parent


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    # not below pytest's own folder: only its owner may enter that, and a socket path must be short
    folder = Path(tempfile.mkdtemp(prefix="emma-pg-"))
    folder.chmod(0o755)
    try:
        running = Cluster(_programs(), folder)
        running.make()
        running.start()
        try:
            yield running
        finally:
            running.stop("immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def database_url(cluster: Cluster) -> str:
    return cluster.new_database()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def operational(database_url: str, clock: MovedClock) -> Iterator[Operational]:
    with Operational.open(database_url, clock=clock, wait_s=2) as tables:
        yield tables
