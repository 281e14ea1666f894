"""What nobody needs any more goes: pictures that nothing shows, links of workshops that are over; nothing else does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tanteemma.store.operational import Operational, Transaction, document_pictures, workshops
from tanteemma.store.vault import Vault
from tanteemma.workshop import gathering, keeping
from tanteemma.workshop.agenda import HALF_DAY, STAYS_OPEN, length
from tanteemma.workshop.edits import Add, Change, Remove
from tanteemma.workshop.gathering import Beginning
from tanteemma.workshop.keeping import Draft, Editor
from tanteemma.workshop.sweeping import WAITS, Swept, sweep
from tests.unit.store.operational.conftest import MovedClock
from tests.unit.workshop.test_documents import ANNA, made

PERSONA = Draft(kind="persona", name="Sabine")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "secrets")


def written(operational: Operational, change: Callable[[Transaction], Any]) -> Any:
    with operational.begin() as tx:
        return change(tx)


def sent(operational: Operational, words: bytes) -> str:
    return str(written(operational, lambda tx: document_pictures.keep(tx, words, "image/png", (1, 1), "Anna")))


def there(operational: Operational, *keys: str) -> list[bool]:
    with operational.read() as tx:
        return [document_pictures.find(tx, key) is not None for key in keys]


def swept(operational: Operational, vault: Vault) -> Swept:
    found: Swept = written(operational, lambda tx: sweep(tx, vault))
    return found


def test_only_what_nothing_shows_and_nobody_just_sent_goes(operational: Operational, clock: MovedClock, vault: Vault) -> None:
    unused, shown, scene, binned = (sent(operational, words) for words in (b"unused", b"shown", b"scene", b"binned"))
    written(operational, lambda tx: keeping.make(tx, PERSONA, ANNA))
    written(operational, lambda tx: keeping.make(tx, Draft(kind="persona", name="T", fields={"picture": shown}), ANNA))
    frame = Add(kind="frame", fields={"text": "Sofa", "picture": scene})
    written(operational, lambda tx: keeping.make(tx, Draft(kind="storyboard", name="S", edits=[frame]), ANNA))
    gone = written(operational, lambda tx: keeping.make(tx, Draft(kind="persona", name="B", fields={"picture": binned}), ANNA))
    written(operational, lambda tx: keeping.remove(tx, gone.key, ANNA))
    assert swept(operational, vault).pictures == 0
    clock.move(WAITS.total_seconds() + 1)
    fresh = sent(operational, b"fresh")
    assert swept(operational, vault).pictures == 1
    assert there(operational, unused, shown, scene, binned, fresh) == [False, True, True, True, True]
    assert swept(operational, vault).pictures == 0


def test_a_picture_that_an_old_version_shows_stays(operational: Operational, clock: MovedClock, vault: Vault) -> None:
    key = made(operational)
    lane = Add(kind="lane", id="story", fields={"kind": "storyboard"})
    first, second = sent(operational, b"first"), sent(operational, b"second")
    place = {"phase": "p0", "lane": "story"}
    written(operational, lambda tx: keeping.edit(tx, key, [lane, Add(kind="scene", id="s", place=place)], ANNA))
    for picture in (first, second):
        edits = [Change(at="s", field="picture", value=picture, seen=9)]
        with operational.begin() as tx:
            keeping.edit(tx, key, edits, ANNA)
    written(operational, lambda tx: keeping.edit(tx, key, [Remove(id="s", seen=9)], ANNA))
    clock.move(WAITS.total_seconds() + 1)
    assert swept(operational, vault).pictures == 0
    written(operational, lambda tx: keeping.undo(tx, key, ANNA))
    with operational.read() as tx:
        part = keeping.open_document(tx, key).content.part("s")
    assert part is not None
    assert there(operational, part.text("picture")) == [True]


def test_one_that_is_sent_again_waits_again(operational: Operational, clock: MovedClock, vault: Vault) -> None:
    key = sent(operational, b"twice")
    clock.move(WAITS.total_seconds() - 60)
    assert sent(operational, b"twice") == key
    clock.move(120)
    assert swept(operational, vault).pictures == 0


def test_the_link_of_a_workshop_goes_once_it_is_over_by_itself_too(
    operational: Operational, clock: MovedClock, vault: Vault
) -> None:
    key = made(operational)
    secret = vault.keep("abcdefghijkmnp", "workshop")
    wanted = Beginning(document=key, title="", agenda=HALF_DAY, dots=3, token="abcdefghijkmnp", secret=secret)  # noqa: S106 - made up
    written(operational, lambda tx: gathering.begin(tx, wanted, Editor("Anna").who))
    clock.move((length(HALF_DAY) + STAYS_OPEN - timedelta(minutes=1)).total_seconds())
    assert swept(operational, vault).links == 0
    assert vault.find(secret) is not None
    clock.move(120)
    assert swept(operational, vault).links == 1
    assert vault.find(secret) is None
    assert swept(operational, vault).links == 0
    with operational.read() as tx:
        assert len(workshops.of_document(tx, key)) == 1
