"""Seven real logs against the numbers of an independent engine."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tanteemma.journeys.ask import ask_durations, ask_graph, ask_variants
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets
from tests.unit.journeys.real import csv_rows, rda_rows, read, xes_rows

CLICKS = "clickstream/retentioneering_ecom.csv.gz (case=session_id)"
LOGS = (
    "eventlogs/bpic2012.xes.gz",
    "eventlogs/bpic2013_closed.xes.gz",
    "eventlogs/bpic2013_incidents.xes.gz",
    "eventlogs/helpdesk.xes.gz",
    "eventlogs/running-example.xes",
    "eventlogs/teleclaims.xes.gz",
    CLICKS,
)
#: The reference is rounded to milliseconds.
ROUNDED = 0.000_51


@cache
def log_of(folder: Path, name: str) -> Buckets:
    if name == CLICKS:
        return read(csv_rows(folder / name.removesuffix(" (case=session_id)"), "session_id", "event", "timestamp"))
    return read(xes_rows(folder / name))


@cache
def reference(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "golden_dev.json").read_text())
    return found


def sha1(rows: list[list[Any]]) -> str:
    return hashlib.sha1(json.dumps(sorted(rows)).encode(), usedforsecurity=False).hexdigest()[:10]


@pytest.mark.parametrize("name", LOGS)
def test_graph_of_a_real_log(real_logs: Path, name: str) -> None:
    log, golden = log_of(real_logs, name), reference(real_logs)[name]
    graph, near = ask_graph(log, None, exact=True), ask_graph(log, None)
    assert (graph.events, graph.journeys, len(graph.nodes)) == (golden["events"], golden["cases"], golden["activities"])
    assert (len(graph.edges), sum(edge.count for edge in graph.edges)) == (golden["dfg_edges"], golden["dfg_total"])
    assert sha1([[edge.source, edge.target, edge.count] for edge in graph.edges]) == golden["dfg_sha1"]
    starts = {node.name: node.starts for node in graph.nodes if node.starts}
    assert golden["start"] in (starts, len(starts))
    ends = {node.name: node.ends for node in graph.nodes}
    assert [[end, ends[end]] for end, _ in golden["end_top"]] == golden["end_top"]
    edges = {(edge.source, edge.target): edge for edge in graph.edges}
    for expected in golden["top_edges"]:
        edge = edges[tuple(expected["edge"])]
        assert edge.count == expected["n"]
        assert edge.mean_s == pytest.approx(expected["mean"], abs=ROUNDED)
        assert edge.median_s == pytest.approx(expected["median"], abs=ROUNDED)
    plain = oracle.edges(log.plain())
    for edge, approximate in zip(graph.edges, near.edges, strict=True):
        assert edge.median_s == oracle.quantile_s(plain[edge.source, edge.target].gaps, 50)
        assert edge.p90_s == oracle.quantile_s(plain[edge.source, edge.target].gaps, 90)
        assert approximate.mean_s == edge.mean_s
        assert approximate.median_s == pytest.approx(edge.median_s, rel=0.01, abs=0)
        assert approximate.p90_s == pytest.approx(edge.p90_s, rel=0.01, abs=0)


@pytest.mark.parametrize("name", LOGS)
def test_variants_of_a_real_log(real_logs: Path, name: str) -> None:
    log, golden = log_of(real_logs, name), reference(real_logs)[name]
    everything = ask_variants(log, None, top=10**6)
    assert everything.variants_total == len(everything.variants) == golden["variants"]
    assert sha1([[list(variant.steps), variant.count] for variant in everything.variants]) == golden["variants_sha1"]
    counts = {variant.steps: variant.count for variant in everything.variants}
    assert [counts[tuple(top["v"])] for top in golden["top_variants"]] == [top["n"] for top in golden["top_variants"]]
    assert ask_variants(log, None, top=7).variants == everything.variants[:7]


@pytest.mark.parametrize("name", LOGS)
def test_durations_of_a_real_log(real_logs: Path, name: str) -> None:
    golden = reference(real_logs)[name]["case_duration_s"]
    answer = msgspec.structs.asdict(ask_durations(log_of(real_logs, name), None))
    assert {key: answer[f"{key}_s"] for key in golden} == pytest.approx(golden, abs=ROUNDED)


#: events, journeys, touchpoints, different ways: as their publishers state them (of the sepsis log), else counted apart
OF_R = {
    "sepsis": (15_214, 1_050, 16, 846),
    "traffic_fines": (34_724, 10_000, 11, 44),
    "hospital_billing": (49_951, 10_000, 16, 288),
}


@pytest.mark.parametrize("name", OF_R)
def test_logs_of_a_hospital_and_of_the_police(real_logs: Path, name: str) -> None:
    log = read(rda_rows(real_logs / "eventlogs" / f"{name}.rda"))
    graph, ways = ask_graph(log, None, exact=True), ask_variants(log, None)
    assert (graph.events, graph.journeys, len(graph.nodes), ways.variants_total) == OF_R[name]
    plain = log.plain()
    slow = oracle.edges(plain)
    assert [(edge.source, edge.target) for edge in graph.edges] == list(slow)
    for edge in graph.edges:
        gaps = slow[edge.source, edge.target].gaps
        assert edge.count == len(gaps)
        assert edge.median_s == oracle.quantile_s(gaps, 50)
        assert edge.p90_s == oracle.quantile_s(gaps, 90)
    assert [(one.steps, one.count) for one in ways.variants[:5]] == [(steps, n) for steps, n, _ in oracle.variants(plain)[:5]]
