"""Whoever sweeps up what was drawn is killed at any moment: nothing that is in use is lost, nothing is half gone."""

import os
import random
import select
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from tanteemma.store.operational import Operational, document_pictures, documents
from tanteemma.store.vault import Vault
from tanteemma.workshop import gathering, keeping
from tanteemma.workshop.agenda import HALF_DAY
from tanteemma.workshop.gathering import Beginning
from tanteemma.workshop.keeping import Draft, Editor
from tanteemma.workshop.sweeping import sweep
from tanteemma.workshop.templates import map_from, template_named
from tests.faults.killing import ROUNDS
from tests.postgres.conftest import cluster, database_url

__all__ = ["cluster", "database_url"]

pytestmark = pytest.mark.faults
UNUSED, WORKSHOPS = 300, 20
WHO = Editor("Anna", "window")


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(days=30)


def _draw(where: str, vault: Vault) -> tuple[str, str]:
    """A map with workshops that are over, a persona with a picture; both keys."""
    with Operational.open(where) as operational, operational.begin() as tx:
        drawn = keeping.make(tx, map_from(template_named("seven"), "Karte", "de"), WHO)
        for number in range(WORKSHOPS):
            token = f"abcdefghijkm{number:02d}"
            begun = Beginning(
                document=drawn.key, title="", agenda=HALF_DAY, dots=3, token=token, secret=vault.keep(token, "workshop")
            )
            gathering.begin(tx, begun, WHO.who)
        shown = document_pictures.keep(tx, b"shown", "image/png", (1, 1), "Anna")
        keeping.make(tx, Draft(kind="persona", name="Sabine", fields={"picture": shown}), WHO)
    return drawn.key, shown


def _litter(where: str, dice: random.Random) -> list[str]:
    """Pictures that nobody shows."""
    with Operational.open(where) as operational, operational.begin() as tx:
        return [document_pictures.keep(tx, dice.randbytes(20_000), "image/png", (1, 1), "Anna") for _ in range(UNUSED)]


def _killed(where: str, vault: Vault, dice: random.Random) -> bool:
    """A process that sweeps is killed somewhere between its first and its last step; True if it was done before."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reads)
            with Operational.open(where, clock=_later) as operational:
                os.write(writes, b"ready\n")
                with operational.begin() as tx:
                    sweep(tx, vault)
                os.write(writes, b"done\n")
                select.select([], [], [], 30)
        finally:
            os._exit(1)
    os.close(writes)
    said = os.read(reads, 4096)
    end = monotonic() + dice.choice((dice.uniform(0, 0.02), dice.uniform(0, 0.15)))
    while (left := end - monotonic()) > 0:
        if select.select([reads], [], [], left)[0]:
            said += os.read(reads, 4096)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reads)
    return b"done" in said


def _survives(where: str, vault: Vault, seed: int) -> None:
    dice = random.Random(seed)
    key, shown = _draw(where, vault)
    litter, hit = _litter(where, dice), 0
    for _ in range(3 * ROUNDS):
        done = _killed(where, vault, dice)
        with Operational.open(where) as operational, operational.read() as tx:
            left = sum(document_pictures.find(tx, one) is not None for one in litter)
            assert left in ({0} if done else {0, UNUSED}), "all or nothing"
            assert document_pictures.find(tx, shown) is not None
            assert len(keeping.open_document(tx, key).content.of_kind("phase")) == 7
            assert len(documents.edits(tx, key)) == 1
        hit += not done
        if not left:
            litter = _litter(where, dice)
    assert hit, "no kill came in time"
    with Operational.open(where, clock=_later) as operational, operational.begin() as tx:
        assert sweep(tx, vault).pictures == UNUSED
        assert sweep(tx, vault) == sweep(tx, vault)


def test_nothing_is_half_gone_on_sqlite(tmp_path: Path) -> None:
    _survives(str(tmp_path / "operational.db"), Vault(tmp_path / "secrets"), 11)


@pytest.mark.postgres
def test_nothing_is_half_gone_on_postgres(tmp_path: Path, database_url: str) -> None:
    _survives(database_url, Vault(tmp_path / "secrets"), 12)
