"""What holds for any answers: parts add up, order and repetition change nothing, intervals stay inside what is possible."""

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.metrics.intervals import effective_n, mean, net_share, share, student_t
from tanteemma.metrics.shape import ZERO_TO_TEN, Group, Metric, hidden, reads
from tanteemma.metrics.tally import Scale, Tally, tally_of
from tanteemma.model.hooks import metrics
from tests.unit.metrics import oracle

SCALES = (ZERO_TO_TEN, Scale(1, 5, 1), Scale(1, 5, 5), Scale(1, 6, 1), Scale(1, 7, 7))
LIMITS = {"points": (-100.0, 100.0), "share": (0.0, 1.0)}
scores = st.lists(st.integers(0, 10), max_size=60)


def _metrics_of(scale: Scale) -> list[Metric]:
    asked = ("nps", "enps", "csat", "ces", "wrs")
    return [metric for metric in metrics.all().values() if any(reads(metric, one, scale) for one in asked)]


@given(scores, st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(answers: list[int], chance: object) -> None:
    mixed = answers.copy()
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert tally_of(answers, ZERO_TO_TEN) == tally_of(mixed, ZERO_TO_TEN)


@given(scores, scores)
def test_the_parts_add_up_to_the_whole_and_come_off_again(one: list[int], other: list[int]) -> None:
    together = tally_of(one + other, ZERO_TO_TEN)
    assert tally_of(one, ZERO_TO_TEN) + tally_of(other, ZERO_TO_TEN) == together
    assert together - tally_of(other, ZERO_TO_TEN) == tally_of(one, ZERO_TO_TEN)


@given(st.sampled_from(SCALES), st.lists(st.integers(0, 10), min_size=2, max_size=80), st.integers(0, 200))
def test_every_interval_lies_inside_the_possible_and_around_the_figure(scale: Scale, answers: list[int], more: int) -> None:
    tally = tally_of([scale.low + answer % scale.points for answer in answers], scale)
    for metric in _metrics_of(scale):
        low, high = LIMITS.get(metric.unit, (float(scale.low), float(scale.high)))
        for invited in (None, tally.n + more):
            found = metric.estimate(tally, invited)
            assert found.value is not None
            assert low <= found.value <= high
            if found.low is not None and found.high is not None:
                assert low - 1e-9 <= found.low <= found.value + 1e-9
                assert found.value - 1e-9 <= found.high <= high + 1e-9


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_the_nps_is_that_of_counting_one_answer_after_the_other(answers: list[int]) -> None:
    found = metrics.named("nps").estimate(tally_of(answers, ZERO_TO_TEN))
    for mine, slow in zip((found.value, found.low, found.high), oracle.nps(answers), strict=True):
        assert abs(mine - slow) < 1e-9


@given(st.integers(1, 500), st.floats(0, 1))
def test_a_share_has_the_interval_found_by_halving(n: int, part: float) -> None:
    chose = round(part * n)
    found = share(chose, n)
    low, high = oracle.wilson(chose, n)
    assert found.low is not None
    assert found.high is not None
    assert abs(found.low - low) < 1e-9
    assert abs(found.high - high) < 1e-9


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_a_mean_is_that_of_the_textbook(answers: list[int]) -> None:
    found = mean(tally_of(answers, ZERO_TO_TEN).counts, 0)
    value, low, high = oracle.mean(answers, student_t(len(answers) - 1))
    assert found.value is not None
    assert abs(found.value - value) < 1e-9
    assert abs((found.low or 0) - max(0.0, low)) < 1e-9
    assert abs((found.high or 0) - min(10.0, high)) < 1e-9


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_the_more_of_the_invited_have_answered_the_narrower_is_the_interval(n: int, more: int) -> None:
    wide, narrow = effective_n(n, n + more + 1), effective_n(n, n + more)
    assert n <= wide <= narrow
    assert net_share(n // 2, n // 3, n, n + more).below <= net_share(n // 2, n // 3, n).below + 1e-12


@given(st.lists(st.integers(1, 12), max_size=8), st.integers(1, 10))
def test_what_is_not_shown_cannot_be_found_by_taking_the_rest_off(sizes: list[int], floor: int) -> None:
    groups = [Group(str(place), Tally(Scale(1, 2, 2), (size, 0))) for place, size in enumerate(sizes)]
    kept_back = [group for group in groups if group.name in hidden(groups, floor)]
    shown = [group for group in groups if group not in kept_back]
    assert all(group.tally.n >= floor for group in shown)
    if kept_back and shown:
        assert len(kept_back) > 1
        assert sum(group.tally.n for group in kept_back) >= floor
