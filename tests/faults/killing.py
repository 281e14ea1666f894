"""Start a victim, kill it at a random moment, and look at what is left."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from tanteemma.ingest.projector import project_once
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.parts import Part
from tanteemma.store.journal import open_journal
from tanteemma.store.operational import flushes
from tests.faults.victim import CHUNK, imported_event, live_event

ROUNDS = int(os.environ.get("EMMA_FAULT_ROUNDS", "10"))
ROOT = Path(__file__).parents[2]


class Told:
    """What victims said before they died."""

    def __init__(self) -> None:
        self.acked: set[int] = set()
        self.chunks = -1

    def hear(self, line: str) -> None:
        word, _, number = line.strip().partition(" ")
        if word == "acked" and number.isdigit():
            self.acked.add(int(number))
        elif word == "chunk" and number.isdigit():
            self.chunks = max(self.chunks, int(number))


def start(folder: Path, seed: int, mode: str) -> "subprocess.Popen[str]":
    """A victim at work (it has said ``ready``)."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-m", "tests.faults.victim", str(folder), str(seed), mode]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment, start_new_session=True)
    if victim.stdout is None or victim.stdout.readline().strip() != "ready":
        raise AssertionError("the victim did not start")
    return victim


def listen(victim: "subprocess.Popen[str]", told: Told) -> threading.Thread:
    """Hear what it says until it is silent."""

    def run() -> None:
        if victim.stdout is None:
            return
        with victim.stdout as lines:
            for line in lines:
                if line.endswith("\n"):
                    told.hear(line)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def kill_once(folder: Path, seed: int, mode: str, told: Told) -> None:
    """One round: start, let it work a random while, SIGKILL."""
    victim = start(folder, seed, mode)
    listener = listen(victim, told)
    time.sleep(random.Random(seed).uniform(0.05, 0.6))
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    listener.join()


def assert_nothing_lost_nothing_twice(folder: Path, told: Told) -> None:
    """Open as after a restart: every acknowledged event is in the lake exactly once, and the equation holds."""
    with Store.open(DataFolder.open(folder), write=True) as store:
        journal = open_journal(store.folder)
        while project_once(store, journal) is not None:
            pass
        journal.close()
        with store.snapshot() as snapshot:
            ids = snapshot.rows("select event_id, count(*) as n from events group by event_id")
            stored = dict(zip(ids["event_id"].to_pylist(), ids["n"].to_pylist(), strict=True))
            assert set(stored.values()) <= {1}
            assert {live_event(number).event_id for number in told.acked} <= set(stored)
            rows = range((told.chunks + 1) * CHUNK)
            assert {imported_event(number).number.to_bytes(16, "big") for number in rows} <= set(stored)
            assert sum(part.arrays.events if part.counts is None else _counted(part) for part in snapshot.parts()) == len(
                stored
            )
        with store.operational.read() as tx:
            totals = flushes.totals(tx)
        assert all(counts.balanced for counts in totals.values())
        assert sum(counts.accepted for counts in totals.values()) == len(stored)
        assert store.verify().sound
        assert store.rebuild().equal


def _counted(part: Part) -> int:
    lengths = np.diff(part.arrays.offsets)
    return int(lengths.sum() if part.counts is None else lengths[part.counts].sum())
