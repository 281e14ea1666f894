"""The commands on a real data folder, without a server."""

from pathlib import Path

import pytest

from tanteemma.store.folder import DataFolder
from tests.unit.serve.cli.conftest import Run

LOG = """case;person;time;event;amount
1;K-1;2026-01-05T10:00:00Z;Anfrage;
1;K-1;2026-01-05T10:10:00Z;Angebot;
1;K-1;2026-01-06T10:10:00Z;Kauf;12,50
2;K-2;2026-01-05T11:00:00Z;Anfrage;
2;K-2;2026-01-05T11:30:00Z;Angebot;
3;K-2;2026-01-07T09:00:00Z;Anfrage;
3;K-2;2026-01-08T09:00:00Z;Kauf;99,00
3;K-2;not a time;Kauf;99,00
"""
COLUMNS = "journey=case,person=person,time=time,touchpoint=event,value=amount"


@pytest.fixture
def filled(emma: Run, tmp_path: Path) -> Path:
    """A data folder with the small log in it."""
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    ran = emma("import", file, "--columns", COLUMNS, "--data", tmp_path / "data", "--json")
    assert ran.code == 0, ran.err
    document = ran.document
    assert (document["received"], document["accepted"], document["quarantined"]) == (8, 7, 1)
    assert document["problems"][0]["code"] == "time_invalid"
    return tmp_path / "data"


def test_a_log_is_imported_asked_and_taken_back(emma: Run, filled: Path) -> None:
    graph = emma("journeys", "graph", "--data", filled, "--json").document
    assert (graph["events"], graph["journeys"]) == (7, 3)
    assert set(graph["nodes"][0]) == {"name", "events", "journeys", "starts", "ends"}
    edges = {(edge["from"], edge["to"]): edge for edge in graph["edges"]}
    assert edges["Anfrage", "Angebot"]["count"] == 2
    assert set(graph["edges"][0]) == {"from", "to", "count", "journeys", "mean_s", "median_s", "p90_s"}
    assert edges["Anfrage", "Angebot"]["mean_s"] == 1200.0

    variants = emma("journeys", "variants", "--top", "2", "--data", filled, "--json").document
    assert variants["variants_total"] == 3
    assert len(variants["variants"]) == 2
    assert set(variants["variants"][0]) == {"steps", "count", "share", "median_s"}

    funnel = emma("journeys", "funnel", "--steps", "Anfrage,Kauf", "--within", "7d", "--data", filled, "--json").document
    assert [step["journeys"] for step in funnel["steps"]] == [3, 2]
    assert set(funnel["steps"][0]) == {"name", "journeys", "share_of_start", "share_of_previous", "median_s"}

    durations = emma("journeys", "durations", "--data", filled, "--json").document
    assert set(durations) == {"journeys", "mean_s", "median_s", "p90_s", "max_s"}
    assert durations["max_s"] == 87_000.0

    assert emma("journeys", "durations", "--journey", "person", "--data", filled, "--json").document["journeys"] == 2
    number = emma("files", "list", "--data", filled, "--json").document["imports"][0]["number"]
    assert emma("files", "undo", number, "--yes", "--data", filled, "--json").document == {"removed": 7}
    assert emma("journeys", "graph", "--data", filled, "--json").document["events"] == 0


def test_the_same_file_again_changes_nothing(emma: Run, filled: Path, tmp_path: Path) -> None:
    again = emma("import", tmp_path / "log.csv", "--columns", COLUMNS, "--data", filled, "--json").document
    assert (again["accepted"], again["duplicate"]) == (0, 7)
    assert emma("journeys", "graph", "--data", filled, "--json").document["events"] == 7


def test_what_could_not_be_read_is_listed_exported_and_put_away(emma: Run, filled: Path, tmp_path: Path) -> None:
    listed = emma("quarantine", "list", "--data", filled, "--json").document
    assert listed["total"] == 1
    assert "not a time" in listed["rows"][0]["raw"]
    output = tmp_path / "bad.csv"
    assert emma("quarantine", "export", "--output", output, "--data", filled, "--json").document == {"rows": 1}
    assert "not a time" in output.read_text(encoding="utf-8-sig")
    assert emma("quarantine", "discard", "--yes", "--data", filled, "--json").document == {"dropped": 1}
    assert emma("quarantine", "list", "--data", filled, "--json").document["total"] == 0


def test_it_is_sound_and_can_be_made_again(emma: Run, filled: Path) -> None:
    assert emma("compact", "--data", filled).code == 0
    assert emma("verify", "--data", filled, "--json").document["sound"] is True
    report = emma("rebuild", "--data", filled, "--json").document
    assert (report["equal"], report["events"]) == (True, 7)


def test_a_person_is_erased(emma: Run, filled: Path) -> None:
    report = emma("erase", "K-2", "--yes", "--data", filled, "--json").document
    assert (report["subjects"], report["events"], report["complete"]) == (["user:K-2"], 4, True)
    assert emma("journeys", "graph", "--data", filled, "--json").document["journeys"] == 1


def test_a_visit_is_defined_and_asked(emma: Run, filled: Path) -> None:
    ran = emma("journeys", "define", "Besuch", "--by", "visit", "--gap", "20m", "--data", filled, "--json")
    assert ran.code == 0, ran.err
    assert emma("journeys", "durations", "--journey", "Besuch", "--data", filled, "--json").document["journeys"] == 6


def test_a_folder_is_made_once(emma: Run, tmp_path: Path) -> None:
    path = tmp_path / "new"
    first, second = (emma("init", "--data", path, "--json") for _ in range(2))
    assert first.document == {"folder": str(path), "created": True}
    assert second.document == {"folder": str(path), "created": False}
    assert emma("journeys", "graph", "--data", path, "--json").document == {
        "events": 0,
        "journeys": 0,
        "nodes": [],
        "edges": [],
    }


def test_the_folder_can_be_named_by_the_environment(emma: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMMA_DATA", str(tmp_path / "named"))
    assert emma("init", "--json").document["folder"] == str(tmp_path / "named")


def test_questions_to_a_folder_that_is_none_are_refused_and_make_none(emma: Run, tmp_path: Path) -> None:
    ran = emma("journeys", "graph", "--data", tmp_path / "none", "--json")
    assert (ran.code, ran.document["error"]["code"]) == (1, "data_missing")
    assert not (tmp_path / "none").exists()


def test_a_key_is_shown_once_listed_and_revoked(emma: Run, folder: DataFolder) -> None:
    made = emma("keys", "create", "shop", "--data", folder.path, "--json").document
    assert set(made) == {"source", "key", "number"}
    assert made["source"] == "shop"
    assert made["key"].startswith("wk_")
    assert emma("keys", "create", "bi", "--kind", "read", "--data", folder.path).out.startswith("rk_")
    listed = emma("keys", "list", "--data", folder.path, "--json")
    assert made["key"] not in listed.out
    assert [key["kind"] for key in listed.document["keys"]] == ["read", "write"]
    number = listed.document["keys"][1]["number"]
    assert emma("keys", "revoke", number, "--data", folder.path, "--json").document == {"revoked": True}
    assert emma("keys", "revoke", number, "--data", folder.path).code == 1


def test_settings_are_shown_without_passwords(emma: Run, folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMMA_DATABASE_URL", "postgresql+psycopg://emma:s3cret@db.example/emma")
    ran = emma("settings", "--data", folder.path, "--json")
    assert "s3cret" not in ran.out
    assert ran.document["settings"]["port"] == 8642
    assert "8642" in emma("settings", "--data", folder.path).out


def test_a_wrong_setting_is_refused_with_the_nearest_name(emma: Run, folder: DataFolder) -> None:
    folder.settings_file.write_text("prot = 1\n", encoding="utf-8")
    ran = emma("journeys", "graph", "--data", folder.path)
    assert ran.code == 1
    assert "port" in ran.err


def test_a_second_writer_is_told_who_has_the_folder(emma: Run, folder: DataFolder) -> None:
    with folder.lock_writer():
        ran = emma("compact", "--data", folder.path)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1


def test_questions_need_no_lock(emma: Run, filled: Path) -> None:
    with DataFolder.open(filled).lock_writer():
        assert emma("journeys", "graph", "--data", filled, "--json").document["events"] == 7


@pytest.mark.slow
def test_the_sample_company_is_loaded_and_removed(emma: Run, tmp_path: Path) -> None:
    data = tmp_path / "sample"
    assert emma("sample", "load", "--data", data, "--json").document["events"] > 400_000
    graph = emma("journeys", "graph", "--data", data, "--json").document
    assert any(edge["from"] == "Adressprüfung manuell" for edge in graph["edges"])
    emma("sample", "remove", "--yes", "--data", data)
    assert emma("journeys", "graph", "--data", data, "--json").document["events"] == 0


def test_a_trial_run_needs_no_data_folder_and_leaves_none(emma: Run, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    ran = emma("import", file, "--columns", COLUMNS, "--dry-run", "--data", tmp_path / "data", "--json")
    assert ran.code == 0, ran.err
    assert ran.document["received"] == 8
    assert not (tmp_path / "data").exists()


def test_a_folder_in_place_of_a_file_is_called_a_folder(emma: Run, tmp_path: Path) -> None:
    ran = emma("import", tmp_path, "--data", tmp_path / "data", "--json")
    assert (ran.code, ran.document["error"]["code"]) == (1, "is_folder")
    assert str(tmp_path) in ran.err


def test_a_step_that_is_no_touchpoint_is_named(emma: Run, filled: Path) -> None:
    ran = emma("journeys", "funnel", "--steps", "Anfrage,Nirgendwo", "--within", "7d", "--data", filled)
    assert ran.code == 1
    assert "Nirgendwo" in ran.err


def test_a_rebuild_counts_also_events_that_have_no_bucket_yet(emma: Run, filled: Path) -> None:
    assert emma("rebuild", "--data", filled, "--json").document["events"] == 7


def test_verify_lists_a_damaged_file_that_has_no_bucket_yet(emma: Run, filled: Path) -> None:
    damaged = next((filled / "lake").rglob("*.parquet"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    ran = emma("verify", "--data", filled, "--json")
    assert (ran.code, ran.document["damaged_lake"]) == (1, [str(damaged)])


def test_a_key_is_replaced_and_says_where_it_may_be_used(emma: Run, folder: DataFolder) -> None:
    data = ("--data", folder.path)
    old = emma("keys", "create", "shop", *data, "--origin", "https://shop.example.de", "--events-per-second", "9", "--json")
    said = emma("keys", "rotate", old.document["number"], *data, "--overlap", "12h")
    assert said.out.startswith("wk_")
    new, before = emma("keys", "list", *data, "--json").document["keys"]
    assert (before["state"], new["state"]) == ("ending", "valid")
    assert (new["origins"], new["events_per_s"], new["replaces"]) == (["https://shop.example.de"], 9, old.document["number"])
    assert "shop.example.de" in emma("keys", "list", *data).out
    for wrong in ("12", "1y", "400d", "-1h"):
        assert emma("keys", "rotate", 1, *data, "--overlap", wrong, "--json").document["error"]["code"] == "span_invalid"
    assert emma("keys", "create", "x", *data, "--origin", "shop", "--json").document["error"]["code"] == "origin_invalid"


def test_a_source_says_who_answers_for_it(emma: Run, folder: DataFolder) -> None:
    data = ("--data", folder.path)
    emma("keys", "create", "shop", *data)
    told = emma("sources", "set", "shop", *data, "--department", "E-Commerce", "--purpose", "Bestellweg", "--json").document
    assert (told["line"]["department"], told["line"]["purpose"], told["line"]["valid_keys"]) == ("E-Commerce", "Bestellweg", 1)
    (line,) = emma("sources", "list", *data, "--json").document["sources"]
    assert (line["name"], line["department"], line["last_seen"]) == ("shop", "E-Commerce", None)
    assert "Bestellweg" in emma("sources", "show", "shop", *data).out
    assert "E-Commerce" in emma("sources", "list", *data).out
    assert emma("sources", "show", "nowhere", *data, "--json").document["error"]["code"] == "source_unknown"
    assert emma("sources", "set", "shop", *data, "--purpose", "x" * 501, "--json").document["error"]["code"] == "text_too_long"
