"""What is believed beside what was measured: known answers, and what holds for all of them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.workshop.beliefs import STEPS, WIDTHS, Belief, Measured, Of, Verdict, beliefs_of, compare, wrong
from tanteemma.workshop.document import Content, Part, Value

numbers = st.floats(-2, 2, allow_nan=False)


@st.composite
def measurements(draw: st.DrawFn) -> Measured:
    low, value, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return Measured(value, low, high, draw(st.integers(1, 10_000)))


def test_the_team_that_loves_its_tracking_is_told() -> None:
    beliefs = [Belief("tracking", Of.EMOTION, 2), Belief("delivery", Of.EMOTION, 0), Belief("replacement", Of.EMOTION, -2)]
    measured = {
        ("tracking", Of.EMOTION): Measured(-0.4, -0.6, -0.2, 1088),
        ("delivery", Of.EMOTION): Measured(-0.1, -0.15, -0.05, 1643),
        ("replacement", Of.EMOTION): Measured(0.6, 0.5, 0.7, 555),
    }
    found = compare(beliefs, measured)
    assert [(one.belief.at, one.verdict, round(one.gap, 2)) for one in found] == [
        ("replacement", Verdict.WRONG, 2.6),
        ("tracking", Verdict.WRONG, -2.4),
        ("delivery", Verdict.CLOSE, -0.1),
    ]
    assert [one.says for one in found] == ["beliefs.emotion.more", "beliefs.emotion.less", "beliefs.close"]


def test_units_are_compared_on_their_own_scale() -> None:
    beliefs = [Belief("a", Of.WEIGHT, 40), Belief("a", Of.PAIN, 0.0)]
    measured = {("a", Of.WEIGHT): Measured(10, 8, 12, 500), ("a", Of.PAIN): Measured(0.43, 0.40, 0.46, 1088)}
    found = compare(beliefs, measured)
    assert [(one.belief.of, one.says, round(one.size, 2)) for one in found] == [
        (Of.PAIN, "beliefs.pain.more", 0.43),
        (Of.WEIGHT, "beliefs.weight.less", 0.3),
    ]


def test_what_nobody_measured_is_not_judged() -> None:
    assert compare([Belief("a", Of.EMOTION, 1)], {}) == ()


def test_a_map_says_what_is_believed() -> None:
    fields = {"feeling": Value(-1, 1), "weight": Value(5, 1)}
    drawn = Content(parts=(Part(id="a", kind="touchpoint", fields=fields), Part(id="b", kind="touchpoint")))
    assert beliefs_of(drawn) == (Belief("a", Of.EMOTION, -1), Belief("a", Of.WEIGHT, 5))


@given(belief=st.integers(-2, 2), measured=measurements())
def test_a_belief_inside_of_the_interval_is_never_wrong(belief: int, measured: Measured) -> None:
    (one,) = compare([Belief("a", Of.EMOTION, belief)], {("a", Of.EMOTION): measured})
    assert (one.verdict is Verdict.RIGHT) == (measured.low <= belief <= measured.high)
    assert one.gap == measured.value - belief
    assert 0 <= one.size <= 4 / WIDTHS[Of.EMOTION]
    if one.verdict is Verdict.WRONG:
        assert min(abs(belief - measured.low), abs(belief - measured.high)) > STEPS[Of.EMOTION] / 2


@given(found=st.lists(st.tuples(st.integers(-2, 2), measurements()), max_size=12))
def test_the_order_is_that_of_a_slow_sort_and_does_not_depend_on_what_was_said_first(
    found: list[tuple[int, Measured]],
) -> None:
    beliefs = [Belief(f"t{at:02}", Of.EMOTION, value) for at, (value, _) in enumerate(found)]
    measured = {(f"t{at:02}", Of.EMOTION): there for at, (_, there) in enumerate(found)}
    ranked = compare(beliefs, measured)
    assert ranked == compare(reversed(beliefs), measured)
    assert len(ranked) == len(beliefs)
    for before, after in itertools.pairwise(ranked):
        assert (before.verdict is Verdict.WRONG) >= (after.verdict is Verdict.WRONG)
        if before.verdict is after.verdict:
            assert before.size >= after.size
    assert wrong(ranked) == ranked[: len(wrong(ranked))]
