"""Variants against a plain count."""

import itertools

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask import ask_variants
from tanteemma.journeys.kernels.variants import VariantCountsKernel, VariantCountsQuestion, VariantsKernel
from tanteemma.model.arrays import Touchpoints
from tests.unit.journeys import oracle
from tests.unit.journeys.buckets import Buckets, RawJourney, any_buckets, merged, told


@given(any_buckets(max_journeys=20, max_events=4), st.integers(0, 12))
def test_the_most_frequent_ways_are_those_of_a_plain_count(log: Buckets, top: int) -> None:
    plain = log.plain()
    answer = ask_variants(log, None, top=top)
    expected = oracle.variants(plain)
    assert answer.variants_total == len(expected)
    assert [(variant.steps, variant.count, variant.median_s) for variant in answer.variants] == expected[:top]
    assert [variant.share for variant in answer.variants] == [count / len(plain) for _, count, _ in expected[:top]]


@given(any_buckets(max_journeys=20, max_events=4), st.integers(1, 12))
def test_a_shorter_list_is_the_beginning_of_a_longer(log: Buckets, top: int) -> None:
    assert ask_variants(log, None, top=top).variants == ask_variants(log, None, top=100).variants[:top]


@given(any_buckets(max_events=4))
def test_the_order_of_merging_does_not_matter(log: Buckets) -> None:
    counts, ways, question = VariantCountsKernel(), VariantsKernel(), VariantCountsQuestion(3)
    counted = [counts.partial(arrays, selection, log.table, question) for arrays, selection in log.arrays()]
    wanted = {
        msgspec.json.encode(counts.answer(merged(counts, order), log.table, question))
        for order in itertools.permutations(counted)
    }
    assert len(wanted) == 1
    second = counts.answer(merged(counts, counted), log.table, question)
    found = [ways.partial(arrays, selection, log.table, second) for arrays, selection in log.arrays()]
    answers = {
        msgspec.json.encode(ways.answer(merged(ways, order), log.table, second)) for order in itertools.permutations(found)
    }
    assert len(answers) == 1


@given(any_buckets(max_events=4))
def test_all_shares_together_are_one(log: Buckets) -> None:
    answer = ask_variants(log, None, top=1000)
    assert sum(variant.count for variant in answer.variants) == len(log.plain())


def test_ways_counted_by_hand_come_out() -> None:
    answer = ask_variants(told("abc", "ab", "abc", "c"), None, top=2)
    assert msgspec.json.decode(msgspec.json.encode(answer)) == {
        "variants_total": 3,
        "variants": [
            {"steps": ["a", "b", "c"], "count": 2, "share": 0.5, "median_s": 2.0},
            {"steps": ["a", "b"], "count": 1, "share": 0.25, "median_s": 1.0},
        ],
    }


def test_sequences_that_are_alike_in_shape_are_told_apart() -> None:
    # Thue and Morse: such words meet in polynomial hashes of any base, modulo 2^64.
    word = "ab"
    for _ in range(11):
        word += word.translate(str.maketrans("ab", "ba"))
    other = word.translate(str.maketrans("ab", "ba"))
    assert ask_variants(told(word, other, word), None).variants_total == 2


def test_renumbered_touchpoints_give_the_same_answer() -> None:
    log = told("abc", "ab", "ba", "c", "cab")
    swapped = Touchpoints(np.array([2, 0, 1], dtype=np.uint32), ("b", "c", "a"))
    renumbered = Buckets(log.journeys, swapped, masked=False)
    assert ask_variants(log, None, top=3) == ask_variants(renumbered, None, top=3)


def test_ten_of_many_equal_ways_are_the_first_by_name_wherever_they_lie() -> None:
    words = ["".join(letters) for letters in itertools.permutations("abcdef", 4)]
    log = told(*words)
    spread = Buckets(
        tuple(RawJourney(raw.events, bucket=number % 3) for number, raw in enumerate(log.journeys)),
        log.table,
        count=3,
        masked=False,
    )
    assert ["".join(variant.steps) for variant in ask_variants(spread, None, top=10).variants] == sorted(words)[:10]
