"""A customer number, an address, a telephone and a card in one row of a file are one person, until the file is taken back."""

from pathlib import Path

from tanteemma.ingest.formats.shape import Dialect, Mapping, Role
from tanteemma.ingest.importer import FileImport, import_file
from tanteemma.store.operational import Operational, people, unlinking
from tests.unit.ingest.importer.fake_store import FakeStore

MAPPING = Mapping(
    format="csv",
    dialect=Dialect(delimiter=";"),
    columns={
        Role.PERSON: "Kunde",
        Role.EMAIL: "Mail",
        Role.PHONE: "Telefon",
        Role.CARD: "Kundenkarte",
        Role.TIME: "Zeit",
        Role.TOUCHPOINT: "Was",
    },
)
ROWS = """Kunde;Mail;Telefon;Kundenkarte;Zeit;Was
K-1;Anna@Example.org;0171 3920000;;2026-01-01;Kauf
K-1;anna@example.org;;;2026-03-01;Kauf
;bert@example.org;+49 171 3920001;9280 0012;2026-01-02;Anruf
;;0171 3920002;;2026-01-02;Anruf
;;;9280-0013;2026-01-02;Kasse
null;;0171 3920002;;unlesbar;Anruf
"""


def test_rows_join_what_they_name_together_with_the_newest_day(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text(ROWS, encoding="utf-8")
    store = FakeStore()
    report = import_file(store, FileImport(number=7, path=path, mapping=MAPPING))
    assert (report.accepted, report.quarantined) == (5, 1)
    day = 20453  # the first of January 2026 begins in Berlin on the last of December
    assert store.links == {
        ("phone:+491713920000", "user:K-1", 7): day,
        ("mail:anna@example.org", "user:K-1", 7): day + 59,
        ("mail:bert@example.org", "phone:+491713920001", 7): day + 1,
        ("card:92800012", "mail:bert@example.org", 7): day + 1,
    }
    assert {"phone:+491713920002", "card:92800013"} <= {row["subject"] for row in store.events.values()}
    assert [row["traits"] for row in store.events.values() if row["subject"] == "card:92800013"] == ['{"card":"9280-0013"}']


def test_a_file_taken_back_parts_whom_only_it_joined(tmp_path: Path) -> None:
    with Operational.open(tmp_path / "operational.db") as operational, operational.begin() as tx:
        people.link(tx, [("user:1", "mail:a@x"), ("user:1", "phone:1"), ("user:2", "mail:b@x")], file=7)
        people.link(tx, [("user:1", "phone:1")])
        people.link(tx, [("user:2", "mail:b@x"), ("user:3", "mail:c@x")], file=8)
        assert unlinking.forget_file(tx, 7) == 1
        assert people.aliases(tx, ["user:1"]) == ["phone:1", "user:1"]
        assert people.aliases(tx, ["user:2"]) == ["mail:b@x", "user:2"]
        assert unlinking.forget_file(tx, 8) == 2
        assert people.aliases(tx, ["mail:b@x", "user:3"]) == ["mail:b@x", "user:3"]
        assert unlinking.forget_file(tx, 8) == 0
