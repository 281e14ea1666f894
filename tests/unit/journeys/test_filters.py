"""Filters and reach against a plain look at every journey."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask import ask_durations, ask_funnel, ask_graph, ask_reach, ask_variants
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.reach import ReachKernel, ReachQuestion
from tanteemma.journeys.where.wish import Passing, Wish
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints

NAMES = st.sampled_from(("anruf", "besuch", "kauf", "mahnung", "paket"))
SOME = st.lists(NAMES, max_size=2).map(tuple)
SOME_EDGES = st.lists(st.tuples(NAMES, NAMES), max_size=2).map(tuple)
WISHES = st.builds(Passing, with_=SOME, without=SOME, edges=SOME_EDGES, no_edges=SOME_EDGES)


def wanted(journey: oracle.Journey, wish: Passing) -> bool:
    return (
        all(oracle.passes(journey, name) for name in wish.with_)
        and not any(oracle.passes(journey, name) for name in wish.without)
        and all(oracle.takes(journey, edge) for edge in wish.edges)
        and not any(oracle.takes(journey, edge) for edge in wish.no_edges)
    )


@given(any_buckets(), WISHES)
def test_every_analysis_sees_only_the_journeys_that_were_wished_for(log: Buckets, wish: Passing) -> None:
    left = [journey for journey in log.plain() if wanted(journey, wish)]
    graph = ask_graph(log, None, selection=wish, exact=True)
    assert (graph.events, graph.journeys) == (sum(map(len, left)), len(left))
    assert [edge.p90_s for edge in graph.edges] == [oracle.quantile_s(edge.gaps, 90) for edge in oracle.edges(left).values()]
    assert ask_durations(log, None, selection=wish).journeys == len(left)
    assert [row.count for row in ask_variants(log, None, selection=wish).variants] == [n for _, n, _ in oracle.variants(left)]
    funnel = ask_funnel(log, None, FunnelQuestion(("kauf", "paket")), selection=wish)
    assert [step.journeys for step in funnel.steps] == [
        len(gaps) for gaps in oracle.funnel(left, ("kauf", "paket"), 2**62, strict=False)
    ]


def test_with_and_without_are_complements() -> None:
    log = told("abc", "ac", "cb", "a")
    assert ask_graph(log, None, selection=Passing(with_=("b",))).journeys == 2
    assert ask_graph(log, None, selection=Passing(without=("b",))).journeys == 2
    assert ask_graph(log, None, selection=Passing(edges=(("a", "b"),))).journeys == 1
    assert ask_graph(log, None, selection=Passing(no_edges=(("a", "b"),))).journeys == 3


def test_the_filter_of_the_pages_is_a_wish() -> None:
    wish: Wish = JourneyFilter(with_=("a",), edges=(("a", "b"),))
    assert ask_graph(told("abc", "ac", "cb"), None, selection=wish).journeys == 1


def test_an_edge_leads_over_a_dropped_event() -> None:
    log = Buckets((RawJourney(((0, 0, True), (1, 1, False), (2, 2, True))),), touchpoints("a", "b", "c"))
    assert ask_graph(log, None, selection=Passing(edges=(("a", "c"),))).journeys == 1


def test_an_unknown_touchpoint_and_too_many_conditions_are_refused() -> None:
    with pytest.raises(Problem) as unknown:
        ask_graph(told("ab"), None, selection=Passing(edges=(("a", "z"),)))
    assert unknown.value.code is ProblemCode.UNKNOWN_TOUCHPOINT
    with pytest.raises(Problem) as many:
        ask_graph(told("ab"), None, selection=Passing(where=tuple(f"passes a before 'a{place}'" for place in range(65))))
    assert many.value.code is ProblemCode.QUESTION_INVALID
    assert ask_graph(told("ab"), None, selection=Passing(with_=("a",) * 64)).journeys == 1


@given(any_buckets())
def test_people_are_counted_once(log: Buckets) -> None:
    answer = ask_reach(log, None)
    people = [(person, journey) for person, journey in log.plain_people() if person is not None and journey]
    assert answer.persons == len({person for person, _ in people})
    expected = {name: len({person for person, journey in people if oracle.passes(journey, name)}) for name in log.table.names}
    assert {reach.name: reach.persons for reach in answer.touchpoints} == {name: n for name, n in expected.items() if n}


@given(any_buckets())
def test_the_order_of_merging_people_does_not_matter(log: Buckets) -> None:
    kernel, question = ReachKernel(), ReachQuestion()
    partials = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    answers = {kernel.answer(merged(kernel, way), log.table, question) for way in itertools.permutations(partials)}
    assert len(answers) == 1
