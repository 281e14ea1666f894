"""Segments from the command line: stated, counted, used as a condition of any question, exported, removed."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.unit.serve.cli.conftest import Run

LOG = """case;person;time;event;worth
1;K-1;2026-01-05T10:00:00Z;Anfrage;
1;K-1;2026-01-06T10:10:00Z;Kauf;100
2;K-2;2026-01-05T11:00:00Z;Anfrage;
3;K-2;2026-01-07T09:00:00Z;Anfrage;
3;K-2;2026-01-08T09:00:00Z;Kauf;20
4;anna@example.org;2026-01-07T09:00:00Z;Anfrage;
"""
COLUMNS = "journey=case,person=person,time=time,touchpoint=event,value=worth"


@pytest.fixture
def filled(emma: Run, tmp_path: Path) -> Path:
    """A data folder with the small log in it."""
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    done = emma("import", file, "--columns", COLUMNS, "--data", tmp_path / "data", "--json")
    assert done.code == 0, done.out
    return tmp_path / "data"


def define(emma: Run, folder: Path, name: str, *where: str) -> dict[str, object]:
    words = [word for one in where for word in ("--where", one)]
    done = emma("segments", "define", name, *words, "--data", folder, "--json")
    assert done.code == 0, done.out
    found: dict[str, object] = done.document["segment"]
    return found


def test_a_segment_is_stated_once_and_used_as_a_condition_of_every_journey_definition(emma: Run, filled: Path) -> None:
    assert define(emma, filled, "Käufer", "passes Kauf")["size"] == 2
    assert define(emma, filled, "wertvoll", "segment = 'Käufer'", "sum of value >= 50")["size"] == 1

    def journeys(where: str, *more: str) -> int:
        counted = emma("journeys", "durations", "--where", where, *more, "--data", filled, "--json")
        return int(counted.document["journeys"])

    assert journeys("segment = 'Käufer'") == 3, "every case of a buyer counts, also the one without a sale"
    assert journeys("segment != 'Käufer'") == 1
    assert journeys("segment = wertvoll", "--journey", "person") == 1
    assert journeys("segment = 'Käufer' and not passes Kauf") == 1


def test_an_answer_follows_a_changed_segment_at_once(emma: Run, filled: Path) -> None:
    for condition, size in (("passes Kauf", 2), ("not passes Kauf", 1), ("count any >= 1", 3)):
        define(emma, filled, "wechselnd", condition)
        listed = emma("segments", "members", "wechselnd", "--data", filled, "--json").document
        assert listed["total"] == size
    shown = emma("segments", "show", "wechselnd", "--data", filled, "--json").document
    assert [one["version"] for one in shown["versions"]] == [3, 2, 1]


def test_a_list_names_whom_nobody_knows_and_loses_nobody(emma: Run, filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("E-Mail;Ort\nAnna@Example.org;Bonn\nK-2;Köln\nK-99;Ulm\n", encoding="utf-8")
    done = emma("segments", "define", "Messe", "--list", file, "--data", filled, "--json").document
    assert (done["segment"]["size"], done["listed"], done["unknown"]) == (2, 3, ["K-99"])
    assert "K-99" in emma("segments", "show", "Messe", "--data", filled).out


def test_what_would_be_wrong_is_said(emma: Run, filled: Path) -> None:
    define(emma, filled, "A", "passes Kauf")
    define(emma, filled, "B", "segment = A")

    def refused(*words: object) -> str:
        done = emma("segments", *words, "--data", filled, "--json")
        assert done.code != 0
        return str(done.document["error"]["code"])

    assert refused("define", "A", "--where", "segment = B") == "segment_cycle"
    assert refused("define", "C", "--where", "segment = D") == "unknown_segment"
    assert refused("define", "C", "--where", "passes Kuaf") == "unknown_touchpoint"
    assert refused("define", "C", "--where", "passes") == "where_invalid"
    assert refused("define", "C") == "question_invalid"
    assert refused("remove", "A") == "segment_used"
    assert refused("show", "C") == "unknown_segment"
    assert emma("segments", "remove", "B", "--data", filled).code == 0
    assert emma("segments", "remove", "A", "--data", filled, "--json").document["segments"] == []


def test_conditions_are_tried_out_without_being_saved(emma: Run, filled: Path) -> None:
    tried = emma("segments", "count", "--where", "since Kauf > 1d", "--data", filled, "--json").document
    assert (tried["size"], tried["people"], len(tried["examples"])) == (2, 3, 2)
    assert "2" in emma("segments", "count", "--where", "passes Kauf", "--data", filled).out
    assert emma("segments", "list", "--data", filled, "--json").document["segments"] == []


def test_members_are_exported_as_csv_and_parquet(emma: Run, filled: Path, tmp_path: Path) -> None:
    define(emma, filled, "alle", "count any >= 1")
    for suffix in ("csv", "parquet"):
        assert emma("segments", "export", "alle", "-o", tmp_path / f"out.{suffix}", "--data", filled).code == 0
    rows = (tmp_path / "out.csv").read_text().splitlines()
    assert rows[0] == "id,subject,first_contact,last_contact,events"
    assert sorted(row.split(",")[1] for row in rows[1:]) == ["K-1", "K-2", "anna@example.org"]
    table = pq.read_table(tmp_path / "out.parquet")
    assert sorted(table["events"].to_pylist()) == [1, 2, 3]


def test_how_segments_overlap_is_counted_and_small_groups_are_not_singled_out(
    emma: Run, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(emma, filled, "Käufer", "passes Kauf")
    define(emma, filled, "alle", "count any >= 1")
    hidden = emma("segments", "overlap", "Käufer", "alle", "--data", filled, "--json").document
    assert (hidden["intersections"], hidden["withheld"], hidden["sizes"]) == ([], 2, [2, 3])
    monkeypatch.setenv("EMMA_SMALLEST_GROUP", "1")
    shown = emma("segments", "overlap", "Käufer", "alle", "--data", filled, "--json").document
    assert [(one["segments"], one["size"]) for one in shown["intersections"]] == [(["Käufer", "alle"], 2), (["alle"], 1)]


def test_two_segments_are_compared(emma: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    define(emma, filled, "Käufer", "passes Kauf")
    assert emma("segments", "compare", "Käufer", "--data", filled, "--json").document["too_few"]
    define(emma, filled, "einmal", "count any = 1 or count any = 3")
    monkeypatch.setenv("EMMA_SMALLEST_GROUP", "1")
    found = emma("segments", "compare", "Käufer", "einmal", "--data", filled, "--json").document
    assert (found["one"], found["other"], found["both"]) == (1, 1, 1)
    assert emma("segments", "compare", "Käufer", "Käufer", "--data", filled, "--json").code != 0
    assert emma("segments", "compare", "Käufer", "--data", filled).code == 0
