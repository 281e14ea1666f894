"""Whoever merges and parts people is killed in the middle: each decision is there with all it means, or not at all."""

import os
import random
import select
import signal
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from tanteemma.store.operational import Operational, people
from tanteemma.store.operational.records import MergeEvent, MergeKind
from tanteemma.store.operational.tables_people import SUBJECT_LINK
from tests.faults.killing import ROUNDS

pytestmark = pytest.mark.faults
_LONGEST_S = 0.25
_NAMES = [f"user:{number}" for number in range(300)]


def _decide_on(path: Path, seed: int) -> None:
    """Merge forty at a time, part some again, let events link others; say each decision that was kept."""
    dice = random.Random(seed)
    with Operational.open(path) as operational:
        os.write(1, b"ready\n")
        while True:
            with operational.begin() as tx:
                standing = _standing(people.merges(tx, limit=10_000))
                if standing and dice.random() < 0.5:
                    done = people.unmerge(tx, dice.choice(standing), "victim", "").number
                else:
                    done = people.merge(tx, dice.sample(_NAMES, 40), "victim", "").number
                people.link(tx, [(dice.choice(_NAMES), f"anon:{dice.randrange(50)}")])
            os.write(1, b"%d\n" % done)


def _standing(made: list[MergeEvent]) -> list[int]:
    undone = {one.undoes for one in made}
    return [one.number for one in made if one.kind is MergeKind.MERGE and one.number not in undone]


def _killed(path: Path, dice: random.Random) -> int:
    """The last decision that was said to be kept by a process that was killed while it worked."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(writes, 1)
            os.close(reads)
            _decide_on(path, dice.randrange(1 << 30))
        finally:
            os._exit(1)
    os.close(writes)
    said = b""
    while b"ready\n" not in said:
        said += os.read(reads, 4096)
    end = monotonic() + dice.uniform(0.01, _LONGEST_S)
    while (left := end - monotonic()) > 0:
        if select.select([reads], [], [], left)[0]:
            said += os.read(reads, 4096)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reads, 4096):
        said += more
    os.close(reads)
    numbers = [int(line) for line in said.split(b"\n")[:-1] if line.isdigit()]
    return numbers[-1] if numbers else 0


def test_no_decision_is_half_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "operational.db"
    Operational.open(path).close()
    dice = random.Random(11)
    for _ in range(ROUNDS):
        told = _killed(path, dice)
        with Operational.open(path) as operational, operational.begin() as tx:
            made = people.merges(tx, limit=100_000)
            assert not told or made[0].number >= told, "what was said to be kept is kept"
            every = [*_NAMES, *(f"anon:{number}" for number in range(50))]
            kept = people.person_of(tx, every)
            links = {row.merge for row in tx.run(sa.select(SUBJECT_LINK.c.merge).distinct())} - {0}
            assert links == set(_standing(made)), "links of exactly the merges that stand"
            people.regroup(tx, every, people.version(tx) + 1)
            assert people.person_of(tx, every) == kept, "who is who follows from the links"
    with Operational.open(path) as operational, operational.begin() as tx:
        for number in _standing(people.merges(tx, limit=100_000)):
            people.unmerge(tx, number, "owner", "")
        assert _standing(people.merges(tx, limit=100_000)) == []
