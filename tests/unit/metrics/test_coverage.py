"""Do 95 of 100 intervals hold the truth? Found by drawing, with a fixed seed."""

import numpy as np
import pytest

from tanteemma.metrics.intervals import net_share, share

DRAWS = 20_000


@pytest.mark.parametrize("n", [10, 30])
@pytest.mark.parametrize(("p", "d"), [(0.5, 0.2), (0.7, 0.05), (0.3, 0.3), (0.9, 0.02)])
def test_the_interval_of_the_nps_holds_the_truth_as_often_as_it_says(p: float, d: float, n: int) -> None:
    drawn = np.random.default_rng(20261121).multinomial(n, [p, 1 - p - d, d], DRAWS)
    different, times = np.unique(drawn, axis=0, return_counts=True)
    held = 0
    for (promoters, _, detractors), count in zip(different.tolist(), times.tolist(), strict=True):
        found = net_share(promoters, detractors, n)
        assert found.low is not None
        assert found.high is not None
        held += count * (found.low <= p - d <= found.high)
    assert held / DRAWS >= 0.925


@pytest.mark.parametrize(("asked", "promoters", "detractors"), [(60, 36, 6), (200, 100, 40), (40, 36, 1)])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_so_it_does_when_a_large_part_of_all_has_answered(asked: int, promoters: int, detractors: int, part: float) -> None:
    n = round(asked * part)
    colours = [promoters, asked - promoters - detractors, detractors]
    drawn = np.random.default_rng(7).multivariate_hypergeometric(colours, n, DRAWS)
    different, times = np.unique(drawn, axis=0, return_counts=True)
    held = 0
    truth = (promoters - detractors) / asked
    for (one, _, other), count in zip(different.tolist(), times.tolist(), strict=True):
        found = net_share(one, other, n, invited=asked)
        assert found.low is not None
        assert found.high is not None
        held += count * (found.low - 1e-9 <= truth <= found.high + 1e-9)
    assert held / DRAWS >= 0.9


@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.9])
def test_the_interval_of_a_share_holds_the_truth_on_average(p: float, n: int) -> None:
    drawn = np.random.default_rng(11).binomial(n, p, DRAWS)
    limits = [share(k, n) for k in range(n + 1)]
    held = np.mean([(limits[k].low or 0.0) <= p <= (limits[k].high or 1.0) for k in drawn.tolist()])
    assert held >= 0.9
