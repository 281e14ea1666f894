"""What two sliders leave of a graph stays in one piece."""

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers import GraphAnswer
from tanteemma.journeys.ask import ask_graph
from tanteemma.journeys.sliders import happy_path, shown_part
from tests.unit.journeys.buckets import Buckets, any_buckets, told

SHARES = st.floats(0, 1)


def reached(graph: GraphAnswer, origins: set[str], *, backwards: bool) -> set[str]:
    found, waiting = set(origins), list(origins)
    while waiting:
        here = waiting.pop()
        for edge in graph.edges:
            source, target = (edge.target, edge.source) if backwards else (edge.source, edge.target)
            if source == here and target not in found:
                found.add(target)
                waiting.append(target)
    return found


@given(any_buckets(), SHARES, SHARES)
def test_everything_shown_can_be_reached_from_a_start_and_reaches_an_end(
    log: Buckets, activities: float, connections: float
) -> None:
    part = shown_part(ask_graph(log, None), activities=activities, connections=connections)
    names = {node.name for node in part.nodes}
    assert {name for edge in part.edges for name in (edge.source, edge.target)} <= names
    assert reached(part, {node.name for node in part.nodes if node.starts}, backwards=False) == names
    assert reached(part, {node.name for node in part.nodes if node.ends}, backwards=True) == names


@given(any_buckets(), SHARES, SHARES)
def test_both_sliders_to_the_right_show_everything_and_to_the_left_the_happy_path(
    log: Buckets, activities: float, connections: float
) -> None:
    graph = ask_graph(log, None)
    assert shown_part(graph, activities=1, connections=1) == graph
    least = shown_part(graph, activities=0, connections=0)
    assert {node.name for node in least.nodes} >= set(happy_path(graph))
    part = shown_part(graph, activities=activities, connections=connections)
    assert set(least.nodes) <= set(part.nodes)


@given(any_buckets(), SHARES, SHARES, SHARES)
def test_more_of_a_slider_never_takes_anything_away(log: Buckets, share: float, less: float, more: float) -> None:
    graph, (less, more) = ask_graph(log, None), sorted((less, more))
    few, many = (shown_part(graph, activities=amount, connections=share) for amount in (less, more))
    assert set(few.nodes) <= set(many.nodes)
    few, many = (shown_part(graph, activities=share, connections=amount) for amount in (less, more))
    assert set(few.edges) <= set(many.edges)


def test_the_happy_path_is_the_widest_way() -> None:
    graph = ask_graph(told("abcd", "abcd", "abcd", "ad", "ad", "axd"), None)
    assert happy_path(graph) == ("a", "b", "c", "d")
    part = shown_part(graph, activities=0, connections=0)
    assert [(edge.source, edge.target) for edge in part.edges] == [("a", "b"), ("b", "c"), ("c", "d")]
    assert [node.name for node in part.nodes] == ["a", "d", "b", "c"]


def test_a_touchpoint_brings_the_way_that_leads_to_it() -> None:
    graph = ask_graph(told("ae", "ae", "ae", "ae", "ae", "amxxxxxxe"), None)
    part = shown_part(graph, activities=0.6, connections=0)
    assert {node.name for node in part.nodes} == {"a", "e", "x", "m"}


def test_a_given_way_comes_first() -> None:
    graph = ask_graph(told("abc", "abc", "axc"), None)
    part = shown_part(graph, activities=0, connections=0, first=("a", "x", "c"))
    assert {node.name for node in part.nodes} == {"a", "x", "c"}


def test_an_empty_graph_stays_empty() -> None:
    nothing = ask_graph(told(names="a"), None)
    assert happy_path(nothing) == ()
    assert shown_part(nothing, activities=0.5, connections=0.5) == nothing
