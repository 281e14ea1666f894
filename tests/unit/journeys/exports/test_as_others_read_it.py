"""What we write of a real log, read by somebody else and by ourselves: the published numbers come out again."""

import json
from pathlib import Path
from typing import Any

import pytest
import r4pm
from r4pm import bindings

from tanteemma.serve.cli import main
from tests.unit.journeys.test_reference_numbers import reference, sha1

BPIC = "eventlogs/bpic2012.xes.gz"
HELPDESK = "eventlogs/helpdesk.xes.gz"


def emma(*words: object) -> None:
    assert main([str(word) for word in words]) == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, real_logs: Path) -> Path:
    data = tmp_path_factory.mktemp("real") / "data"
    emma("import", real_logs / HELPDESK, "--data", data)
    return data


def _is_golden(edges: dict[tuple[str, str], int], golden: dict[str, Any]) -> None:
    assert (len(edges), sum(edges.values())) == (golden["dfg_edges"], golden["dfg_total"])
    assert sha1([[*edge, count] for edge, count in edges.items()]) == golden["dfg_sha1"]


@pytest.mark.parametrize("form", ["xes", "xes.gz"])
def test_another_reader_finds_the_published_graph_in_our_xes(folder: Path, real_logs: Path, form: str) -> None:
    golden, output = reference(real_logs)[HELPDESK], folder.parent / f"out.{form}"
    emma("journeys", "export", "--output", output, "--data", folder)
    graph = bindings.discover_dfg(event_log=r4pm.import_item("EventLog", str(output)))
    assert len(graph["activities"]) == golden["activities"]
    assert sum(graph["activities"].values()) == golden["events"]
    _is_golden({(pair[0], pair[1]): count for pair, count in graph["directly_follows_relations"]}, golden)


def test_another_reader_finds_the_published_variants_in_our_ocel(folder: Path, real_logs: Path) -> None:
    golden, output = reference(real_logs)[HELPDESK], folder.parent / "out.ocel.json"
    emma("journeys", "export", "--output", output, "--data", folder)
    log = bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(output)))
    variants = bindings.get_variants_of_object_type(log, "case")
    assert len(variants) == golden["variants"]
    assert sha1([[steps, count] for steps, count in variants]) == golden["variants_sha1"]
    _is_golden({(pair[0], pair[1]): count for pair, count in bindings.get_dfg_of_object_type(log, "case")}, golden)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "parquet", "xes.gz", "ocel"])
def test_bpic_2012_written_and_read_in_again_gives_the_published_numbers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, real_logs: Path, form: str
) -> None:
    golden, output = reference(real_logs)[BPIC], tmp_path / f"out.{'ocel.json' if form == 'ocel' else form}"
    emma("import", real_logs / BPIC, "--data", tmp_path / "data")
    emma("journeys", "export", "--format", form, "--output", output, "--data", tmp_path / "data")
    emma("import", output, "--data", tmp_path / "again")

    def asked(*words: str) -> Any:
        capsys.readouterr()
        emma("journeys", *words, "--data", tmp_path / "again", "--json")
        return json.loads(capsys.readouterr().out)

    graph = asked("graph", "--exact")
    assert [graph["events"], graph["journeys"]] == [golden["events"], golden["cases"]]
    assert len(graph["nodes"]) == golden["activities"]
    _is_golden({(edge["from"], edge["to"]): edge["count"] for edge in graph["edges"]}, golden)
    medians = {(edge["from"], edge["to"]): edge["median_s"] for edge in graph["edges"]}
    for edge in golden["top_edges"]:
        assert medians[tuple(edge["edge"])] == pytest.approx(edge["median"], abs=0.000_51)
    variants = asked("variants", "--top", "100000")
    assert variants["variants_total"] == golden["variants"]
    assert sha1([[one["steps"], one["count"]] for one in variants["variants"]]) == golden["variants_sha1"]
    durations = asked("durations")
    assert {key: durations[f"{key}_s"] for key in golden["case_duration_s"]} == pytest.approx(
        golden["case_duration_s"], abs=0.000_51
    )
