"""Which whole ways do journeys take, from first to last touchpoint, and which are the most frequent?

Two questions to the same snapshot, so that no step list is built but for the ways that are shown:

1. ``variant_counts`` gives each journey a 128-bit hash of its touchpoints' names and counts equal ones. That any two different
   ways of a million meet in one hash has a chance of one in 10^26; equal hashes are not compared step by step.
2. ``variants`` fetches the steps and durations of the most frequent. Where more ways than there is room for have the count of
   the last place, those whose steps come first in the order of names are shown: a shorter list is the beginning of a longer.

Counts and median durations are exact.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.answers import Variant, VariantsAnswer
from tanteemma.journeys.bucket import Bucket, Values, bucket_of
from tanteemma.journeys.loops import sequences
from tanteemma.journeys.quantiles import MEDIAN, quantile_s
from tanteemma.model.arrays import DROPPED, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 16


class VariantCountsQuestion(msgspec.Struct, frozen=True):
    """How many of the most frequent are wanted."""

    top: int


class VariantsQuestion(msgspec.Struct, frozen=True):
    """What the second pass has to fetch: the answer of ``variant_counts``.

    ``sure``: hashes (pairs of uint64, as bytes) that are shown for certain, ``counts`` (int64) of each; ``tied``: hashes of
    count ``tied_count`` for which ``room`` places are left. ``variants_total`` and ``journeys`` of all.
    """

    variants_total: int
    journeys: int
    sure: bytes
    counts: bytes
    tied: bytes
    tied_count: int
    room: int


@dataclass(frozen=True, slots=True)
class CountsPartial:
    """Different hashes (flat pairs, rising) and how many journeys have each."""

    pairs: sequences.Hashes
    counts: Values


@dataclass(frozen=True, slots=True)
class Way:
    """The steps of one variant (touchpoint numbers) and the durations of its journeys in microseconds."""

    steps: tuple[int, ...]
    lengths: tuple[Values, ...]


@lru_cache(maxsize=16)
def salts_of(names: tuple[str, ...]) -> sequences.Hashes:
    """Two random-looking numbers for each name: by name and not by number, so that a rebuilt index gives the same hashes."""
    digests = b"".join(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_SALT_BYTES).digest() for name in names)
    return np.frombuffer(digests, dtype=np.uint64)


def _table(hashes: int) -> Values:
    return np.full(1 << (2 * hashes).bit_length(), -1, dtype=np.int64)


class VariantCountsKernel:
    """How many different ways there are, and which of them the second pass has to fetch."""

    name = "variant_counts"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: VariantCountsQuestion
    ) -> CountsPartial:
        """The different hashes of one bucket."""
        _, _, pairs = sequences.hashes(bucket_of(arrays, selection, touchpoints), salts_of(touchpoints.names))
        which, firsts = sequences.numbered(_table(len(pairs) // 2), pairs)
        different = pairs.reshape(-1, 2)[firsts]
        order = np.argsort(different[:, 0])
        if (np.diff(different[order, 0]) == 0).any():
            order = np.lexsort((different[:, 1], different[:, 0]))
        counts = np.bincount(which, minlength=len(firsts)).astype(np.int64)
        return CountsPartial(different[order].reshape(-1), counts[order])

    def merge(self, one: CountsPartial, other: CountsPartial) -> CountsPartial:
        """Both together."""
        return CountsPartial(*sequences.merged_counts(one.pairs, one.counts, other.pairs, other.counts))

    def answer(self, merged: CountsPartial, touchpoints: Touchpoints, question: VariantCountsQuestion) -> VariantsQuestion:
        """What the second pass has to fetch."""
        pairs, counts = merged.pairs.reshape(-1, 2), merged.counts
        top = min(max(0, question.top), len(counts))
        cut = int(np.partition(counts, len(counts) - top)[len(counts) - top]) if top else int(counts.max(initial=0)) + 1
        sure, tied = counts > cut, counts == cut
        room = top - int(sure.sum())
        if room == int(tied.sum()):
            sure, tied, room = sure | tied, np.zeros_like(tied), 0
        return VariantsQuestion(
            variants_total=len(counts),
            journeys=int(counts.sum()),
            sure=pairs[sure].tobytes(),
            counts=counts[sure].tobytes(),
            tied=pairs[tied].tobytes(),
            tied_count=cut,
            room=room,
        )


class VariantsKernel:
    """The steps, shares and median durations of the most frequent ways."""

    name = "variants"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: VariantsQuestion
    ) -> dict[int, Way]:
        """The wanted ways of one bucket by their number in the question; of the tied ones as many as there is room for."""
        bucket = bucket_of(arrays, selection, touchpoints)
        numbers, lengths, pairs = sequences.hashes(bucket, salts_of(touchpoints.names))
        known = np.frombuffer(question.sure + question.tied, dtype=np.uint64)
        which = sequences.looked_up(_table(len(known) // 2), known, pairs)
        wanted, firsts = np.unique(which, return_index=True)
        firsts = firsts[_to_fetch(bucket, touchpoints, question, wanted, numbers[firsts])]
        order = np.argsort(which, kind="stable")
        starts = np.searchsorted(which[order], which[firsts])
        ends = np.searchsorted(which[order], which[firsts], side="right")
        return {
            int(which[first]): Way(_steps(bucket, int(numbers[first])), (lengths[order[start:end]],))
            for first, start, end in zip(firsts, starts, ends, strict=True)
        }

    def merge(self, one: dict[int, Way], other: dict[int, Way]) -> dict[int, Way]:
        """Both together."""
        merged = one | other
        for number in one.keys() & other.keys():
            merged[number] = Way(one[number].steps, one[number].lengths + other[number].lengths)
        return merged

    def answer(self, merged: dict[int, Way], touchpoints: Touchpoints, question: VariantsQuestion) -> VariantsAnswer:
        """In names and seconds, largest first."""
        counts = np.frombuffer(question.counts, dtype=np.int64).tolist()
        sure: list[Variant] = []
        tied: list[Variant] = []
        for number, way in merged.items():
            steps = tuple(touchpoints.names[step] for step in way.steps)
            count = counts[number] if number < len(counts) else question.tied_count
            median_s = quantile_s(np.concatenate(way.lengths), MEDIAN)
            shown = Variant(steps, count, count / question.journeys, median_s or 0.0)
            (sure if number < len(counts) else tied).append(shown)
        sure.sort(key=lambda variant: (-variant.count, variant.steps))
        tied.sort(key=lambda variant: variant.steps)
        return VariantsAnswer(question.variants_total, tuple(sure + tied[: question.room]))


def _to_fetch(bucket: Bucket, touchpoints: Touchpoints, question: VariantsQuestion, wanted: Values, journeys: Values) -> Values:
    """Which of the wanted ways of a bucket can be among those shown: all sure ones and the first of the tied by their steps."""
    sure_hashes = len(question.sure) // _HASH_BYTES
    sure = np.flatnonzero((wanted >= 0) & (wanted < sure_hashes))
    tied = np.flatnonzero(wanted >= sure_hashes)
    if len(tied) > question.room:
        ranks = {name: rank for rank, name in enumerate(sorted(set(touchpoints.names)))}
        order = np.array([ranks[name] for name in touchpoints.names], dtype=np.int64)
        tied = tied[sequences.smallest(bucket, order, journeys[tied], question.room)]
    return np.concatenate([sure, tied])


def _steps(bucket: Bucket, journey: int) -> tuple[int, ...]:
    events = slice(bucket.offsets[journey], bucket.offsets[journey + 1])
    numbers = bucket.touchpoint_of[bucket.kinds[events]]
    counted = numbers != DROPPED
    if len(bucket.events):
        counted &= bucket.events[events]
    return tuple(numbers[counted].tolist())


kernels.add(VariantCountsKernel.name)(VariantCountsKernel())
kernels.add(VariantsKernel.name)(VariantsKernel())
