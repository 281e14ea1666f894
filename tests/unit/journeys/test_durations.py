"""Durations against a plain list."""

import itertools

import msgspec
import pytest
from hypothesis import given

from tanteemma.journeys.answers import DurationsAnswer
from tanteemma.journeys.ask import ask_duration_bands, ask_durations
from tanteemma.journeys.kernels.durations import DurationsKernel, DurationsQuestion
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, any_buckets, merged, told


@given(any_buckets())
def test_every_value_is_exactly_that_of_numpy(log: Buckets) -> None:
    lengths = oracle.durations(log.plain())
    answer = ask_durations(log, None)
    assert answer.journeys == len(lengths)
    if lengths:
        expected = (
            oracle.mean_s(lengths),
            oracle.quantile_s(lengths, 50),
            oracle.quantile_s(lengths, 90),
            max(lengths) / 1_000_000,
        )
        assert (answer.mean_s, answer.median_s, answer.p90_s, answer.max_s) == expected


@given(any_buckets())
def test_the_order_of_merging_does_not_matter(log: Buckets) -> None:
    kernel, question = DurationsKernel(), DurationsQuestion()
    partials = [kernel.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    answers = {kernel.answer(merged(kernel, order), log.table, question) for order in itertools.permutations(partials)}
    assert len(answers) == 1


@given(any_buckets())
def test_every_journey_stands_in_exactly_one_band(log: Buckets) -> None:
    lengths = oracle.durations(log.plain())
    answer = ask_duration_bands(log, None)
    assert answer.journeys == len(lengths) == sum(band.journeys for band in answer.bands)
    for band in answer.bands:
        inside = [x for x in lengths if x >= band.low_s * 1e6 and (band.high_s is None or x < band.high_s * 1e6)]
        assert band.journeys == len(inside)


def test_durations_counted_by_hand_come_out() -> None:
    answer = ask_durations(told("abc", "a", "ab", "abcd", step_s=60), None)
    assert msgspec.json.decode(msgspec.json.encode(answer)) == {
        "journeys": 4,
        "mean_s": 90.0,
        "median_s": 90.0,
        "p90_s": pytest.approx(162.0),
        "max_s": 180.0,
    }
    bands = ask_duration_bands(told("abc", "a", "ab", "abcd", step_s=60), None).bands
    assert [(band.low_s, band.journeys) for band in bands] == [(0.0, 1), (1.0, 0), (10.0, 0), (60.0, 3)]


def test_no_journey_has_no_duration() -> None:
    assert ask_durations(told(names="a"), None) == DurationsAnswer(0, None, None, None, None)
    assert ask_duration_bands(told(names="a"), None).bands == ()
