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

pytestmark = pytest.mark.faults
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = (2).to_bytes(4, "little")


class Disk:
    """An ext4 file system in a file, that can lose its power."""

    def __init__(self, place: Path) -> None:
        self._image, self.mount_point = place / "disk.img", place / "disk"
        self.mount_point.mkdir()
        with self._image.open("wb") as image:
            image.truncate(512 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(self._image)], check=True)
        self.mount()

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", str(self._image), str(self.mount_point)], check=True)

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
