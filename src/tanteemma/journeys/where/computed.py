"""What does a declared formula come to for each journey? The same values as profiles keep, worked out over the events."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Bucket
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.compares import compared
from tanteemma.journeys.where.saying import fact_said, holds
from tanteemma.model.arrays import DROPPED, Fact, FactColumn, Form, JourneyArrays, Mask, Touchpoints

NOW: Final = Fact("now", Form.MOMENT)
_DAY_US: Final = 86_400 * MICROSECONDS
_OF_EVENTS: Final = frozenset({"count", "since"})
_OF_WORDS: Final = frozenset({"first", "last", "distinct"})
_OF_NOTHING: Final = frozenset({"count", "sum", "distinct"})
#: what stands in the kind of an event
_OF_KINDS: Final = frozenset({"channel", "name"})
_ALWAYS_NUMBERS: Final = frozenset({"value", "score"})

Numbers = npt.NDArray[np.float64]


def facts_of(atom: tree.Computed) -> tuple[Fact, ...]:
    """The facts that it needs.

    >>> facts_of(tree.Computed("sum", tree.Compare.MORE, 5.0, fact="value"))
    (Fact(name='value', form=<Form.NUMBER: 'number'>),)
    """
    now = (NOW,) if atom.how == "since" else ()
    own = () if atom.how in _OF_EVENTS else (_fact(atom),)
    every = dict.fromkeys((*now, *own, *map(fact_said, atom.given)))
    return tuple(fact for fact in every if fact.name not in _OF_KINDS)


def _fact(atom: tree.Computed) -> Fact:
    said = atom.how == "distinct" or (atom.how in _OF_WORDS and isinstance(atom.value, str))
    words = atom.fact in _OF_KINDS or (said and atom.fact not in _ALWAYS_NUMBERS)
    return Fact(atom.fact, Form.WORD if words else Form.NUMBER)


@dataclass(frozen=True, slots=True)
class Events:
    """A bucket, which of its kinds a formula is about, and what they are called."""

    arrays: JourneyArrays
    bucket: Bucket
    kinds: Mask
    touchpoints: Touchpoints

    def column(self, fact: Fact) -> FactColumn:
        """What each event says of a fact."""
        if fact.name not in _OF_KINDS:
            return self.arrays.facts[fact]
        names = self.touchpoints
        by_kind, words = (names.channel_of_kind, names.channels) if fact.name == "channel" else (names.of_kind, names.names)
        if not len(by_kind):
            return FactColumn(np.full(self.arrays.events, -1, np.int32))
        codes = np.where(by_kind == DROPPED, np.uint32(0), by_kind).astype(np.int32)
        return FactColumn(np.where(by_kind == DROPPED, np.int32(-1), codes)[self.bucket.kinds], words)


def fulfilled(events: Events, atom: tree.Computed) -> Mask:
    """For each journey: does the formula come to what is asked for?"""
    arrays, bucket = events.arrays, events.bucket
    found = np.full(arrays.journeys, _nothing(atom))
    if not arrays.events:
        return found
    among = events.kinds[bucket.kinds]
    if len(bucket.events):
        among = among & bucket.events
    if atom.from_us is not None:
        among = among & (bucket.times >= atom.from_us) & (bucket.times < atom.until_us)
    for given in atom.given:
        among = among & holds(events.column(fact_said(given)), given)
    column = None if atom.how in _OF_EVENTS else events.column(_fact(atom))
    if column is not None:
        among = among & (~np.isnan(column.values) if column.values.dtype == np.float64 else column.values >= 0)
    chosen = np.flatnonzero(among)
    there, starts = np.unique(np.searchsorted(bucket.offsets, chosen, side="right") - 1, return_index=True)
    if len(there):
        found[there] = _each(arrays, atom, column, _Chosen(chosen, starts, bucket.times))
    return found


class _Chosen:
    """The events that count, and where those of each journey that has some begin among them."""

    def __init__(self, events: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], times: npt.NDArray[np.int64]) -> None:
        self.events = events
        self.starts = starts
        self.ends = np.append(starts[1:], len(events))
        self.times = times


def _each(arrays: JourneyArrays, atom: tree.Computed, column: FactColumn | None, chosen: _Chosen) -> Mask:
    """For each journey with events that count."""
    if isinstance(atom.value, str):
        return _word(atom, column, chosen)
    if column is None and atom.how == "count":
        return compared(chosen.ends - chosen.starts, atom.compare, atom.value)
    if column is None:
        now = int(arrays.facts[NOW].values[0])
        days = np.maximum((now - chosen.times[chosen.events[chosen.ends - 1]]) // _DAY_US, 0)
        return compared(days, atom.compare, atom.value)
    values = column.values[chosen.events]
    if atom.how == "distinct":
        return compared(_distinct(values, chosen), atom.compare, atom.value)
    return compared(_number(atom.how, values.astype(np.float64), chosen), atom.compare, atom.value)


def _number(how: str, values: Numbers, chosen: _Chosen) -> Numbers:
    match how:
        case "sum":
            total: Numbers = np.add.reduceat(values, chosen.starts)
            rounded: Numbers = np.rint(total * 1e6) / 1e6
            return rounded
        case "min":
            found: Numbers = np.minimum.reduceat(values, chosen.starts)
            return found
        case "max":
            most: Numbers = np.maximum.reduceat(values, chosen.starts)
            return most
        case "first":
            return values[chosen.starts]
        case _:
            last: Numbers = values[chosen.ends - 1]
            return last


def _distinct(values: npt.NDArray[np.generic], chosen: _Chosen) -> npt.NDArray[np.int64]:
    owner = np.repeat(np.arange(len(chosen.starts)), chosen.ends - chosen.starts)
    pairs = np.unique(np.stack([owner.astype(np.float64), values.astype(np.float64)], axis=1), axis=0)
    return np.bincount(pairs[:, 0].astype(np.int64), minlength=len(chosen.starts))


def _word(atom: tree.Computed, column: FactColumn | None, chosen: _Chosen) -> Mask:
    """First and last words, equal or not; any other formula is no word."""
    if column is None or not column.words or atom.how not in {"first", "last"}:
        return np.zeros(len(chosen.starts), np.bool_)
    codes = column.values[chosen.events[chosen.starts if atom.how == "first" else chosen.ends - 1]]
    same: Mask = codes == (column.words.index(atom.value) if atom.value in column.words else -2)
    return same if atom.compare is tree.Compare.EQUAL else ~same


def _nothing(atom: tree.Computed) -> bool:
    """Is it so for a journey without events that count?"""
    if atom.how not in _OF_NOTHING or isinstance(atom.value, str):
        return False
    return bool(compared(np.zeros(1), atom.compare, atom.value)[0])
