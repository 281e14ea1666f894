"""A real server whose disk, memory, network or processes fail: nothing acknowledged is lost, nothing is twice."""

import contextlib
import http.client
import json
import random
import resource
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.faults.mixed_load import SAFE, Load, assert_nothing_lost_nothing_twice
from tests.faults.spoiling import BadNetwork, frozen, held_to, injected, small_mount
from tests.seed import SEED
from tests.server.running import Running, memory_of, running, wait_until

pytestmark = pytest.mark.faults
MIB: Final = 1024 * 1024
FEW: Final = ("native", "segment", "posthog", "snowplow")


@contextlib.contextmanager
def loaded(folder: Path, *names: str, disk_floor_bytes: str = str(256 * MIB)) -> Iterator[Load]:
    """A server with a load that is ready to start."""
    folder.mkdir()
    with running(folder, database_url="", disk_floor_bytes=disk_floor_bytes) as server:
        server.ready().signed_in()
        yield Load(server, SEED, names or FEW).make_ready()


def pid_of(server: Running) -> int:
    assert server.process is not None
    return server.process.pid


def refusals(load: Load) -> int:
    return sum(count for status, count in load.answers.items() if status == 503)


def test_after_a_failed_fsync_nothing_is_promised_any_more_until_a_restart(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        server = load.server
        with load.running():
            load.more(50)
            with injected(pid_of(server), "fsync,fdatasync:error=EIO"):
                wait_until(lambda: refusals(load) > 20)
            promised = set(load.acked)
            time.sleep(2.0)  # the disk is well again, but who forgot once is not trusted
            assert load.acked == promised
            said = server.get("/readyz")
            assert (said.status, "journal_broken" in said.document["reasons"]) == (503, True)
            assert server.get("/api/sources", cookie=server.signed_in()).status == 200
            server.stop()
            server.start().ready()
            load.more(50)
        assert_nothing_lost_nothing_twice(load)


@pytest.mark.parametrize("options", ["size=24m", "size=64m,nr_inodes=60"])
def test_a_full_disk_refuses_still_answers_questions_and_goes_on_by_itself(tmp_path: Path, options: str) -> None:
    with small_mount(tmp_path / "small", options) as disk, loaded(disk / "data", disk_floor_bytes="0") as load:
        server = load.server
        with load.running():
            load.more(100)
            _fill(disk)
            wait_until(lambda: refusals(load) > 30)
            assert server.get("/api/sources", cookie=server.signed_in()).status == 200
            assert server.get("/readyz").status == 503
            for ballast in disk.glob("ballast*"):
                ballast.unlink()
            load.more(100)
        assert_nothing_lost_nothing_twice(load)
        assert "Traceback" not in server.log.read_text(encoding="utf-8")


def _fill(disk: Path) -> None:
    """Until not one byte more fits, nor one file more."""
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 65_536)
    with contextlib.suppress(OSError), (disk / "ballast").open("ab", buffering=0) as ballast:
        while True:
            ballast.write(b"x")
    with contextlib.suppress(OSError):
        for number in range(1000):
            (disk / f"ballast-{number}").touch()


def test_a_slow_disk_slows_the_senders_down_and_nothing_else(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        server, waits = load.server, list[float]()
        before = memory_of(pid_of(server))
        with load.running():
            load.more(50)
            with injected(pid_of(server), "fsync,fdatasync:delay_exit=250000"):
                count = len(load.acked)
                for _ in range(40):
                    began = time.monotonic()
                    assert server.get("/healthz").status == 200
                    waits.append(time.monotonic() - began)
                    time.sleep(0.1)
                assert len(load.acked) > count
            load.more(50)
        assert statistics.median(waits) < 0.25
        assert memory_of(pid_of(server)) - before < 40 * MIB
        assert_nothing_lost_nothing_twice(load)


def test_a_file_that_may_not_grow_is_a_disk_that_failed(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        server = load.server
        with load.running():
            load.more(50)
            resource.prlimit(pid_of(server), resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            wait_until(lambda: refusals(load) > 20)
            assert server.get("/healthz").status == 200
            resource.prlimit(pid_of(server), resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            server.stop()
            server.start().ready()
            load.more(50)
        assert_nothing_lost_nothing_twice(load)


def test_without_free_descriptors_it_waits_and_recovers(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        server = load.server
        with load.running():
            load.more(50)
            limit = resource.prlimit(pid_of(server), resource.RLIMIT_NOFILE)
            used = len(list(Path(f"/proc/{pid_of(server)}/fd").iterdir()))
            resource.prlimit(pid_of(server), resource.RLIMIT_NOFILE, (used + 5, limit[1]))
            idle = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=1) for _ in range(60)]
            for connection in idle:
                with contextlib.suppress(OSError):
                    connection.connect()
            time.sleep(2.0)
            assert server.process is not None
            assert server.process.poll() is None
            for connection in idle:
                connection.close()
            resource.prlimit(pid_of(server), resource.RLIMIT_NOFILE, limit)
            load.more(50)
        assert_nothing_lost_nothing_twice(load)


def test_ten_times_the_load_stays_below_the_limit_of_memory(tmp_path: Path) -> None:
    with loaded(tmp_path / "data", *FEW, "mixpanel", "amplitude") as load:
        load.pause_s = 0.0
        with held_to(pid_of(load.server), 100 * MIB) as group:
            with load.running():
                load.more(5_000, 120.0)
            told = (group / "memory.oom_control").read_text(encoding="ascii")
            assert "under_oom 0" in told
            assert "oom_kill 0" in told or "oom_kill" not in told
        assert_nothing_lost_nothing_twice(load)


def test_whoever_is_killed_for_want_of_memory_is_started_again(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        server = load.server
        with load.running():
            load.more(50)
            worker = server.worker()
            with held_to(worker, 3 * MIB):
                wait_until(lambda: not Path(f"/proc/{worker}").exists() or _zombie(worker))
                load.more(100)  # the doors go on while nobody stores
            wait_until(lambda: server.get("/api/status", cookie=server.signed_in()).status == 200)
            assert server.worker() != worker
        assert_nothing_lost_nothing_twice(load)


def _zombie(process: int) -> bool:
    return ") Z " in Path(f"/proc/{process}/stat").read_text(encoding="ascii")


@pytest.mark.parametrize("which", ["worker", "server"])
def test_a_process_that_gets_no_time_loses_nothing(tmp_path: Path, which: str) -> None:
    with loaded(tmp_path / "data") as load:
        server = load.server
        with load.running():
            load.more(50)
            with frozen(server.worker() if which == "worker" else pid_of(server)):
                time.sleep(0.5)  # answers that were on their way
                count = len(load.acked)
                time.sleep(5.0)
                assert (len(load.acked) > count) is (which == "worker")
            load.more(50)
        assert_nothing_lost_nothing_twice(load)


def test_lost_answers_cut_bodies_and_a_partition_double_nothing(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load, BadNetwork(load.server.port, SEED) as network:
        load.port = network.port
        with load.running():
            load.more(300, 120.0)
            network.up = False
            time.sleep(3.0)
            network.up = True
            load.more(100, 120.0)
        assert network.lost_answers > 10
        assert_nothing_lost_nothing_twice(load)


def test_two_hundred_senders_who_come_back_at_once_are_all_served(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        server, answers = load.server, list[int]()

        def come_back(number: int) -> None:
            event = {"message_id": f"mk-herd-{number}", "type": "track", "event": "Kauf", "user_id": "u"}
            for _ in range(20):
                reply = server.send(event, load.keys["native"])
                answers.append(reply.status)
                if reply.status in SAFE:
                    load.acked.add(f"mk-herd-{number}")
                    return
                time.sleep(int(reply.headers["retry-after"]) * random.Random(number).random())

        herd = [threading.Thread(target=come_back, args=(number,)) for number in range(200)]
        with frozen(pid_of(server)):
            for one in herd:
                one.start()
            time.sleep(3.0)
        for one in herd:
            one.join()
        assert len(load.acked) == 200
        assert set(answers) <= {202, 429, 503}
        again = [{"message_id": f"mk-herd-{n}", "type": "track", "event": "Kauf", "user_id": "u"} for n in range(200)]
        assert server.send(again, load.keys["native"]).document["duplicates"] == 200


def test_a_stop_under_mixed_load_ends_well_and_loses_nothing(tmp_path: Path) -> None:
    with loaded(tmp_path / "data") as load:
        with load.running():
            for _ in range(3):
                load.more(100)
                assert load.server.stop(signal.SIGTERM) == 0
                load.server.start().ready()
        assert_nothing_lost_nothing_twice(load)
        assert json.dumps(load.server.get("/readyz").document["reasons"]) == "[]"
