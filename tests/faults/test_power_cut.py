"""The file system is cut off under a working store (ext4 shutdown, as at a power cut) and mounted again.

A kill -9 test cannot find a missing fsync; this one can: what was not fsynced is gone.
"""

import fcntl
import gc
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import ROUNDS, Told, assert_nothing_lost_nothing_twice, listen, start
from tests.faults.mixed_load import Load
from tests.faults.mixed_load import assert_nothing_lost_nothing_twice as all_is_there
from tests.seed import SEED
from tests.server.running import Running

pytestmark = pytest.mark.faults
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = (2).to_bytes(4, "little")


class Disk:
    """An ext4 file system in a file, that can lose its power."""

    def __init__(self, place: Path, *, made: bool = False) -> None:
        self.image, self.mount_point = place / "disk.img", place / "disk"
        self.mount_point.mkdir()
        if not made:
            with self.image.open("wb") as image:
                image.truncate(512 << 20)
            subprocess.run(["mkfs.ext4", "-q", str(self.image)], check=True)
        self.mount()

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.mount_point)], check=True)

    def unmount(self) -> None:
        gc.collect()  # arrays of a closed store may still be mapped
        for _ in range(50):
            if subprocess.run(["umount", str(self.mount_point)], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("the disk could not be unmounted")

    def cut_power(self) -> None:
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH)
        os.close(descriptor)


@pytest.fixture
def loop_disk(tmp_path: Path) -> Iterator[Disk]:
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("a power cut needs root and mkfs.ext4")
    try:
        made = Disk(tmp_path)
    except subprocess.CalledProcessError:
        pytest.skip("no loop mount on this machine")
    yield made
    subprocess.run(["umount", "-l", str(made.mount_point)], check=False, capture_output=True)


def test_a_file_that_was_not_fsynced_is_gone_after_the_cut(loop_disk: Disk) -> None:
    (loop_disk.mount_point / "not-synced").write_bytes(b"x" * 10_000)
    with (loop_disk.mount_point / "synced").open("wb") as stream:
        stream.write(b"y" * 10_000)
        stream.flush()
        os.fsync(stream.fileno())
    loop_disk.cut_power()
    loop_disk.unmount()
    loop_disk.mount()
    assert not (loop_disk.mount_point / "not-synced").exists() or (loop_disk.mount_point / "not-synced").stat().st_size == 0
    assert (loop_disk.mount_point / "synced").stat().st_size == 10_000


def test_a_server_whose_disk_loses_power_refuses_and_has_everything_afterwards(loop_disk: Disk) -> None:
    folder = loop_disk.mount_point / "data"
    folder.mkdir()
    server = Running(folder, {"database_url": "", "disk_floor_bytes": "0"})
    server.start().ready().signed_in()
    load = Load(server, SEED, ("native", "segment", "snowplow")).make_ready()
    with load.running():
        for _ in range(max(ROUNDS // 10, 1)):
            load.more(100)
            loop_disk.cut_power()
            promised = len(load.acked)
            time.sleep(1.0)
            assert len(load.acked) - promised <= len(load.names), "answers that were on their way, and no more"
            server.stop(signal.SIGKILL)
            time.sleep(0.5)  # the worker ends with the server
            loop_disk.unmount()
            loop_disk.mount()
            server.start().ready()
    all_is_there(load)
    server.stop()


def test_copies_of_a_busy_disk_are_each_whole(loop_disk: Disk, tmp_path: Path) -> None:
    told = Told()
    victim = start(loop_disk.mount_point / "data", 1, "compact")
    listener = listen(victim, told)
    copies = []
    for number in range(max(ROUNDS // 10, 2)):
        time.sleep(random.Random(number).uniform(0.2, 0.6))
        heard = set(told.acked)
        copy = tmp_path / f"copy-{number}"
        copy.mkdir()
        subprocess.run(["cp", "--sparse=always", str(loop_disk.image), str(copy / "disk.img")], check=True)
        copies.append((copy, heard))
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    listener.join()
    for copy, heard in copies:
        snapshot = Disk(copy, made=True)
        told.acked = heard
        assert_nothing_lost_nothing_twice(snapshot.mount_point / "data", told)
        snapshot.unmount()


@pytest.mark.parametrize("mode", ["flush", "compact", "import"])
def test_what_was_acknowledged_survives_power_cuts(loop_disk: Disk, mode: str) -> None:
    told = Told()
    for seed in range(1, max(ROUNDS // 2, 3) + 1):
        victim = start(loop_disk.mount_point / "data", seed, mode)
        listener = listen(victim, told)
        time.sleep(random.Random(seed).uniform(0.2, 1.2))
        loop_disk.cut_power()
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        listener.join()
        loop_disk.unmount()
        loop_disk.mount()
        assert_nothing_lost_nothing_twice(loop_disk.mount_point / "data", told)
    assert told.acked or told.chunks >= 0
