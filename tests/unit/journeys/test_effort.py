"""Customer effort against the slow version; what is known by hand, and what must hold for any log."""

import itertools
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers_effort import EffortStage
from tanteemma.journeys.ask_effort import ask_effort
from tanteemma.journeys.effort import COMPONENTS, HALVES, TIMES, WEIGHTS, EffortScale, index_of, points, scale_of
from tanteemma.journeys.kernels.effort import EffortKernel, EffortQuestion
from tanteemma.model.arrays import DROPPED, Touchpoints
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys import oracle_effort as oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told, touchpoints
from tests.unit.journeys.test_funnel_detail import with_channels

NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")
HOUR_US = 3_600_000_000
WEIGHT = st.sampled_from((0.0, 1.0, 7.5, 100.0))
SCALES = st.builds(
    EffortScale,
    st.tuples(*[WEIGHT] * 6).filter(any),
    st.tuples(*[st.sampled_from((0.5, 2.0, 86_400.0))] * 6),
)


@st.composite
def logs(draw: st.DrawFn) -> Buckets:
    log = draw(any_buckets())
    return with_channels(log) if draw(st.booleans()) else log


@st.composite
def questions(draw: st.DrawFn) -> EffortQuestion:
    return EffortQuestion(
        stages=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=3))),
        goal=draw(st.sampled_from((None, *NAMES))),
        scale=draw(SCALES),
        pause_s=draw(st.sampled_from((0.0, 0.0001, 3600.0))),
        top=draw(st.integers(0, 5)),
    )


def agrees(found: EffortStage, values: Sequence[Sequence[int]], scale: EffortScale) -> None:
    """The stage says what follows from these values of its journeys."""
    rated = [each for each in (oracle.added(one, scale.weights, scale.halves) for one in values) if each is not None]
    assert (found.journeys, found.rated) == (len(values), len(rated))
    for one in found.components:
        place, unit = COMPONENTS.index(one.name), 1e6 if one.name in TIMES else 1
        there = [row[place] for row in values if row[place] >= 0]
        assert (one.journeys, one.weight, one.half) == (len(there), scale.weights[place], scale.halves[place])
        if there:
            assert one.mean == pytest.approx(sum(there) / len(there) / unit)
            for said, quantile in ((one.median, 50), (one.p90, 90)):
                expected = float(np.percentile(there, quantile)) / unit
                assert said == pytest.approx(expected, rel=0.01 if unit > 1 else 1e-9, abs=1e-6 if unit > 1 else 0)
        if rated:
            assert one.points == pytest.approx(sum(row[place] for row in rated) / len(rated), abs=1e-5)
    if rated:
        index = [sum(row) for row in rated]
        assert found.mean == pytest.approx(sum(index) / len(index), abs=1e-4)
        assert found.median == pytest.approx(np.percentile(index, 50), abs=0.011)
        assert found.p90 == pytest.approx(np.percentile(index, 90), abs=0.011)
        assert found.mean == pytest.approx(sum(one.points or 0.0 for one in found.components))
        for band in found.bands:
            surely = sum(band.low + 0.01 < one < band.high - 0.01 for one in index)
            assert surely <= band.journeys <= sum(band.low - 0.01 < one < band.high + 0.01 for one in index)
    assert sum(band.journeys for band in found.bands) == len(rated)


@given(logs(), questions())
def test_effort_is_that_of_looking_at_every_stretch(log: Buckets, question: EffortQuestion) -> None:
    answer, journeys = ask_effort(log, None, question), oracle.journeys_of(log)
    pause = round(question.pause_s * 1e6)
    whole = [oracle.whole(journey, question.goal, pause) for journey in journeys]
    agrees(answer.whole, whole, question.scale)
    assert answer.whole.reached == (None if question.goal is None else sum(row[4] >= 0 for row in whole))
    parts = [part for journey in journeys for part in oracle.stretches(journey, question.stages, pause)]
    assert len(answer.stages) == (len(question.stages) + 1 if question.stages else 0)
    for number, stage in enumerate(answer.stages):
        agrees(stage, [part.values for part in parts if part.stage == number], question.scale)
        arrived = sum(part.reached for part in parts if part.stage == number)
        assert stage.reached == (arrived if number < len(question.stages) else None)
        assert (stage.start, stage.end) == ((None, *question.stages)[number], (*question.stages, None)[number])


@given(logs(), questions())
def test_the_most_effort_comes_first_whatever_the_buckets(log: Buckets, question: EffortQuestion) -> None:
    answer = ask_effort(log, None, question)
    rows = [oracle.whole(journey, question.goal, round(question.pause_s * 1e6)) for journey in oracle.journeys_of(log)]
    index = sorted(
        (sum(each) for each in (oracle.added(row, question.scale.weights, question.scale.halves) for row in rows) if each),
        reverse=True,
    )
    assert [pick.index for pick in answer.most] == pytest.approx(index[: question.top], abs=0.011)
    for pick in answer.most:
        time = pick.waiting_s, pick.elapsed_s
        said = [pick.contacts, pick.switches, round(time[0] * 1e6), pick.repeats, -1 if pick.steps is None else pick.steps]
        assert any(list(row[:5]) == pytest.approx(said, rel=1e-9) for row in rows)


@given(logs(), questions())
def test_the_stages_add_up_to_the_whole(log: Buckets, question: EffortQuestion) -> None:
    kernel, asked = EffortKernel(), msgspec.structs.replace(question, stages=question.stages or NAMES[:2])
    parts = [kernel.partial(arrays, selection, log.table, asked) for arrays, selection in log.arrays()]
    whole, *stages = merged(kernel, parts).stages
    for place, name in enumerate(COMPONENTS):
        if name != "steps":
            assert sum(stage.sums[place] for stage in stages) == whole.sums[place], name


@given(logs(), questions())
def test_the_order_of_merging_does_not_matter(log: Buckets, question: EffortQuestion) -> None:
    kernel = EffortKernel()
    parts = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    answers = {
        msgspec.json.encode(kernel.answer(merged(kernel, way), log.table, question)) for way in itertools.permutations(parts)
    }
    assert len(answers) == 1


@given(st.lists(st.integers(0, 10**15), min_size=6, max_size=6), st.integers(0, 5), st.integers(1, 10**15), SCALES)
def test_more_of_anything_never_lowers_the_index_and_it_stays_on_its_scale(
    values: list[int], place: int, more: int, scale: EffortScale
) -> None:
    worse = [value + more * (number == place) for number, value in enumerate(values)]
    added, rated = points(np.array([values, worse], np.int64).T, scale)
    before, after = index_of(added).tolist()
    assert rated.all()
    assert 0 <= before <= after <= 10_000
    assert (added >= 0).all()


def test_an_index_worked_out_by_hand_comes_out() -> None:
    """Two calls, a mail, the purchase two days later: three repeats of effort, one change there and one back."""
    table = Touchpoints(
        np.arange(4, dtype=np.uint32),
        ("Anruf", "Mail", "Kauf", "Buchung"),
        np.array([0, 1, 2, DROPPED], np.uint32),
        ("phone", "mail", "web"),
    )
    events = tuple((kind, hour * HOUR_US, True) for kind, hour in ((0, 0), (1, 1), (0, 2), (3, 3), (2, 51)))
    log = Buckets((RawJourney(events),), table, masked=False)
    answer = ask_effort(log, None, EffortQuestion(goal="Kauf", stages=("Anruf",)))
    (pick,) = answer.most
    assert (pick.contacts, pick.switches, pick.repeats, pick.steps) == (4, 3, 1, 5)
    assert (pick.waiting_s, pick.elapsed_s) == (48 * 3600, 51 * 3600)
    by_hand = 20 * 3 / 7 + 20 * 3 / 4 + 15 * 2 / 5 + 25 * 1 / 3 + 10 * 4 / 9 + 10 * 51 / (51 + 168)
    assert answer.whole.mean == pytest.approx(by_hand, abs=1e-5)
    assert answer.whole.median == pick.index == pytest.approx(by_hand, abs=0.005)
    assert [(s.start, s.end, s.journeys, s.reached) for s in answer.stages] == [(None, "Anruf", 1, 1), ("Anruf", None, 1, None)]
    assert answer.stages[0].mean == 0
    assert [band.journeys for band in answer.whole.bands] == [0, 0, 1, 0, 0]


def test_without_channels_every_event_is_a_contact_and_none_a_change() -> None:
    answer = ask_effort(told("aba"), None, EffortQuestion())
    assert answer.has_channels is False
    assert [(one.name, one.mean) for one in answer.whole.components[:2]] == [("contacts", 3.0), ("switches", 0.0)]


def test_a_goal_that_is_alone_weighed_rates_only_those_who_reach_it() -> None:
    scale = EffortScale((0.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    answer = ask_effort(told("ab", "aa", "aaaaaab"), None, EffortQuestion(goal="b", scale=scale))
    assert (answer.whole.journeys, answer.whole.rated, answer.whole.reached) == (3, 2, 2)
    assert [round(pick.index, 2) for pick in answer.most] == [54.55, 16.67]


def test_weights_that_are_said_stand_in_place_of_the_usual_ones() -> None:
    scale = scale_of(["repeats=50, elapsed=0"], ["waiting=12h", "contacts=2.5"])
    assert dict(zip(COMPONENTS, scale.weights, strict=True)) == {**WEIGHTS, "repeats": 50.0, "elapsed": 0.0}
    assert dict(zip(COMPONENTS, scale.halves, strict=True)) == {**HALVES, "waiting": 43_200.0, "contacts": 2.5}
    assert scale_of() == EffortScale()


@pytest.mark.parametrize(
    ("weights", "halves", "value", "allowed"),
    [
        (["repeat=5"], [], "repeat=5", "repeats"),
        (["repeats=viel"], [], "repeats=viel", "repeats=0"),
        (["repeats=-1"], [], "repeats=-1", "repeats=0"),
        (["repeats=nan"], [], "repeats=nan", "repeats=0"),
        (["repeats"], [], "repeats=", "repeats=0"),
        ([",".join(f"{name}=0" for name in COMPONENTS)], [], "contacts=0", "> 0"),
        ([], ["waiting=0d"], "waiting=0d", "waiting=12h"),
        ([], ["waiting=soon"], "waiting=soon", "waiting=12h"),
        ([], ["contacts=0"], "contacts=0", "contacts="),
    ],
)
def test_a_weight_that_makes_no_sense_is_refused(weights: list[str], halves: list[str], value: str, allowed: str) -> None:
    with pytest.raises(Problem) as refused:
        scale_of(weights, halves)
    assert refused.value.code is ProblemCode.QUESTION_INVALID
    assert str(refused.value.params["value"]).startswith(value)
    assert allowed in str(refused.value.params["allowed"])


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (EffortQuestion(goal="z"), ProblemCode.UNKNOWN_TOUCHPOINT),
        (EffortQuestion(stages=("z",)), ProblemCode.UNKNOWN_TOUCHPOINT),
        (EffortQuestion(stages=("a",) * 9), ProblemCode.QUESTION_INVALID),
        (EffortQuestion(pause_s=-1.0), ProblemCode.QUESTION_INVALID),
        (EffortQuestion(top=1001), ProblemCode.QUESTION_INVALID),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(question: EffortQuestion, code: ProblemCode) -> None:
    with pytest.raises(Problem) as refused:
        ask_effort(told("ab"), None, question)
    assert refused.value.code is code


@pytest.mark.parametrize("log", [told(names="a"), Buckets((), touchpoints(), masked=False)])
def test_nothing_is_no_effort_and_no_mean(log: Buckets) -> None:
    answer = ask_effort(log, None, EffortQuestion())
    assert (answer.whole.journeys, answer.whole.mean, answer.whole.median, answer.most) == (0, None, None, ())
    assert [(one.mean, one.p90) for one in answer.whole.components] == [(None, None)] * 5
