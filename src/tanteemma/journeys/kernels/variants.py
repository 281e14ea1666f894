"""Which whole ways do journeys take, from first to last touchpoint, and which are the most frequent?

Two questions to the same snapshot, so that no step list is built but for the ways that are shown:

1. ``variant_counts`` gives each journey a 128-bit hash of its touchpoints' names and counts equal ones. That any two different
   ways of a million meet in one hash has a chance of one in 10^26; equal hashes are not compared step by step.
2. ``variants`` fetches the steps of the most frequent from one journey of each. Where more ways than there is room for have the
   count of the last place, those whose steps come first in the order of names are shown: a shorter list is the beginning of a
   longer.

Counts and median durations are exact.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.answers import Variant, VariantsAnswer
from tanteemma.journeys.bucket import MICROSECONDS, Bucket, Values, bucket_of
from tanteemma.journeys.loops import sequences
from tanteemma.journeys.quantiles import MEDIAN, between, ranks
from tanteemma.model.arrays import DROPPED, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_SALT_BYTES: Final = 16


class VariantCountsQuestion(msgspec.Struct, frozen=True):
    """How many of the most frequent are wanted."""

    top: int


class VariantsQuestion(msgspec.Struct, frozen=True):
    """What the second pass has to fetch: the answer of ``variant_counts``.

    ``places``: a journey of each way as (bucket, journey), int64 as bytes; first the ways that are shown for certain, whose
    ``counts`` (int64) are given, then those of count ``tied_count``, for which ``room`` places are left. ``medians_s``
    (float64) of all of them; ``variants_total`` and ``journeys`` of all there are.
    """

    variants_total: int
    journeys: int
    places: bytes
    counts: bytes
    medians_s: bytes
    tied_count: int
    room: int


@dataclass(frozen=True, slots=True)
class Ways:
    """The journeys of one bucket: which of its different ways each took, and how long (microseconds).

    Of each different way the hash (flat pairs), how many took it, and the first journey that did.
    """

    part: int
    which: sequences.Numbers
    lengths: Values
    pairs: sequences.Hashes
    counts: Values
    firsts: Values


@dataclass(frozen=True, slots=True)
class CountsPartial:
    """Some buckets, side by side until the answer: to lay two together costs as much as to lay all."""

    buckets: tuple[Ways, ...]


@lru_cache(maxsize=16)
def salts_of(names: tuple[str, ...]) -> sequences.Hashes:
    """Two random-looking numbers for each name: by name and not by number, so that a rebuilt index gives the same hashes."""
    digests = b"".join(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_SALT_BYTES).digest() for name in names)
    return np.frombuffer(digests, dtype=np.uint64)


def _numbered(pairs: sequences.Hashes) -> tuple[sequences.Numbers, sequences.Numbers]:
    return sequences.numbered(np.full(1 << len(pairs).bit_length(), -1, dtype=np.int32), pairs)


class VariantCountsKernel:
    """How many different ways there are, and which of them the second pass has to fetch."""

    name = "variant_counts"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: VariantCountsQuestion
    ) -> CountsPartial:
        """The different ways of one bucket."""
        journeys, lengths, pairs = sequences.hashes(bucket_of(arrays, selection, touchpoints), salts_of(touchpoints.names))
        which, firsts = _numbered(pairs)
        different = pairs.reshape(-1, 2)[firsts].reshape(-1)
        return CountsPartial(
            (Ways(arrays.part, which, lengths, different, np.bincount(which, minlength=len(firsts)), journeys[firsts]),)
        )

    def merge(self, one: CountsPartial, other: CountsPartial) -> CountsPartial:
        """Both together."""
        return CountsPartial(one.buckets + other.buckets)

    def answer(self, merged: CountsPartial, touchpoints: Touchpoints, question: VariantCountsQuestion) -> VariantsQuestion:
        """What the second pass has to fetch."""
        buckets = sorted(merged.buckets, key=lambda ways: ways.part)
        which, firsts = _numbered(np.concatenate([ways.pairs for ways in buckets]))
        counts = np.bincount(which, np.concatenate([ways.counts for ways in buckets]), len(firsts)).astype(np.int64)
        top = min(max(0, question.top), len(counts))
        cut = _count_of_place(counts, top)
        sure, tied = np.flatnonzero(counts > cut), np.flatnonzero(counts == cut)
        room = top - len(sure)
        if room == len(tied):
            sure, tied, room = np.flatnonzero(counts >= cut), tied[:0], 0
        chosen = np.concatenate([sure, tied])
        return VariantsQuestion(
            variants_total=len(counts),
            journeys=int(counts.sum()),
            places=_journeys_of(buckets, firsts[chosen]).tobytes(),
            counts=counts[sure].tobytes(),
            medians_s=_medians_s(buckets, which, chosen).tobytes(),
            tied_count=cut,
            room=room,
        )


def _count_of_place(counts: Values, place: int) -> int:
    """The count at this place, largest first; more than any for place 0."""
    if not place:
        return int(counts.max(initial=0)) + 1
    repeated = counts[counts > 1]  # most ways are taken once
    if len(repeated) < place:
        return 1
    return int(np.partition(repeated, len(repeated) - place)[len(repeated) - place])


def _journeys_of(buckets: list[Ways], chosen: sequences.Numbers) -> Values:
    """A journey of each chosen way as (bucket, journey); ``chosen``: places among the ways of all buckets."""
    ends = np.cumsum([len(ways.counts) for ways in buckets])
    bucket = np.searchsorted(ends, chosen, side="right")
    parts, first = np.array([ways.part for ways in buckets]), np.concatenate([ways.firsts for ways in buckets])
    return np.stack([parts[bucket], first[chosen]], axis=1)


def _medians_s(buckets: list[Ways], which: sequences.Numbers, chosen: Values) -> npt.NDArray[np.float64]:
    """The median durations of the chosen ways, all of which were taken. ``which``: the way of each way of each bucket."""
    place_of_way = np.full(int(which.max(initial=-1)) + 1, -1, dtype=np.int64)
    place_of_way[chosen] = np.arange(len(chosen))
    places, lengths, before = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
    for ways in buckets:
        place = place_of_way[which[before : before + len(ways.counts)]][ways.which]
        wanted = np.flatnonzero(place >= 0)
        places.append(place[wanted])
        lengths.append(ways.lengths[wanted])
        before += len(ways.counts)
    place, length = np.concatenate(places), np.concatenate(lengths)
    length = length[np.lexsort((length, place))]
    counts = np.bincount(place, minlength=len(chosen))
    first = np.cumsum(counts) - counts
    floor, ceiling, part = ranks(counts, MEDIAN)
    return between(length[first + floor], length[first + ceiling], part) / MICROSECONDS


class VariantsKernel:
    """The steps, shares and median durations of the most frequent ways."""

    name = "variants"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: VariantsQuestion
    ) -> dict[int, tuple[int, ...]]:
        """The steps of the ways to be fetched from this bucket, by their number in the question.

        Of the tied ones as many as there is room for.
        """
        bucket, places = bucket_of(arrays, selection, touchpoints), _places(question)
        here = places[:, 0] == arrays.part
        tied = np.arange(len(places)) >= len(_counts(question))
        fetched, compared = np.flatnonzero(here & ~tied), np.flatnonzero(here & tied)
        if len(compared) > question.room:
            rank_of = {name: rank for rank, name in enumerate(sorted(set(touchpoints.names)))}
            order = np.array([rank_of[name] for name in touchpoints.names], dtype=np.int64)
            compared = compared[sequences.smallest(bucket, order, places[compared, 1], question.room)]
        return {int(number): _steps(bucket, int(places[number, 1])) for number in np.concatenate([fetched, compared])}

    def merge(self, one: dict[int, tuple[int, ...]], other: dict[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
        """Both together."""
        return one | other

    def answer(
        self, merged: dict[int, tuple[int, ...]], touchpoints: Touchpoints, question: VariantsQuestion
    ) -> VariantsAnswer:
        """In names and seconds, largest first."""
        counts, medians_s = _counts(question).tolist(), np.frombuffer(question.medians_s).tolist()
        sure: list[Variant] = []
        tied: list[Variant] = []
        for number, numbers in merged.items():
            steps = tuple(touchpoints.names[step] for step in numbers)
            count = counts[number] if number < len(counts) else question.tied_count
            shown = Variant(steps, count, count / question.journeys, medians_s[number])
            (sure if number < len(counts) else tied).append(shown)
        sure.sort(key=lambda variant: (-variant.count, variant.steps))
        tied.sort(key=lambda variant: variant.steps)
        return VariantsAnswer(question.variants_total, tuple(sure + tied[: question.room]))


def _places(question: VariantsQuestion) -> Values:
    return np.frombuffer(question.places, dtype=np.int64).reshape(-1, 2)


def _counts(question: VariantsQuestion) -> Values:
    return np.frombuffer(question.counts, dtype=np.int64)


def _steps(bucket: Bucket, journey: int) -> tuple[int, ...]:
    events = slice(bucket.offsets[journey], bucket.offsets[journey + 1])
    numbers = bucket.touchpoint_of[bucket.kinds[events]]
    counted = numbers != DROPPED
    if len(bucket.events):
        counted &= bucket.events[events]
    return tuple(numbers[counted].tolist())


kernels.add(VariantCountsKernel.name)(VariantCountsKernel())
kernels.add(VariantsKernel.name)(VariantsKernel())
