"""A file handed in twice under one ticket is one file, wherever whoever took it died."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.here import Here, house_of
from tanteemma.serve.settings import Settings
from tanteemma.serve.worker.documents import ImportState
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import KeepFile, ListImports, Message, StartImport
from tanteemma.store.folder import DataFolder

LOG = "Kunde;Zeitpunkt;Ereignis\n1;1.3.2026 10:00;Anruf\n2;2.3.2026 10:00;Kauf\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_of(DataFolder.create(tmp_path / "data"), Settings(), write=True) as found:
        yield found


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "upload-1"
    path.write_text(LOG, "utf-8")
    return path


def told(house: House, message: Message) -> ImportState:
    return msgspec.json.decode(Here(house).ask(message).body, type=ImportState)


def imports(house: House) -> int:
    return len(msgspec.json.decode(Here(house).ask(ListImports()).body)["imports"])


def test_the_same_message_again_is_told_what_became_of_the_first(house: House, upload: Path) -> None:
    message = StartImport(path=str(upload), name="mai.csv", source="shop", move=True, ticket="t-1")
    first = told(house, message)
    assert (first.state, first.accepted) == ("done", 2)
    assert told(house, message) == first
    assert imports(house) == 1


@pytest.mark.parametrize("follow", [True, False])
def test_a_file_that_was_entered_and_never_ordered_is_read_in_by_the_second_message(
    house: House, upload: Path, *, follow: bool
) -> None:
    """Between entering and ordering the worker died: what it left is what entering alone leaves."""
    left = house.store.files.keep(upload, "mai.csv", source="shop", move=True, ticket="t-1")
    found = told(
        house,
        StartImport(path=str(upload), name="mai.csv", source="shop", move=True, ticket="t-1", follow=follow, wait_s=0.05),
    )
    while found.state in {"waiting", "importing"}:
        found = told(house, StartImport(path="", name="mai.csv", source="shop", ticket="t-1", follow=True))
    assert (found.number, found.state, found.accepted) == (left.number, "done", 2)
    assert imports(house) == 1


def test_an_upload_entered_twice_waits_once(house: House, upload: Path) -> None:
    message = KeepFile(path=str(upload), name="mai.csv", source="shop", ticket="t-2")
    assert told(house, message) == told(house, message)
    assert imports(house) == 1


def test_a_file_that_was_taken_back_meanwhile_is_not_entered(house: House, upload: Path) -> None:
    upload.unlink()
    with pytest.raises(Problem) as refused:
        house.store.files.keep(upload, "mai.csv", source="shop", move=True, ticket="t-3")
    assert refused.value.code is ProblemCode.NOT_FOUND
    assert imports(house) == 0
