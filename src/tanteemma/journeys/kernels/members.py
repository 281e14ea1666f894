"""Whose journeys are these? The persons behind the journeys that count."""

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import NO_PERSON, JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels

People = npt.NDArray[np.uint32]


class MembersQuestion(msgspec.Struct, frozen=True):
    """Nothing can be chosen."""


class MembersKernel:
    """Numbers of persons, each once, rising. A journey of nobody, or without events, names none."""

    name = "members"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: MembersQuestion
    ) -> tuple[People, ...]:
        """The persons of one bucket."""
        counts = (arrays.people != NO_PERSON) & (np.diff(arrays.offsets) > 0)
        if selection.journeys is not None:
            counts &= selection.journeys
        return (arrays.people[counts],)

    def merge(self, one: tuple[People, ...], other: tuple[People, ...]) -> tuple[People, ...]:
        """Both together."""
        return one + other

    def answer(self, merged: tuple[People, ...], touchpoints: Touchpoints, question: MembersQuestion) -> People:
        """Each person once."""
        return np.unique(np.concatenate(merged))


kernels.add(MembersKernel.name)(MembersKernel())
