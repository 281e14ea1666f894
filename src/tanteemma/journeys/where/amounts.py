"""Conditions on how often, how long ago, how much, and on what is known of the person, as one boolean for each journey."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import MICROSECONDS, Bucket
from tanteemma.journeys.loops import amounts as loops
from tanteemma.journeys.where import computed, tree
from tanteemma.journeys.where.compares import compared
from tanteemma.model.arrays import Fact, Form, JourneyArrays, Mask, Touchpoints

NOW: Final = computed.NOW
#: Before and after everything.
_EVER: Final = (-(1 << 62), 1 << 62)


def segment_fact(name: str) -> Fact:
    """What a condition asks for to know who is in a segment; anything else known of persons would be named beside it."""
    return Fact(f"segment.{name}", Form.PERSON)


def account_fact(account: str | None, role: str | None) -> Fact:
    """What a condition asks for to know who belongs to an account in a role; empty for any."""
    return Fact(f"account.{role or ''}.{account or ''}", Form.PERSON)


def trait_fact(atom: tree.HasTrait) -> Fact:
    """What a condition asks for to know whose computed trait is so."""
    return Fact(f"trait.{msgspec.json.encode(atom).decode()}", Form.PERSON)


def facts_of(atom: tree.Counted) -> tuple[Fact, ...]:
    """The facts that a condition of this file asks for.

    >>> facts_of(tree.Belongs("Stammkunden"))
    (Fact(name='segment.Stammkunden', form=<Form.PERSON: 'person'>),)
    """
    if isinstance(atom, tree.Belongs):
        return (segment_fact(atom.segment),)
    if isinstance(atom, tree.InAccount):
        return (account_fact(atom.account, atom.role),)
    if isinstance(atom, tree.HasTrait):
        return (trait_fact(atom),)
    if isinstance(atom, tree.Computed):
        return computed.facts_of(atom)
    if isinstance(atom, tree.Elapsed):
        return (NOW,)
    now = (NOW,) if atom.within is not None and atom.within.last_s is not None else ()
    return (*now, Fact(atom.fact, Form.NUMBER)) if isinstance(atom, tree.Totals) else now


@dataclass(frozen=True, slots=True)
class Counting:
    """The journeys of a bucket, and which kinds are of a touchpoint and a channel."""

    arrays: JourneyArrays
    bucket: Bucket
    kinds: Callable[[str | None, str | None], Mask]
    touchpoints: Touchpoints

    def occurs(self, atom: tree.Occurs) -> Mask:
        """As often as is asked for?"""
        among = self._among(self.kinds(atom.touchpoint, atom.channel), atom.within)
        return compared(loops.counted_within(self.bucket, among), atom.compare, atom.times)

    def elapsed(self, atom: tree.Elapsed) -> Mask:
        """As long ago as is asked for?"""
        now = self._now()
        among = loops.Among(self.kinds(atom.touchpoint, None), _EVER[0], now + 1)
        if atom.first:
            times = self._first_time(among)
            found = times <= now
        else:
            last = loops.last_within(self.bucket, among)
            found = last >= 0
            times = self.bucket.times[last] if self.arrays.events else last
        return found & compared(now - times, atom.compare, round(atom.seconds * MICROSECONDS))

    def totals(self, atom: tree.Totals) -> Mask:
        """As much as is asked for?"""
        column = self.arrays.facts.get(Fact(atom.fact, Form.NUMBER))
        values = np.full(self.arrays.events, np.nan) if column is None else column.values.astype(np.float64)
        among = self._among(self.kinds(atom.at, None), atom.within)
        found = loops.amounts(self.bucket, values, among)
        if atom.how is tree.Sums.SUM:
            return compared(found.total, atom.compare, atom.value)
        with np.errstate(invalid="ignore"):
            said = {
                tree.Sums.MEAN: found.total / found.said,
                tree.Sums.FIRST: found.first,
                tree.Sums.LAST: found.last,
                tree.Sums.LEAST: found.least,
                tree.Sums.MOST: found.most,
            }[atom.how]
        return (found.said > 0) & compared(said, atom.compare, atom.value)

    def belongs(self, atom: tree.Belongs) -> Mask:
        """Is the person in the segment?"""
        return self._known(segment_fact(atom.segment))

    def in_account(self, atom: tree.InAccount) -> Mask:
        """Does the person belong to the account?"""
        return self._known(account_fact(atom.account, atom.role))

    def has_trait(self, atom: tree.HasTrait) -> Mask:
        """Is the person's computed trait so?"""
        return self._known(trait_fact(atom))

    def computed(self, atom: tree.Computed) -> Mask:
        """Does the formula come to that?"""
        return computed.fulfilled(
            computed.Events(self.arrays, self.bucket, self.kinds(atom.touchpoint, atom.channel), self.touchpoints), atom
        )

    def _known(self, fact: Fact) -> Mask:
        column = self.arrays.facts.get(fact)
        if column is None:  # a bucket without journeys
            return np.zeros(self.arrays.journeys, np.bool_)
        return column.values.astype(np.bool_)

    def _now(self) -> int:
        column = self.arrays.facts.get(NOW)
        return 0 if column is None else int(column.values[0])

    def _first_time(self, among: loops.Among) -> npt.NDArray[np.int64]:
        """The moment of the first of the meant events, after everything where there is none."""
        first = loops.first_within(self.bucket, among)
        return np.where(first >= 0, self.bucket.times[first] if self.arrays.events else 0, _EVER[1])

    def _among(self, wanted: Mask, within: tree.Window | None) -> loops.Among:
        if within is None:
            return loops.Among(wanted, *_EVER)
        if within.last_s is None:
            return loops.Among(wanted, within.from_us, within.until_us)
        now = self._now()
        return loops.Among(wanted, now - round(within.last_s * MICROSECONDS), now + 1)
