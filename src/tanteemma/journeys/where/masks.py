"""From the tree of conditions to one boolean for each journey of a bucket."""

import operator
from collections.abc import Callable
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Bucket, bucket_of
from tanteemma.journeys.calendars import shifts, zone_of
from tanteemma.journeys.findings.marking import facts_of_spot, marks_of
from tanteemma.journeys.findings.shape import Numbered
from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.kernels.conformance import journeys_that
from tanteemma.journeys.kernels.funnel import FunnelQuestion, journeys_progress
from tanteemma.journeys.loops import clocks as clock_loops
from tanteemma.journeys.loops import passing, paths
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.journeys.where import amounts, tree
from tanteemma.journeys.where.compares import compared
from tanteemma.journeys.where.saying import fact_said, holds, words_meant
from tanteemma.journeys.where.tree import Atom, Expr, atoms
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode

#: One bit for each condition on what is passed.
MOST_CONDITIONS: Final = 64
_ALONE, _FIRST, _LAST, _SOURCE, _TARGET, _EARLY, _LATE = range(7)
_ORDERED: Final = (tree.Follows, tree.Starts, tree.Ends)

Tables = npt.NDArray[np.uint64]


def facts_in(where: Expr) -> tuple[Fact, ...]:
    """The facts of events that the conditions ask for.

    >>> from tanteemma.model.condition_tokens import Compare
    >>> facts_in(tree.Says("property.Land", Compare.EQUAL, ("DE",)))
    (Fact(name='property.Land', form=<Form.WORD: 'word'>),)
    """
    found: list[Fact] = []
    for atom in atoms(where):
        if isinstance(atom, tree.Says):
            found.append(fact_said(atom))
        elif isinstance(atom, tree.FirstSays) and atom.fact != "channel":
            found.append(Fact(atom.fact))
        elif isinstance(atom, tree.Counted):
            found += amounts.facts_of(atom)
        elif isinstance(atom, tree.Hit):
            found += facts_of_spot(read_spot(atom.spot))
    return tuple(dict.fromkeys(found))


def journeys_where(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, where: Expr) -> Mask:
    """Which journeys of a bucket fulfil the conditions, under a selection; one boolean for each journey.

    Raises Problem UNKNOWN_TOUCHPOINT, UNKNOWN_CHANNEL for a name that is none, QUESTION_INVALID for more than 64 conditions.
    """
    bucket = bucket_of(arrays, selection, touchpoints)
    fulfilled = _Fulfilled(arrays, bucket, touchpoints, where).of(where)
    return fulfilled if selection.journeys is None else np.logical_and(fulfilled, selection.journeys)


class _Fulfilled:
    def __init__(self, arrays: JourneyArrays, bucket: Bucket, touchpoints: Touchpoints, where: Expr) -> None:
        self._arrays = arrays
        self._bucket = bucket
        self._touchpoints = touchpoints
        self._ends: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None = None
        self._place = {atom: place for place, atom in enumerate(_bits_of(where))}
        self._counting = amounts.Counting(arrays, bucket, self._kinds, touchpoints)
        self._met = self._walk()

    def of(self, where: Expr) -> Mask:
        """One boolean for each journey."""
        if isinstance(where, tree.Not):
            return ~self.of(where.part)
        if isinstance(where, tree.Every):
            return reduce(operator.and_, map(self.of, where.parts))
        if isinstance(where, tree.Some):
            return reduce(operator.or_, map(self.of, where.parts))
        if where in self._place:
            fulfilled: Mask = (self._met & np.uint64(1 << self._place[where])) != 0
            return fulfilled
        return self._alone(where)

    def _alone(self, atom: Atom) -> Mask:
        if isinstance(atom, tree.Passes):
            return passing.counted(self._bucket, self._kinds(atom.touchpoint, atom.channel)) >= atom.times
        if isinstance(atom, tree.Variant):
            steps = np.array(touchpoint_numbers(atom.steps, self._touchpoints), np.uint32)
            return passing.exactly(self._bucket, steps)
        if isinstance(atom, tree.Holds):
            shown = self._touchpoints.of_kind != DROPPED
            return compared(passing.counted(self._bucket, shown), atom.compare, atom.events)
        readers: dict[type, Callable[..., Mask]] = {
            tree.Says: self._says,
            tree.Step: self._step,
            tree.Happens: self._happens,
            tree.Hour: self._hour,
            tree.Hit: self._hit,
            tree.Funnel: self._funnel,
            tree.Drawn: self._drawn,
            tree.FirstWhen: self._first_when,
            tree.FirstSays: self._first_says,
            tree.Occurs: self._counting.occurs,
            tree.Elapsed: self._counting.elapsed,
            tree.Totals: self._counting.totals,
            tree.Belongs: self._counting.belongs,
            tree.InAccount: self._counting.in_account,
            tree.HasTrait: self._counting.has_trait,
            tree.Computed: self._counting.computed,
        }
        return readers.get(type(atom), self._times)(atom)

    def _hit(self, atom: tree.Hit) -> Mask:
        return marks_of(Numbered(self._arrays, self._bucket, self._touchpoints), read_spot(atom.spot)).hit

    def _happens(self, atom: tree.Happens) -> Mask:
        times = self._bucket.times
        return passing.any_of(self._bucket, (times >= atom.from_us) & (times < atom.until_us), self._kinds(atom.at, None))

    def _step(self, atom: tree.Step) -> Mask:
        names = self._touchpoints
        anchor = paths.ANY if atom.touchpoint is None else touchpoint_numbers([atom.touchpoint], names)[0]
        last = atom.last if atom.touchpoint is not None else not atom.ahead
        asked = paths.Walk(anchor, atom.ahead, last, atom.merge, atom.step, 0)
        found = paths.stepped(self._bucket, asked)
        if atom.sense is tree.Sense.MISSING:
            missing: Mask = found == paths.NO_STEP
            return missing
        among: Mask = np.isin(found, np.array(touchpoint_numbers(atom.names, names), np.int64))
        return among if atom.sense is tree.Sense.IS else (found >= 0) & ~among

    def _funnel(self, atom: tree.Funnel) -> Mask:
        question = FunnelQuestion(atom.steps, atom.within_s, atom.order, atom.without)  # type: ignore[arg-type]  # one of its words
        found = journeys_progress(self._bucket, question, self._touchpoints, fewest=1)
        reached: Mask = found.level == atom.level if atom.stops else found.level >= atom.level
        if atom.then is None:
            return reached
        if atom.then is tree.Sense.MISSING or not self._arrays.events:
            return reached & (found.following < 0)
        numbers = self._touchpoints.of_kind[self._arrays.kinds[found.following]]
        among = np.isin(numbers, np.array(touchpoint_numbers(atom.names, self._touchpoints), np.int64))
        return reached & (found.following >= 0) & (among if atom.then is tree.Sense.IS else ~among)

    def _drawn(self, atom: tree.Drawn) -> Mask:
        return journeys_that(self._bucket, self._touchpoints, atom.steps, (atom.what, atom.step, atom.touchpoint))

    def _first_when(self, atom: tree.FirstWhen) -> Mask:
        first, times = self._firsts(atom.touchpoints), self._bucket.times
        if not len(times):
            return first >= 0
        fulfilled: Mask = (first >= 0) & (times[first] >= atom.from_us) & (times[first] < atom.until_us)
        return fulfilled

    def _first_says(self, atom: tree.FirstSays) -> Mask:
        first = self._firsts(atom.touchpoints)
        if not self._arrays.events:
            return first >= 0
        if atom.fact == "channel":
            words, of_kind = self._touchpoints.channels, self._touchpoints.channel_of_kind
            codes = of_kind[self._arrays.kinds[first]].astype(np.int64) if words else np.full(len(first), -1, np.int64)
            codes[codes == DROPPED] = -1
        else:
            column = self._arrays.facts[Fact(atom.fact)]
            words, codes = column.words, column.values[first].astype(np.int64)
        if atom.sense is tree.Sense.MISSING:
            return (first >= 0) & (codes < 0)
        among = np.isin(codes, [words.index(word) for word in atom.words if word in words])
        return (first >= 0) & (among if atom.sense is tree.Sense.IS else (codes >= 0) & ~among)

    def _firsts(self, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """The first event of these touchpoints in each journey, -1 where there is none."""
        wanted = reduce(operator.or_, (self._kinds(name, None) for name in names))
        return passing.first_of(self._bucket, wanted)

    def _hour(self, atom: tree.Hour) -> Mask:
        times = self._bucket.times
        clocks = clock_loops.Clocks(*shifts(zone_of(atom.zone), int(times.min()), int(times.max()))) if len(times) else None
        if clocks is None:
            return np.zeros(self._arrays.journeys, np.bool_)
        hour, kinds = (atom.weekday - 1) * 24 + atom.hour, self._kinds(atom.at, None)
        if atom.which is tree.Which.ANY:
            return passing.any_of(self._bucket, clock_loops.at_hour(times, clocks, hour), kinds)
        ends = passing.ends_of(self._bucket)[0 if atom.which is tree.Which.START else 1]
        fulfilled: Mask = clock_loops.at_hour(times[ends], clocks, hour) & kinds[self._arrays.kinds[ends]] & (ends >= 0)
        return fulfilled

    def _times(self, atom: Atom) -> Mask:
        if self._ends is None:
            self._ends = passing.ends_of(self._bucket)
        (first, last), times = self._ends, self._arrays.times
        if not len(times):
            return np.zeros(len(first), np.bool_)
        if isinstance(atom, tree.Lasts):
            found = compared(times[last] - times[first], atom.compare, round(atom.seconds * MICROSECONDS))
        elif isinstance(atom, tree.Started):
            found = compared(times[first], atom.compare, atom.at_us)
        elif isinstance(atom, tree.Ended):
            found = compared(times[last], atom.compare, atom.at_us)
        else:
            raise TypeError(atom)
        return found & (first >= 0)

    def _says(self, atom: tree.Says) -> Mask:
        column = self._arrays.facts.get(fact_said(atom))
        if column is None:  # a bucket without events has none
            return np.zeros(self._arrays.journeys, np.bool_)
        wanted = self._touchpoints.of_kind != DROPPED
        if atom.at is not None:
            wanted = self._kinds(atom.at, None)
        if column.values.dtype != np.int32:
            return passing.any_of(self._bucket, holds(column, atom), wanted)
        return passing.any_word(self._bucket, np.ascontiguousarray(column.values), words_meant(column, atom), wanted)

    # --- what is passed: one walk for all conditions ------------------------------------------------------------------------

    def _walk(self) -> Tables:
        tables = np.zeros((7, max(1, len(self._touchpoints.of_kind))), np.uint64)
        for atom, place in self._place.items():
            for row, kinds in self._rows(atom):
                tables[row, : len(kinds)] |= kinds.astype(np.uint64) << np.uint64(place)
        if not self._place:
            return np.empty(0, np.uint64)
        if any(isinstance(atom, _ORDERED) for atom in self._place):
            return passing.met(self._bucket, passing.Conditions(*tables))
        return passing.met_alone(self._bucket, tables[_ALONE])

    def _rows(self, atom: Atom) -> list[tuple[int, Mask]]:
        if isinstance(atom, tree.Passes):
            return [(_ALONE, self._kinds(atom.touchpoint, atom.channel))]
        if isinstance(atom, tree.Starts):
            return [(_FIRST, self._kinds(atom.touchpoint, None))]
        if isinstance(atom, tree.Ends):
            return [(_LAST, self._kinds(atom.touchpoint, None))]
        if isinstance(atom, tree.Channel):
            return [(_ALONE, self._kinds(None, atom.channel))]
        if isinstance(atom, tree.Follows):
            rows = (_SOURCE, _TARGET) if atom.directly else (_EARLY, _LATE)
            return [(row, self._kinds(name, None)) for row, name in zip(rows, (atom.first, atom.then), strict=True)]
        raise TypeError(atom)

    def _kinds(self, touchpoint: str | None, channel: str | None) -> Mask:
        """Which kinds are of this touchpoint and this channel."""
        wanted: Mask = self._touchpoints.of_kind != DROPPED
        if touchpoint is not None:
            wanted = self._touchpoints.of_kind == touchpoint_numbers([touchpoint], self._touchpoints)[0]
        if channel is not None:
            wanted = wanted & (self._touchpoints.channel_of_kind == channel_number(channel, self._touchpoints))
        return wanted


def channel_number(name: str, touchpoints: Touchpoints) -> int:
    """The number of a channel. Raises Problem UNKNOWN_CHANNEL naming those there are."""
    if name not in touchpoints.channels:
        hint = ", ".join(nearest(name, touchpoints.channels) or touchpoints.channels[:20])
        raise Problem(ProblemCode.UNKNOWN_CHANNEL, status=404, value=name, hint=hint)
    return touchpoints.channels.index(name)


def _bits_of(where: Expr) -> list[Atom]:
    bits: list[Atom] = [
        atom
        for atom in dict.fromkeys(atoms(where))
        if isinstance(atom, (tree.Channel, *_ORDERED)) or (isinstance(atom, tree.Passes) and atom.times == 1)
    ]
    if len(bits) > MOST_CONDITIONS:
        raise Problem(ProblemCode.QUESTION_INVALID, field="filter", value=len(bits), allowed=f"≤ {MOST_CONDITIONS}")
    return bits
