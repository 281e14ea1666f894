"""What did each customer do at some touchpoints: when last, how often, for how much? One row a customer, for groups of them."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import bucket_of
from tanteemma.journeys.loops.amounts import Among, amounts, counted_within, last_within
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import DROPPED, NO_PERSON, Fact, Form, JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.hooks import kernels

_VALUE: Final = Fact("value", Form.NUMBER)
_EVER: Final = (-(1 << 62), 1 << 62)
#: there was none
NEVER: Final = -(1 << 62)

Table = npt.NDArray[np.float64]


class LivesQuestion(msgspec.Struct, frozen=True):
    """At which touchpoints; None: at any."""

    touchpoints: tuple[str | None, ...]


class LivesKernel:
    """Rows of (microseconds of the last one, how many, sum of money) for each touchpoint side by side; one row a customer."""

    name = "lives"

    def facts(self, question: LivesQuestion) -> tuple[Fact, ...]:
        """The money that events say."""
        return (_VALUE,)

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: LivesQuestion
    ) -> tuple[Table, ...]:
        """The customers of one bucket."""
        bucket = bucket_of(arrays, selection, touchpoints)
        said = arrays.facts.get(_VALUE)
        money = np.zeros(arrays.events) if said is None else said.values.astype(np.float64)
        columns = []
        for name in question.touchpoints:
            among = Among(_kinds(name, touchpoints), *_EVER)
            last = last_within(bucket, among)
            times = np.where(last >= 0, bucket.times[last] if arrays.events else 0, NEVER)
            columns += [times.astype(np.float64), counted_within(bucket, among), amounts(bucket, money, among).total]
        lives = (arrays.people != NO_PERSON) & (counted_within(bucket, Among(_kinds(None, touchpoints), *_EVER)) > 0)
        if selection.journeys is not None:
            lives &= selection.journeys
        return (np.stack([column[lives].astype(np.float64) for column in columns], axis=1),)

    def merge(self, one: tuple[Table, ...], other: tuple[Table, ...]) -> tuple[Table, ...]:
        """Both together."""
        return one + other

    def answer(self, merged: tuple[Table, ...], touchpoints: Touchpoints, question: LivesQuestion) -> Table:
        """All rows."""
        return np.concatenate(merged)


def _kinds(name: str | None, touchpoints: Touchpoints) -> Mask:
    shown: Mask = touchpoints.of_kind != DROPPED
    if name is None:
        return shown
    wanted: Mask = touchpoints.of_kind == touchpoint_numbers([name], touchpoints)[0]
    return shown & wanted


kernels.add(LivesKernel.name)(LivesKernel())
