"""Paths from and to a touchpoint: against the slow version, and that every journey is somewhere in every column."""

import itertools
from collections import defaultdict
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers_paths import PathsAnswer
from tanteemma.journeys.ask import ask_paths
from tanteemma.journeys.kernels.paths import PathColumnsKernel, PathsKernel, PathsQuestion
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle, oracle_paths
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints

NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")
QUESTIONS = st.builds(
    PathsQuestion,
    touchpoint=st.sampled_from((None, *NAMES)),
    direction=st.sampled_from(("from", "to")),
    steps=st.integers(1, 5),
    occurrence=st.sampled_from(("first", "last")),
    merge=st.booleans(),
    nodes=st.integers(2, 7),
)


def adds_up(answer: PathsAnswer) -> None:
    """What flows in = what flows out + ended, in every node; the columns lose exactly those who ended."""
    out: dict[tuple[int, str | None], int] = defaultdict(int)
    into: dict[tuple[int, str | None], int] = defaultdict(int)
    ahead = answer.direction == "from"
    for flow in answer.flows:
        near, far = (flow.place, flow.source), (flow.place + 1, flow.target)
        out[near if ahead else far] += flow.journeys
        into[far if ahead else near] += flow.journeys
    columns = answer.columns if ahead else answer.columns[::-1]
    assert [abs(column.place) for column in columns] == list(range(len(columns)))
    assert columns[0].journeys == answer.reached <= answer.journeys
    for column, following in itertools.zip_longest(columns, columns[1:]):
        assert column.journeys == sum(node.journeys for node in column.nodes)
        assert column.ended == sum(node.ended for node in column.nodes)
        for node in column.nodes:
            here = (column.place, node.name)
            assert column is columns[0] or into[here] == node.journeys
            assert following is None or out[here] + node.ended == node.journeys
        assert following is None or following.journeys == column.journeys - column.ended


def check(log: Buckets, question: PathsQuestion, answer: PathsAnswer) -> None:
    expected = oracle_paths.paths(log.plain(), question)
    assert (answer.journeys, answer.reached) == (len(log.plain()), expected.reached)
    named: dict[int, set[str | None]] = {}
    for column in answer.columns:
        nodes, ended = expected.nodes[abs(column.place)], expected.ended[abs(column.place)]
        ranked = sorted(nodes, key=lambda name: (-nodes[name], name))
        shown, left = ranked[: question.nodes - 1], ranked[question.nodes - 1 :]
        named[column.place] = set(shown)
        assert [(node.name, node.journeys, node.ended) for node in column.nodes] == [
            *((name, nodes[name], ended[name]) for name in shown),
            (None, sum(nodes[name] for name in left), sum(ended[name] for name in left)),
        ]
        assert column.nodes[-1].touchpoints == len(left)
    gaps: dict[tuple[int, str | None, str | None], list[int]] = defaultdict(list)
    for (place, source, target), found in expected.gaps.items():
        ends = (source if source in named[place] else None, target if target in named[place + 1] else None)
        gaps[place, *ends] += found
    assert {(flow.place, flow.source, flow.target): (flow.journeys, flow.mean_s) for flow in answer.flows} == {
        key: (len(found), oracle.mean_s(found)) for key, found in gaps.items()
    }
    assert len(answer.flows) == len(gaps)


@given(any_buckets(), QUESTIONS)
def test_any_log_gives_the_numbers_of_the_slow_version_and_they_add_up(log: Buckets, question: PathsQuestion) -> None:
    answer = ask_paths(log, None, question)
    check(log, question, answer)
    adds_up(answer)


@given(any_buckets(), QUESTIONS)
def test_the_order_of_merging_does_not_matter(log: Buckets, question: PathsQuestion) -> None:
    first, second = PathColumnsKernel(), PathsKernel()
    partials = [first.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    flows = first.answer(merged(first, partials), log.table, question)
    parts = [second.partial(arrays, selection, log.table, flows) for arrays, selection in log.arrays()]
    answers = {second.answer(merged(second, way), log.table, flows) for way in itertools.permutations(parts)}
    assert answers == {ask_paths(log, None, question)}


@given(any_buckets(), QUESTIONS, st.integers(2, 7))
def test_more_room_names_more_and_changes_no_sum(log: Buckets, question: PathsQuestion, nodes: int) -> None:
    one = ask_paths(log, None, question)
    other = ask_paths(log, None, msgspec.structs.replace(question, nodes=nodes))
    assert [(column.journeys, column.ended) for column in one.columns] == [
        (column.journeys, column.ended) for column in other.columns
    ]


def test_paths_counted_by_hand_come_out() -> None:
    answer = ask_paths(told("xabc", "abd", "ac", "a", "xb"), None, PathsQuestion(touchpoint="a", steps=2, nodes=3))
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(answer))
    assert (document["direction"], document["touchpoint"], document["journeys"], document["reached"]) == ("from", "a", 5, 4)
    assert document["columns"] == [
        {
            "place": 0,
            "journeys": 4,
            "ended": 1,
            "nodes": [
                {"name": "a", "touchpoints": 1, "journeys": 4, "share": 1.0, "ended": 1},
                {"name": None, "touchpoints": 0, "journeys": 0, "share": 0.0, "ended": 0},
            ],
        },
        {
            "place": 1,
            "journeys": 3,
            "ended": 1,
            "nodes": [
                {"name": "b", "touchpoints": 1, "journeys": 2, "share": 0.5, "ended": 0},
                {"name": "c", "touchpoints": 1, "journeys": 1, "share": 0.25, "ended": 1},
                {"name": None, "touchpoints": 0, "journeys": 0, "share": 0.0, "ended": 0},
            ],
        },
        {
            "place": 2,
            "journeys": 2,
            "ended": 2,
            "nodes": [
                {"name": "c", "touchpoints": 1, "journeys": 1, "share": 0.25, "ended": 1},
                {"name": "d", "touchpoints": 1, "journeys": 1, "share": 0.25, "ended": 1},
                {"name": None, "touchpoints": 0, "journeys": 0, "share": 0.0, "ended": 0},
            ],
        },
    ]
    found = [tuple(flow.values()) for flow in document["flows"]]
    assert found == [(0, "a", "b", 2, 1.0), (0, "a", "c", 1, 1.0), (1, "b", "c", 1, 1.0), (1, "b", "d", 1, 1.0)]


def test_the_way_to_a_touchpoint_ends_with_it() -> None:
    answer = ask_paths(told("xya", "ya", "a"), None, PathsQuestion(touchpoint="a", direction="to", steps=2))
    assert [(column.place, column.journeys, column.ended) for column in answer.columns] == [(-2, 1, 1), (-1, 2, 1), (0, 3, 1)]
    assert [(flow.place, flow.source, flow.target, flow.journeys) for flow in answer.flows] == [
        (-2, "x", "y", 1),
        (-1, "y", "a", 2),
    ]


def test_the_first_or_the_last_occurrence_is_taken_as_wished() -> None:
    log = told("abac")
    first = ask_paths(log, None, PathsQuestion(touchpoint="a", steps=1))
    last = ask_paths(log, None, PathsQuestion(touchpoint="a", steps=1, occurrence="last"))
    assert [(flow.source, flow.target) for flow in (*first.flows, *last.flows)] == [("a", "b"), ("a", "c")]


def test_neighbours_of_one_touchpoint_are_one_step_if_wished() -> None:
    apart = ask_paths(told("aab"), None, PathsQuestion(touchpoint="a", steps=1))
    merged_ = ask_paths(told("aab"), None, PathsQuestion(touchpoint="a", steps=1, merge=True))
    assert [flow.target for flow in apart.flows] == ["a"]
    assert [(flow.target, flow.mean_s) for flow in merged_.flows] == [("b", 1.0)]


def test_everyone_else_holds_whoever_is_not_named() -> None:
    answer = ask_paths(told("ab", "ab", "ac", "ad", "ade"), None, PathsQuestion(touchpoint="a", steps=2, nodes=2))
    (_, column, _) = answer.columns
    assert [(node.name, node.touchpoints, node.journeys) for node in column.nodes] == [("b", 1, 2), (None, 2, 3)]


def test_without_a_touchpoint_paths_begin_with_the_journey_or_end_with_it() -> None:
    log = told("abc", "bc")
    begin = ask_paths(log, None, PathsQuestion(steps=1))
    end = ask_paths(log, None, PathsQuestion(steps=1, direction="to"))
    assert {(flow.source, flow.target) for flow in begin.flows} == {("a", "b"), ("b", "c")}
    assert [(flow.source, flow.target, flow.journeys) for flow in end.flows] == [("b", "c", 2)]


def test_a_step_leads_over_an_event_that_does_not_count() -> None:
    log = Buckets((RawJourney(((0, 0, True), (1, 1, False), (2, 5, True))),), touchpoints("a", "b", "c"))
    assert [(flow.target, flow.mean_s) for flow in ask_paths(log, None, PathsQuestion(touchpoint="a", steps=1)).flows] == [
        ("c", 0.000005)
    ]


def test_a_filter_leaves_only_its_journeys() -> None:
    answer = ask_paths(told("ab", "ac", "b"), None, PathsQuestion(touchpoint="a"), selection=Passing(with_=("b",)))
    assert (answer.journeys, answer.reached) == (2, 1)


def test_the_mean_of_many_very_long_gaps_does_not_overflow() -> None:
    raws = tuple(RawJourney(((0, -(2**61), True), (1, 2**61, True))) for _ in range(20))
    answer = ask_paths(Buckets(raws, touchpoints("a", "b")), None, PathsQuestion(touchpoint="a", steps=1))
    assert answer.flows[0].mean_s == 2**62 / 1_000_000


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (PathsQuestion(touchpoint="z"), ProblemCode.UNKNOWN_TOUCHPOINT),
        (PathsQuestion(steps=0), ProblemCode.QUESTION_INVALID),
        (PathsQuestion(steps=21), ProblemCode.QUESTION_INVALID),
        (PathsQuestion(nodes=1), ProblemCode.QUESTION_INVALID),
        (PathsQuestion(nodes=51), ProblemCode.QUESTION_INVALID),
        (PathsQuestion(direction="up"), ProblemCode.QUESTION_INVALID),  # type: ignore[arg-type]  # a wrong word
        (PathsQuestion(occurrence="any"), ProblemCode.QUESTION_INVALID),  # type: ignore[arg-type]  # a wrong word
    ],
)
def test_paths_that_make_no_sense_are_refused(question: PathsQuestion, code: ProblemCode) -> None:
    with pytest.raises(Problem) as refused:
        ask_paths(told("ab"), None, question)
    assert refused.value.code is code
