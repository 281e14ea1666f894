"""The journey graph against a plain count."""

import itertools
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers import GraphAnswer
from tanteemma.journeys.ask import ask_graph
from tanteemma.journeys.kernels.graph import GraphKernel, GraphQuestion
from tanteemma.journeys.loops import ways
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints

WIDEST = 0.01


def counted(graph: GraphAnswer) -> list[tuple[str, str, int, int]]:
    return [(edge.source, edge.target, edge.count, edge.journeys) for edge in graph.edges]


@given(any_buckets())
def test_counts_and_means_are_those_of_a_plain_count(log: Buckets) -> None:
    plain = log.plain()
    graph = ask_graph(log, None)
    expected = oracle.edges(plain)
    assert (graph.events, graph.journeys) == (sum(map(len, plain)), len(plain))
    assert [msgspec.structs.astuple(node) for node in graph.nodes] == oracle.nodes(plain)
    assert counted(graph) == [(*names, len(edge.gaps), len(edge.journeys)) for names, edge in expected.items()]
    assert [edge.mean_s for edge in graph.edges] == [oracle.mean_s(edge.gaps) for edge in expected.values()]


@given(any_buckets())
def test_median_and_p90_are_exactly_those_of_numpy_when_asked_for(log: Buckets) -> None:
    graph = ask_graph(log, None, exact=True)
    expected = oracle.edges(log.plain())
    assert [edge.median_s for edge in graph.edges] == [oracle.quantile_s(edge.gaps, 50) for edge in expected.values()]
    assert [edge.p90_s for edge in graph.edges] == [oracle.quantile_s(edge.gaps, 90) for edge in expected.values()]
    assert counted(graph) == counted(ask_graph(log, None))


@given(any_buckets())
def test_median_and_p90_are_within_one_percent_without_a_second_pass(log: Buckets) -> None:
    for edge, exact in zip(ask_graph(log, None).edges, ask_graph(log, None, exact=True).edges, strict=True):
        assert edge.median_s == pytest.approx(exact.median_s, rel=WIDEST, abs=0)
        assert edge.p90_s == pytest.approx(exact.p90_s, rel=WIDEST, abs=0)


@given(st.lists(st.integers(0, 10**7), min_size=65, max_size=400), st.booleans())
def test_many_gaps_on_one_edge_are_counted_in_a_histogram_with_the_same_result(gaps: list[int], ties: bool) -> None:
    values = [gap // 10**5 * 10**5 for gap in gaps] if ties else gaps
    times = np.cumsum([0, *values]).tolist()
    log = Buckets((RawJourney(tuple((0, time, True) for time in times)),), touchpoints("a"), masked=False)
    (near,), (exact,) = ask_graph(log, None).edges, ask_graph(log, None, exact=True).edges
    assert (exact.median_s, exact.p90_s) == (oracle.quantile_s(values, 50), oracle.quantile_s(values, 90))
    assert near.median_s == pytest.approx(exact.median_s, rel=WIDEST, abs=0)
    assert near.p90_s == pytest.approx(exact.p90_s, rel=WIDEST, abs=0)


@pytest.mark.parametrize("many", [31, 32, 33, 63, 64, 65, 4_094, 4_095, 4_096, 4_097, 20_000])
def test_any_number_of_gaps_on_one_edge_gives_the_right_quantiles(many: int) -> None:
    gaps = np.exp(np.random.default_rng(many).normal(15, 4, many)).astype(np.int64).tolist()
    times = np.cumsum([0, *gaps]).tolist()
    cut = many // 3
    events = tuple((0, time, True) for time in times)
    log = Buckets((RawJourney(events[: cut + 1]), RawJourney(events[cut:], bucket=1)), touchpoints("a"), count=2, masked=False)
    (near,), (exact,) = ask_graph(log, None).edges, ask_graph(log, None, exact=True).edges
    assert (near.count, exact.median_s, exact.p90_s) == (many, oracle.quantile_s(gaps, 50), oracle.quantile_s(gaps, 90))
    assert near.median_s == pytest.approx(exact.median_s, rel=WIDEST, abs=0)
    assert near.p90_s == pytest.approx(exact.p90_s, rel=WIDEST, abs=0)


def test_what_is_kept_grows_with_events_and_edges_and_not_with_the_square_of_touchpoints() -> None:
    many, events = 1_000, 30_000
    kinds = np.random.default_rng(3).integers(0, 40, events).astype(np.uint16)
    arrays = JourneyArrays(kinds, np.arange(events), np.array([0, events]), np.zeros(1, dtype=np.uint32))
    table = Touchpoints(np.arange(many, dtype=np.uint32), tuple(map(str, range(many))))
    partial = GraphKernel().partial(arrays, Selection(), table, GraphQuestion())
    (chunk,) = partial.chunks
    kept = partial.nodes.nbytes + chunk.codes.nbytes + chunk.sums.nbytes + chunk.starts.nbytes + chunk.bins.nbytes
    assert kept <= 2 * events + 40 * many + 140 * len(chunk.codes)


@given(any_buckets())
def test_the_order_of_merging_does_not_matter(log: Buckets) -> None:
    kernel, question = GraphKernel(), GraphQuestion()
    partials = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    answers = {
        msgspec.json.encode(kernel.answer(merged(kernel, order), log.table, question))
        for order in itertools.permutations(partials)
    }
    paired = kernel.merge(merged(kernel, partials[:1]), merged(kernel, partials[1:])) if len(partials) > 1 else partials[0]
    answers.add(msgspec.json.encode(kernel.answer(paired, log.table, question)))
    assert len(answers) == 1


@given(any_buckets())
def test_parts_sum_to_the_whole(log: Buckets) -> None:
    graph = ask_graph(log, None)
    assert sum(node.events for node in graph.nodes) == graph.events
    assert sum(node.starts for node in graph.nodes) == sum(node.ends for node in graph.nodes) == graph.journeys
    assert sum(edge.count for edge in graph.edges) == graph.events - graph.journeys


def test_the_document_is_the_one_that_others_script_against() -> None:
    graph = ask_graph(told("ab", "aab"), None, exact=True)
    times = {"mean_s": 1.0, "median_s": 1.0, "p90_s": 1.0}
    assert msgspec.json.decode(msgspec.json.encode(graph)) == {
        "events": 5,
        "journeys": 2,
        "nodes": [
            {"name": "a", "events": 3, "journeys": 2, "starts": 2, "ends": 0},
            {"name": "b", "events": 2, "journeys": 2, "starts": 0, "ends": 2},
        ],
        "edges": [
            {"from": "a", "to": "b", "count": 2, "journeys": 2, **times},
            {"from": "a", "to": "a", "count": 1, "journeys": 1, **times},
        ],
    }


def test_neighbours_of_a_dropped_event_become_adjacent() -> None:
    events = ((0, 0, True), (1, 10_000_000, False), (2, 70_000_000, True))
    log = Buckets((RawJourney(events),), touchpoints("a", "b", "c"))
    (edge,) = ask_graph(log, None, exact=True).edges
    assert (edge.source, edge.target, edge.median_s) == ("a", "c", 70.0)


def test_no_gap_is_exactly_zero() -> None:
    (edge,) = ask_graph(told("aaa", step_s=0), None).edges
    assert (edge.mean_s, edge.median_s, edge.p90_s) == (0.0, 0.0, 0.0)


def test_nothing_stored_is_an_empty_graph() -> None:
    assert ask_graph(told(names="ab"), None, exact=True) == GraphAnswer(0, 0, (), ())


def test_sums_do_not_overflow_at_the_longest_times_there_are() -> None:
    longest = 2**61
    times = np.array([-longest, longest] * 8, dtype=np.int64)
    arrays = JourneyArrays(np.zeros(16, dtype=np.uint16), times, np.arange(0, 17, 2), np.zeros(8, dtype=np.uint32))
    kernel = GraphKernel()
    partial = kernel.partial(arrays, Selection(), touchpoints("a"), GraphQuestion())
    for _ in range(20):
        partial = kernel.merge(partial, partial) if len(partial.chunks) < 4 else partial
    (edge,) = kernel.answer(partial, touchpoints("a"), GraphQuestion()).edges
    assert edge.mean_s == 2 * longest / 1_000_000


@pytest.mark.parametrize("width", [np.uint16, np.uint32])
@pytest.mark.parametrize("many", [ways.DENSE, ways.DENSE + 1, 5_000])
def test_thousands_of_touchpoints_count_alike(many: int, width: type[np.uint16 | np.uint32]) -> None:
    random = Random(17)
    names = tuple(f"t{number:05}" for number in range(many))
    journeys = tuple(
        RawJourney(
            tuple((random.randrange(many), 10**9 * place + random.randrange(10**9), True) for place in range(60)),
            bucket=number % 3,
        )
        for number in range(80)
    )
    log = Buckets(journeys, Touchpoints(np.arange(many, dtype=np.uint32), names), width, 3, masked=False)
    expected = oracle.edges(log.plain())
    near, exact = ask_graph(log, None), ask_graph(log, None, exact=True)
    assert counted(near) == [(*edge, len(found.gaps), len(found.journeys)) for edge, found in expected.items()]
    assert counted(exact) == counted(near)
    assert [edge.p90_s for edge in exact.edges] == [oracle.quantile_s(edge.gaps, 90) for edge in expected.values()]


def test_more_edges_than_the_first_table_holds_are_counted() -> None:
    many = 40_000
    kinds = np.random.default_rng(5).permutation(np.arange(many, dtype=np.uint32))
    arrays = JourneyArrays(kinds, np.arange(many) * 1_000_000, np.array([0, many]), np.zeros(1, dtype=np.uint32))
    table = Touchpoints(np.arange(many, dtype=np.uint32), tuple(map(str, range(many))))
    kernel = GraphKernel()
    graph = kernel.answer(kernel.partial(arrays, Selection(), table, GraphQuestion()), table, GraphQuestion())
    assert len(graph.edges) == many - 1
    assert {(edge.count, edge.mean_s) for edge in graph.edges} == {(1, 1.0)}


def bucket_of_one(kind: int, *, times: int = 1) -> JourneyArrays:
    kinds, offsets = np.array([kind], dtype=np.uint16), np.array([0, 1])
    return JourneyArrays(kinds, np.zeros(times, dtype=np.int64), offsets, np.zeros(1, dtype=np.uint32))


@pytest.mark.parametrize(
    ("arrays", "selection", "table", "said"),
    [
        (bucket_of_one(0, times=2), Selection(), touchpoints("a"), "fit"),
        (bucket_of_one(1), Selection(), touchpoints("a"), "kind"),
        (bucket_of_one(0), Selection(np.zeros(3, dtype=np.bool_)), touchpoints("a"), "mask"),
        (bucket_of_one(0), Selection(), Touchpoints(np.ones(1, dtype=np.uint32), ("a",)), "name"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_before_a_loop_reads_them(
    arrays: JourneyArrays, selection: Selection, table: Touchpoints, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        GraphKernel().partial(arrays, selection, table, GraphQuestion())
