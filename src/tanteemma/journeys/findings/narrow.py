"""Whom and when does it hit? From everybody who came to the circumstances under which the hits are dense."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import msgspec
import numpy as np

from tanteemma.journeys.findings.measured import Measured, Periods
from tanteemma.journeys.findings.spot import Condition, Segment
from tanteemma.journeys.findings.statistics import FEWEST, Stretch, densest_stretch, density, enough
from tanteemma.model.arrays import Fact

#: A step is taken only towards a share at least so many times that of the others, and this many steps at most.
TIMES_OTHERS: Final = 1.5
MOST_STEPS: Final = 3
#: A weak spot is limited to circumstances that hold at least this share of its hits, at so many times the share of the others.
HOLDS: Final = 0.5
TIMES_OUTSIDE: Final = 3.0
#: What is no weak spot for everybody is one for some if they are hit so many times as often as the others.
TIMES_USUAL: Final = 2.0
#: A property that nearly all hits have and nearly nobody else says what happened, not whom it happens to (a leak).
LEAK: Final = 0.9
#: A stretch of time that leaves out so few who came is all of it; one in which far fewer came than else was cut out by whoever
#: chose the journeys.
NEARLY_ALL: Final = 0.95
AS_DENSE_AS: Final = 0.2
#: A property with more words that occur tells journeys apart, not groups.
MOST_GROUPS: Final = 200


@dataclass(frozen=True, slots=True)
class Group:
    """A part of those who came, and how convincingly dense the hits are in it (log likelihood ratio, less the looks)."""

    condition: Condition | None
    came: int
    hits: int
    ratio: float
    since_us: int | None = None
    until_us: int | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The properties by which was counted: ``facts`` and the words of each."""

    facts: tuple[Fact, ...]
    words: tuple[tuple[str, ...], ...]


def groups(measured: Measured, vocabulary: Vocabulary) -> Iterator[Group]:
    """The word of each property that is hit most convincingly, as far as it is hit more than the other words of the property.

    Who has said nothing of it is not compared: it is often said later in a journey, and that alone goes with how it ends.
    """
    for fact, words, (came, hits) in zip(vocabulary.facts, vocabulary.words, measured.words, strict=True):
        there = int((came > 0).sum())
        if not 1 < there <= MOST_GROUPS:
            continue
        ratios = density(hits, came, int(hits.sum()), int(came.sum()))
        best = int(ratios.argmax())
        if ratios[best] > 0:
            condition = Condition(fact.name, words[best])
            yield Group(condition, int(came[best]), int(hits[best]), float(ratios[best]) - log(there))


def stretch(measured: Measured, periods: Periods) -> Group | None:
    """The stretch of time that is hit most convincingly; one that reaches the end of the data has no end."""
    found = densest_stretch(measured.hits, measured.came)
    occupied = np.flatnonzero(measured.came)
    if found.ratio <= 0 or not len(occupied):
        return None
    first, last = found.first, found.last
    before, after = int(measured.came[:first].sum()), int(measured.came[last:].sum())
    since = periods.start_us(first) if before > (1 - NEARLY_ALL) * measured.all_came else None
    until = periods.start_us(last) if after > (1 - NEARLY_ALL) * measured.all_came else None
    if since is None and until is None:
        return None
    length, others = last - first, int(occupied[-1]) - int(occupied[0]) + 1 - (last - first)
    if found.came * max(1, others) < AS_DENSE_AS * (measured.all_came - found.came) * length:
        return None
    found = _without_edges(found, measured, since is None, until is None)
    return Group(None, found.came, found.hits, found.ratio, since, until)


def _without_edges(found: Stretch, measured: Measured, opens: bool, stays: bool) -> Stretch:  # noqa: FBT001 - two ends
    """The stretch as far as the data reach where it is nearly that."""
    first, last = (0 if opens else found.first), (len(measured.came) if stays else found.last)
    return Stretch(first, last, int(measured.came[first:last].sum()), int(measured.hits[first:last].sum()), found.ratio)


def concentrated(measured: Measured, vocabulary: Vocabulary, looked: int) -> tuple[Group, ...]:
    """Who is hit more than others, the most convincing first: for the evidence."""
    limit = enough(looked * max(1, len(vocabulary.facts)))
    found = [group for group in groups(measured, vocabulary) if group.ratio >= limit and _is_denser(group, measured)]
    return tuple(sorted(found, key=lambda group: -group.ratio))


@dataclass(frozen=True, slots=True)
class Looking:
    """How it is looked for: by which properties, in which ``periods`` (None: times cannot be compared).

    ``needs_most``: a step must keep at least half of the hits. ``looked``: how many places are looked at in all.
    """

    vocabulary: Vocabulary
    periods: Periods | None
    needs_most: bool
    looked: int


def next_step(measured: Measured, segment: Segment, looking: Looking) -> Segment | None:
    """The segment one step narrower; None where nothing is convincing any more."""
    vocabulary, periods = looking.vocabulary, looking.periods
    said = {condition.fact for condition in segment.where}
    options = [group for group in groups(measured, vocabulary) if group.condition and group.condition.fact not in said]
    when = stretch(measured, periods) if periods is not None and not segment.is_dated else None
    options += [when] if when else []
    limit = enough(looking.looked * max(1, len(options)))
    for group in sorted(options, key=lambda one: -one.ratio):
        if not said and _is_leak(group, measured):
            continue
        holds = group.hits >= HOLDS * measured.all_hits or not looking.needs_most
        if group.ratio >= limit and group.hits >= FEWEST and holds and _is_denser(group, measured):
            return _within(segment, group)
    return None


def is_limited(whole: Measured, inner: Measured, *, is_weak: bool) -> bool:
    """Is the weak spot one of these circumstances only, so that everything else is as usual?"""
    outside, hits = whole.all_came - inner.all_came, whole.all_hits - inner.all_hits
    share = hits / outside if outside else 0.0
    if is_weak:
        return inner.all_hits >= HOLDS * whole.all_hits and inner.share >= TIMES_OUTSIDE * share
    return inner.share >= TIMES_USUAL * share and inner.all_hits - inner.all_came * share >= FEWEST


def _is_denser(group: Group, measured: Measured) -> bool:
    outside, hits = measured.all_came - group.came, measured.all_hits - group.hits
    return group.hits * max(1, outside) >= TIMES_OTHERS * hits * group.came and group.came < measured.all_came


def _is_leak(group: Group, measured: Measured) -> bool:
    return group.condition is not None and group.hits >= LEAK * max(group.came, measured.all_hits)


def _within(segment: Segment, group: Group) -> Segment:
    if group.condition is not None:
        return msgspec.structs.replace(segment, where=(*segment.where, group.condition))
    return msgspec.structs.replace(segment, since_us=group.since_us, until_us=group.until_us)


def periods_of(first_us: int, last_us: int, most: int) -> Periods:
    """Equal buckets for a span of time: whole days where it spans many, at most ``most`` of them.

    >>> periods_of(0, 365 * 86_400_000_000, 190)
    Periods(first_us=0, width_us=172800000000, count=183)
    """
    day = 86_400_000_000
    span = max(1, last_us - first_us + 1)
    width = -(-span // most)
    if width > day // 2:
        width = -(-width // day) * day
        first_us -= first_us % day
    return Periods(first_us, width, max(1, (last_us - first_us) // width + 1))


def eligible(names: Sequence[str], is_technical: frozenset[str]) -> tuple[Fact, ...]:
    """The properties by which journeys are grouped."""
    return tuple(Fact(f"property.{name}") for name in sorted(set(names) - is_technical))
