"""Which journeys are wanted? One boolean for each journey of each bucket, for whoever goes through their events."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from tanteemma.model.arrays import JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class ChosenQuestion(msgspec.Struct, frozen=True):
    """Asks nothing: the conditions stand around the kernel."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """``journeys`` with ``events`` in all; ``masks``: number of the bucket -> which of its journeys."""

    journeys: int
    events: int
    masks: Mapping[int, Mask]


class ChosenKernel:
    """The journeys themselves. One without events is none."""

    name = "chosen"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ChosenQuestion
    ) -> Chosen:
        """Those of one bucket."""
        lengths = np.diff(arrays.offsets)
        mask = lengths > 0
        if selection.journeys is not None:
            mask &= selection.journeys
        return Chosen(int(mask.sum()), int(lengths[mask].sum()), {arrays.part: mask})

    def merge(self, one: Chosen, other: Chosen) -> Chosen:
        """Those of both."""
        return Chosen(one.journeys + other.journeys, one.events + other.events, {**one.masks, **other.masks})

    def answer(self, merged: Chosen, touchpoints: Touchpoints, question: ChosenQuestion) -> Chosen:
        """As merged."""
        return merged


kernels.add(ChosenKernel.name)(ChosenKernel())
