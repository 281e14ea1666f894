"""Published and hand-worked figures."""

import pytest

from tanteemma.metrics.ces import FIRST, SECOND
from tanteemma.metrics.intervals import difference, effective_n, mean, net_share, share, student_t
from tanteemma.metrics.nps import answers_needed, groups_of
from tanteemma.metrics.shape import ZERO_TO_TEN, reads
from tanteemma.metrics.tally import Scale, Tally, no_answers, tally_of
from tanteemma.model.hooks import metrics
from tanteemma.model.problems import Problem


def test_sixty_promoters_and_ten_detractors_of_a_hundred_are_fifty_points() -> None:
    scores = [10] * 40 + [9] * 20 + [8] * 15 + [7] * 15 + [6] * 4 + [0] * 6
    found = metrics.named("nps").estimate(tally_of(scores, ZERO_TO_TEN))
    assert (found.n, found.value) == (100, 50.0)
    # n' = 103, p' = 60.75/103, d' = 10.75/103: centre 48.5437, var' = 0.458515, half 1.96 sqrt(var'/103)
    assert (round(found.low, 3), round(found.high, 3)) == (35.466, 61.621)


def test_the_ends_of_the_groups_are_those_of_the_definition() -> None:
    found = groups_of(tally_of([0, 6, 7, 8, 9, 10], ZERO_TO_TEN))
    assert (found.detractors, found.passives, found.promoters) == (2, 2, 2)


@pytest.mark.parametrize(
    ("promoters", "detractors", "needed"),
    [(0.5, 0.2, (235, 938, 2_604)), (0.7, 0.05, (126, 504, 1_398)), (0.5, 0.5, (385, 1_537, 4_269))],
)
def test_so_many_answers_are_needed_for_ten_five_and_three_points(
    promoters: float, detractors: float, needed: tuple[int, ...]
) -> None:
    assert tuple(answers_needed(points, promoters, detractors) for points in (10, 5, 3)) == needed


def test_employees_answer_on_eleven_or_five_points() -> None:
    enps = metrics.named("enps")
    five = tally_of([5, 5, 5, 4, 3, 2, 1], Scale(1, 5, 5))
    assert reads(enps, "enps", five.scale)
    assert not reads(metrics.named("nps"), "enps", ZERO_TO_TEN)
    assert enps.estimate(five).value == pytest.approx(0.0)


def test_the_two_best_of_five_six_and_seven_points_are_satisfied() -> None:
    csat = metrics.named("csat")
    assert csat.estimate(tally_of([5, 4, 3, 1], Scale(1, 5, 5))).value == 0.5
    assert csat.estimate(tally_of([7, 6, 5, 1], Scale(1, 7, 7))).value == 0.5
    assert csat.estimate(tally_of([1, 2, 3, 6], Scale(1, 6, 1))).value == 0.5
    assert not reads(csat, "csat", Scale(0, 100, 100))


def test_nobody_and_everybody_satisfied_give_an_interval_on_the_possible_side_only() -> None:
    nobody, everybody = share(0, 10), share(10, 10)
    # z²/(n + z²) = 3.8416/13.8416
    assert (nobody.low, round(nobody.high or 0, 5)) == (0.0, 0.27754)
    assert (round(everybody.low or 0, 5), everybody.high) == (0.72246, 1.0)


def test_effort_of_both_versions_is_told_by_its_scale() -> None:
    first, second = metrics.named("ces1"), metrics.named("ces2")
    assert [reads(first, "ces", scale) for scale in (FIRST, SECOND)] == [True, False]
    assert [reads(second, "ces", scale) for scale in (FIRST, SECOND)] == [False, True]
    assert second.estimate(tally_of([7, 7, 4], SECOND)).value == 6.0
    assert metrics.named("ces2_share").estimate(tally_of([7, 5, 4, 1], SECOND)).value == 0.5


def test_willingness_to_recommend_says_which_way_it_is_summed_up() -> None:
    tally = tally_of([10, 9, 8, 1], ZERO_TO_TEN)
    assert metrics.named("wrs_top").estimate(tally).value == 0.5
    assert metrics.named("wrs_mean").estimate(tally).value == 7.0


def test_a_mean_of_two_answers_has_the_wide_interval_of_students_t() -> None:
    found = mean((1, 0, 0, 0, 0, 0, 1), 1)
    assert found.value == 4.0
    assert student_t(1) == pytest.approx(12.7062, abs=1e-4)
    assert (found.low, found.high) == (1.0, 7.0)  # cut to the scale
    alone = mean((0, 1), 1)
    assert (alone.value, alone.low, alone.high) == (2.0, None, None)


@pytest.mark.parametrize("name", sorted(metrics.all()))
def test_without_answers_there_is_no_figure(name: str) -> None:
    metric = metrics.named(name)
    scales = [ZERO_TO_TEN, FIRST, SECOND, Scale(1, 5, 5)]
    (scale, *_) = [one for one in scales for asked in (name, name.split("_", maxsplit=1)[0]) if reads(metric, asked, one)]
    found = metric.estimate(no_answers(scale))
    assert (found.n, found.value, found.low, found.high) == (0, None, None, None)


def test_when_everybody_who_was_asked_has_answered_nothing_is_left_to_chance() -> None:
    assert effective_n(50, 50) == float("inf")
    found = net_share(30, 10, 50, invited=50)
    assert (found.low, found.value, found.high) == (0.4, 0.4, 0.4)
    assert share(30, 50, invited=50).low == 0.6
    assert mean((0, 25, 25), 0, invited=50).high == 1.5


def test_the_interval_shrinks_by_the_finite_population_correction() -> None:
    endless, finite = net_share(250, 100, 500), net_share(250, 100, 500, invited=1_001)
    assert finite.below / endless.below == pytest.approx(((1_001 - 500) / 1_000) ** 0.5, rel=0.01)


def test_the_errors_of_two_groups_add_in_squares() -> None:
    one, other = net_share(60, 10, 100), net_share(45, 25, 120)
    found = difference(one, other)
    assert found is not None
    half = (one.below**2 + other.below**2) ** 0.5
    assert found.high - found.low == pytest.approx(2 * half)
    assert found.value == pytest.approx(0.5 - 20 / 120)


def test_two_shares_differ_as_newcombe_published() -> None:
    # 56/70 against 48/80: difference 0.2000, method 10 gives 0.0524 to 0.3339 (Newcombe 1998, table II, case a)
    found = difference(share(56, 70), share(48, 80))
    assert found is not None
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    assert found.clear


def test_answers_on_different_scales_are_never_added() -> None:
    with pytest.raises(Problem) as refused:
        _ = no_answers(Scale(1, 5, 5)) + no_answers(Scale(1, 5, 1))
    assert refused.value.code == "scales_mixed"


def test_a_scale_nobody_answers_on_is_refused() -> None:
    for scale in (Scale(5, 5, 5), Scale(0, 100_000, 0), Scale(1, 5, 3)):
        with pytest.raises(Problem):
            no_answers(scale)


def test_an_answer_between_two_points_is_counted_apart_and_never_rounded() -> None:
    found = tally_of([9, 8.5, 11, -1, float("inf"), float("nan")], ZERO_TO_TEN)
    assert (found.n, found.left_out) == (1, 5)
    assert found == Tally(ZERO_TO_TEN, (0,) * 9 + (1, 0), 5)
