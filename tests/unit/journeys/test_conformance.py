"""Real journeys beside a drawn one: by hand, against the slow version, on a real log, and what is refused."""

from collections import Counter
from dataclasses import replace
from math import fsum
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask_conformance import ask_conformance
from tanteemma.journeys.drawn import OF_A_STEP, Deviation, DrawnStep
from tanteemma.journeys.kernels.conformance import ConformanceKernel, ConformanceQuestion
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.masks import journeys_where
from tanteemma.journeys.where.parse import parse, parse_drawn
from tanteemma.journeys.where.written import drawn_written, written
from tanteemma.model.arrays import Touchpoints
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys.buckets import Buckets, any_buckets, merged, told
from tests.unit.journeys.oracle_conformance import Beside, beside
from tests.unit.journeys.oracle_where import BERLIN
from tests.unit.journeys.real import read, xes_rows

NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")
STEPS = st.lists(
    st.builds(
        DrawnStep,
        touchpoints=st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple),
        optional=st.booleans(),
        repeats=st.booleans(),
        within_s=st.sampled_from((None, 0.0, 0.0001, 1000.0, 1e9)),
    ),
    min_size=1,
    max_size=5,
).map(tuple)
#: no step optional, none repeats: laid by bits
PLAIN = st.lists(
    st.builds(
        DrawnStep,
        touchpoints=st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple),
        within_s=st.sampled_from((None, 0.0, 1000.0)),
    ),
    min_size=1,
    max_size=12,
).map(tuple)


def steps_of(said: str) -> tuple[DrawnStep, ...]:
    return parse_drawn(said)


def laid(log: Buckets, steps: tuple[DrawnStep, ...]) -> list[Beside]:
    return [beside(journey, steps) for journey in log.plain()]


@given(any_buckets(), STEPS | PLAIN)
def test_any_log_gives_the_numbers_of_the_slow_version(log: Buckets, steps: tuple[DrawnStep, ...]) -> None:
    answer, expected = ask_conformance(log, None, steps), laid(log, steps)
    assert answer.journeys == len(expected)
    assert answer.conforming == sum(one.cost == 0 for one in expected)
    if expected:
        fitness = 1 - fsum(one.cost / one.worst for one in expected) / len(expected)
        assert answer.fitness == pytest.approx(fitness, abs=1e-12)
        assert 0 <= fitness <= 1
    else:
        assert (answer.share, answer.low, answer.fitness) == (None, None, None)
    for place, step in enumerate(answer.steps, 1):
        sets = ("reached", "misplaced", "repeated", "timed", "late")
        assert [getattr(step, name) for name in sets] == [sum(place in getattr(one, name) for one in expected) for name in sets]
        assert step.reached + step.skipped + step.misplaced == answer.journeys
    events = Counter(added for one in expected for added in one.added)
    journeys = Counter(added for one in expected for added in set(one.added))
    assert answer.added_left == 0
    assert {(one.after, one.touchpoint): (one.journeys, one.events) for one in answer.added} == {
        key: (journeys[key], events[key]) for key in events
    }


@given(any_buckets(), STEPS | PLAIN)
def test_examples_are_journeys_that_deviate_laid_at_the_least_cost(log: Buckets, steps: tuple[DrawnStep, ...]) -> None:
    expected = []
    for journey in log.plain():
        one = beside(journey, steps)
        names = [(move, step, None if event is None else journey[event][0]) for move, event, step in one.moves]
        expected.append((one.cost, one.worst, names))
    examples = ask_conformance(log, None, steps).examples
    assert len(examples) == min(3, sum(cost > 0 for cost, _, _ in expected))
    for example in examples:
        rows = [(move.move, move.step, move.touchpoint) for move in example.moves]
        assert example.fitness in {1 - cost / worst for cost, worst, names in expected if names == rows and cost > 0}


@given(any_buckets(), STEPS | PLAIN)
def test_how_the_buckets_are_merged_changes_nothing(log: Buckets, steps: tuple[DrawnStep, ...]) -> None:
    kernel, question = ConformanceKernel(), ConformanceQuestion(steps)
    partials = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    answers = [kernel.answer(merged(kernel, order), log.table, question) for order in (partials, partials[::-1])]
    assert answers[0] == answers[1]


@given(any_buckets(), STEPS, st.data())
def test_every_figure_leads_to_its_journeys(log: Buckets, steps: tuple[DrawnStep, ...], data: st.DataObject) -> None:
    answer = ask_conformance(log, None, steps)

    def behind(what: Deviation, step: int = 0, touchpoint: str | None = None) -> int:
        atom = tree.Drawn(steps, what, step, touchpoint)
        assert parse(written(atom), BERLIN) == atom
        return sum(int(journeys_where(arrays, selection, log.table, atom).sum()) for arrays, selection in log.arrays())

    assert behind(Deviation.FITS) == answer.conforming
    assert behind(Deviation.DIFFERS) == answer.journeys - answer.conforming
    place = data.draw(st.integers(1, len(steps)))
    step = answer.steps[place - 1]
    counts = (step.reached, step.skipped, step.misplaced, step.repeated, step.late)
    assert tuple(behind(what, place) for what in OF_A_STEP) == counts
    for added in answer.added[:3]:
        assert behind(Deviation.ADDS, added.after, added.touchpoint) == added.journeys


def test_seven_journeys_by_hand() -> None:
    log = told("abcd", "acd", "abxcd", "acbd", "abbcd", "abc", "x", names="abcdx")
    answer = ask_conformance(log, None, steps_of("a > b > c > d"))
    assert (answer.journeys, answer.conforming) == (7, 1)
    costs = ((0, 8), (1, 7), (1, 9), (2, 8), (1, 9), (1, 7), (5, 5))
    assert answer.fitness == pytest.approx(1 - sum(cost / worst for cost, worst in costs) / 7)
    assert [step.reached for step in answer.steps] == [6, 5, 5, 5]
    assert [step.skipped for step in answer.steps] == [1, 2, 1, 2]
    assert [step.misplaced for step in answer.steps] == [0, 0, 1, 0]
    assert [step.repeated for step in answer.steps] == [0, 1, 0, 0]
    assert [(one.touchpoint, one.after, one.journeys) for one in answer.added] == [("x", 0, 1), ("x", 2, 1)]


def test_alternatives_options_repetition_and_promises() -> None:
    log = told("abbbd", "acd", "ad", "abd", names="abcd", step_s=60.0)
    drawn = steps_of("a within 60s > (b, c) optional repeatable > d")
    answer = ask_conformance(log, None, drawn)
    assert (answer.conforming, answer.fitness) == (4, 1.0)
    assert [(step.reached, step.skipped, step.timed, step.late) for step in answer.steps] == [
        (4, 0, 4, 0),
        (3, 1, 0, 0),
        (4, 0, 0, 0),
    ]
    late = ask_conformance(log, None, (msgspec.structs.replace(drawn[0], within_s=59.0), *drawn[1:]))
    assert (late.conforming, late.steps[0].late) == (4, 4)


def test_a_channel_narrows_a_step() -> None:
    table = Touchpoints(np.array([0, 0, 1], np.uint32), ("anruf", "kauf"), np.array([0, 1, 1], np.uint32), ("telefon", "web"))
    log = replace(told("ac", "bc", names="abc"), table=table)
    answer = ask_conformance(log, None, steps_of("anruf via telefon > kauf"))
    assert (answer.conforming, answer.steps[0].reached, answer.added[0].touchpoint) == (1, 1, "anruf")


@given(STEPS)
def test_a_drawing_is_read_as_it_is_written(steps: tuple[DrawnStep, ...]) -> None:
    assert parse_drawn(drawn_written(steps)) == steps


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("a > q", ProblemCode.UNKNOWN_TOUCHPOINT),
        ("a via fax", ProblemCode.UNKNOWN_CHANNEL),
        (" > ".join("a" * 51), ProblemCode.QUESTION_INVALID),
        ("a >", ProblemCode.WHERE_INVALID),
        ("a b", ProblemCode.WHERE_INVALID),
        ("a within lange", ProblemCode.WHERE_INVALID),
    ],
)
def test_what_cannot_be_drawn_is_refused(said: str, code: ProblemCode) -> None:
    with pytest.raises(Problem) as refused:
        ask_conformance(told("ab"), None, steps_of(said))
    assert refused.value.code is code


@pytest.mark.parametrize("said", ["drawn a > b", "drawn a reaches 2", "drawn a adds b", "drawn a adds b after 2"])
def test_what_cannot_be_said_of_a_drawing_is_refused(said: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(said, BERLIN)
    assert refused.value.code is ProblemCode.WHERE_INVALID


def test_no_steps_and_no_step_of_that_number_are_refused() -> None:
    with pytest.raises(Problem) as refused:
        ask_conformance(told("ab"), None, ())
    assert refused.value.code is ProblemCode.QUESTION_INVALID
    atom = tree.Drawn(steps_of("a"), Deviation.REACHES, 0)
    (arrays, selection), *_ = told("ab").arrays()
    with pytest.raises(Problem) as asked:
        journeys_where(arrays, selection, told("ab").table, atom)
    assert asked.value.code is ProblemCode.QUESTION_INVALID


def test_a_real_log_beside_its_most_frequent_way(real_logs: Path) -> None:
    log = read(xes_rows(real_logs / "eventlogs/bpic2012.xes.gz"))
    steps = steps_of("A_SUBMITTED > A_PARTLYSUBMITTED > A_DECLINED")
    answer = ask_conformance(log, None, steps)
    expected = Counter(tuple(name for name, _ in journey) for journey in log.plain())
    costs = {names: beside([(name, 0) for name in names], steps) for names in expected if len(names) < 12}
    assert answer.journeys == 13_087
    assert answer.conforming == 3_429 == sum(expected[names] for names, one in costs.items() if one.cost == 0)
    assert [step.reached for step in answer.steps] == [13_087, 13_087, 7_635]
