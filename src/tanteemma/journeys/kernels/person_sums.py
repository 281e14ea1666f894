"""What does one customer amount to: contacts, days known, money? Sums over whole lives, for means and how far they spread."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.loops.amounts import Among, amounts
from tanteemma.model.arrays import DROPPED, NO_PERSON, Fact, Form, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

MEASURES: Final = ("contacts", "days", "money")
_VALUE: Final = Fact("value", Form.NUMBER)
_DAY_US: Final = 86_400_000_000
_EVER: Final = (-(1 << 62), 1 << 62)

Numbers = npt.NDArray[np.float64]


class PersonSumsQuestion(msgspec.Struct, frozen=True):
    """Nothing can be chosen."""


class PersonSums(msgspec.Struct, frozen=True):
    """How many customers, and for each of ``MEASURES`` their mean and variance (of a sample; 0 for fewer than two)."""

    people: int
    means: tuple[float, ...]
    variances: tuple[float, ...]


class PersonSumsKernel:
    """Contacts, days from the first to the last contact, and money of each life; one of nobody or without contacts is none."""

    name = "person_sums"

    def facts(self, question: PersonSumsQuestion) -> tuple[Fact, ...]:
        """The money that events say."""
        return (_VALUE,)

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: PersonSumsQuestion
    ) -> Numbers:
        """The lives of one bucket: how many, mean and sum of squares around it of each measure."""
        bucket = bucket_of(arrays, selection, touchpoints)
        shown = touchpoints.of_kind != DROPPED
        among = Among(shown, *_EVER)
        zeros = np.zeros(arrays.events)
        counted = amounts(bucket, zeros, among).said
        said = arrays.facts.get(_VALUE)
        money = amounts(bucket, zeros if said is None else said.values.astype(np.float64), among).total
        lives = (counted > 0) & (arrays.people != NO_PERSON)
        if selection.journeys is not None:
            lives &= selection.journeys
        chosen = np.flatnonzero(lives)
        first, last = arrays.offsets[chosen], arrays.offsets[chosen + 1] - 1
        days = (arrays.times[last] - arrays.times[first]) / _DAY_US
        columns = (counted[chosen].astype(np.float64), days, money[chosen])
        found = [float(len(chosen))]
        for column in columns:
            mean = float(column.mean()) if len(column) else 0.0
            found += [mean, float(((column - mean) ** 2).sum())]
        return np.array(found)

    def merge(self, one: Numbers, other: Numbers) -> Numbers:
        """Both together (T. Chan, G. Golub, R. LeVeque 1983: mean and squares of two samples)."""
        count = one[0] + other[0]
        if not count:
            return one
        merged = one.copy()
        merged[0] = count
        apart = other[1::2] - one[1::2]
        merged[1::2] = one[1::2] + apart * other[0] / count
        merged[2::2] = one[2::2] + other[2::2] + apart**2 * one[0] * other[0] / count
        return merged

    def answer(self, merged: Numbers, touchpoints: Touchpoints, question: PersonSumsQuestion) -> PersonSums:
        """Means and variances."""
        count = int(merged[0])
        return PersonSums(count, tuple(merged[1::2].tolist()), tuple((merged[2::2] / max(1, count - 1)).tolist()))


kernels.add(PersonSumsKernel.name)(PersonSumsKernel())
