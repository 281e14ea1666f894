"""One function erases a person from everywhere; the folder is searched byte by byte and decoded, a positive control first."""

from pathlib import Path

from tanteemma.model.arrays import Fact
from tanteemma.model.events import BadItem, JournalEntry, LiveEvent
from tanteemma.store.erasing import erase
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE
from tanteemma.store.intake import Flush
from tanteemma.store.journal import open_journal
from tests.store.made_events import Made, expected_journeys, flush_of, journeys_in, table_of
from tests.store.scanner import find_traces

MAIL = "kanarienvogel@beispiel.example"
NAME = "Kanarienvögelchen"
TEXTS = [MAIL, NAME]


def _journalled(folder: DataFolder) -> int:
    event = LiveEvent(
        b"\x01" * 16,
        b"\x02" * 8,
        "m-1",
        "track",
        NAME,
        None,
        f"mail:{MAIL}",
        (),
        5,
        5,
        0,
        None,
        {},
        None,
        None,
        None,
        "{}",
        "{}",
        "{}",
        (),
    )
    journal = open_journal(folder)
    last = journal.append([JournalEntry("shop", 5, (event,), (BadItem(1, "time_invalid", None, MAIL.encode()),), 0, 0)])
    journal.close()
    return last


def _seeded(folder: DataFolder, store: Store, upload: Path) -> list[Made]:
    """The person in every place a person can be."""
    others = [Made(n, f"user:{n % 7}", f"{n % 5}", "AB"[n % 2], n) for n in range(100, 200)]
    theirs = [
        Made(1, f"mail:{MAIL}", "777", "Bestellung", 3, properties=f'{{"name":"{NAME}"}}'),
        Made(2, "user:alias-1", "777", NAME, 4, channel=MAIL),
        Made(3, None, "777", "Anruf", 5, properties=f'{{"notiz":"{NAME} rief an"}}'),
    ]
    store.link([(f"mail:{MAIL}", "user:alias-1")])
    last = _journalled(folder)
    bad = [BadItem(9, "time_invalid", "time", f"{MAIL};gestern".encode())]
    store.commit(flush_of(last, theirs[:2] + others[:50]))
    store.compact()
    upload.write_text(f"Kunde;Datum\n{MAIL};1.1.2026\n", encoding="utf-8")
    stored = store.files.keep(upload, f"{NAME}.csv")
    upload.unlink()
    imported = [Made(4, f"mail:{MAIL}", None, "C", 8, origin=f"file:{stored.number}")]
    store.commit(Flush(f"import:{stored.number}", 0, "file", table_of(imported, "file"), bad, 2))
    store.commit(flush_of(last + 1, theirs[2:] + others[50:]))
    return others


def _asked_for_names(store: Store) -> None:
    """A condition on a property that names people: what was read for it is kept."""
    with store.snapshot() as snapshot:
        for part in snapshot.parts(WHOLE_LIFE):
            snapshot.view.told(WHOLE_LIFE, part.arrays.part, Fact("property.name"))


def test_nothing_of_a_person_is_left_and_everybody_else_is_as_before(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "data")
    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        others = _seeded(folder, store, tmp_path / "upload.csv")
        _asked_for_names(store)
        before = find_traces(folder.path, TEXTS)
        for place in ("lake/", "index/", "index/facts/", "journal", "operational", "files/", "parquet", "sqlite"):
            assert any(place in trace for trace in before), f"the scanner is blind for {place}: {before}"
        journal = open_journal(folder)
        report = erase(store, ["user:alias-1"], journal)
        journal.close()
        assert report.complete
        assert report.events == 4
        assert find_traces(folder.path, TEXTS) == []
        with store.snapshot() as snapshot:
            assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(others, WHOLE_LIFE, {})
    assert find_traces(folder.path, TEXTS) == []
    with Store.open(folder, write=True) as store, store.snapshot() as snapshot:
        assert journeys_in(snapshot, WHOLE_LIFE) == expected_journeys(others, WHOLE_LIFE, {})
    assert find_traces(folder.path, TEXTS) == []


def test_the_same_events_sent_again_after_erasure_bring_nothing_back(tmp_path: Path) -> None:
    events = [Made(1, "user:gone", None, "A", 1), Made(2, "user:here", None, "B", 2)]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, events))
        erase(store, ["user:gone"])
        assert store.commit(flush_of(1, events)).counts.duplicate == 2
        with store.snapshot() as snapshot:
            assert snapshot.events == 1


def test_a_shared_case_stays_with_the_person_who_also_has_it(tmp_path: Path) -> None:
    events = [
        Made(1, "user:gone", "shared", "A", 1),
        Made(2, "user:here", "shared", "B", 2),
        Made(3, None, "shared", "Call", 3),
        Made(4, "user:gone", "own", "A", 1),
        Made(5, None, "own", "Call", 3),
    ]
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, events))
        assert erase(store, ["user:gone"]).events == 3
        with store.snapshot() as snapshot:
            assert sorted(snapshot.rows("select name from events")["name"].to_pylist()) == ["B", "Call"]


def test_erasing_twice_or_nobody_does_no_harm(tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        assert erase(store, ["user:nobody"]).events == 0
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 1)]))
        assert erase(store, ["user:1"]).events == 1
        assert erase(store, ["user:1"]).events == 0


def test_erasure_is_not_called_complete_while_a_reader_holds_old_files(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True) as store:
        store.commit(flush_of(0, [Made(1, f"mail:{MAIL}", None, "A", 1)]))
        with store.snapshot():
            assert not erase(store, [f"mail:{MAIL}"]).complete
        assert store.tidy()
        assert find_traces(folder.lake, TEXTS) == []
