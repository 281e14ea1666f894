"""From events to the touchpoints and phases each of them belongs to."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.cells.rules import Classed
from tanteemma.journeys.loops.placing import speaks_of
from tanteemma.model.arrays import JourneyArrays, Mask


class Spoken(NamedTuple):
    """``events`` (places, an event once for each target) and the ``targets`` they speak of; ``after``: only afterwards."""

    events: Values
    targets: Values
    after: Mask


def belonging(found: Classed, targets: int) -> Mask:
    """Which classes belong to any of the first targets?"""
    starts, of = found.targets
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    mask = np.zeros(len(starts) - 1, np.bool_)
    mask[owner[of < targets]] = True
    return mask


def spoken(arrays: JourneyArrays, found: Classed, events: Values, within_us: int) -> Spoken:
    """What these events (places, rising) speak of: their own targets, else those of the last event before them that has any."""
    journeys = np.searchsorted(arrays.offsets, events, side="right") - 1
    belongs = belonging(found, np.iinfo(np.int64).max)
    about = speaks_of(found.bucket, belongs, events, journeys, within_us)
    events, about = events[about >= 0], about[about >= 0]
    starts, of = found.targets
    classes = found.bucket.kinds[about].astype(np.int64)
    counts = starts[classes + 1] - starts[classes]
    begin = np.repeat(starts[classes], counts)
    inner: npt.NDArray[np.int64] = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    targets = of[begin + inner] if len(of) else np.empty(0, np.int64)
    return Spoken(np.repeat(events, counts), targets, np.repeat(about != events, counts))
