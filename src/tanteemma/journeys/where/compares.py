"""Numbers compared as a condition says."""

import numpy as np
import numpy.typing as npt

from tanteemma.journeys.where.tree import Compare
from tanteemma.model.arrays import Mask


def compared(values: npt.NDArray[np.int64] | npt.NDArray[np.float64], compare: Compare, wanted: float) -> Mask:
    """Which of the values are so?"""
    found: Mask
    match compare:
        case Compare.EQUAL:
            found = values == wanted
        case Compare.OTHER:
            found = values != wanted
        case Compare.LESS:
            found = values < wanted
        case Compare.AT_MOST:
            found = values <= wanted
        case Compare.MORE:
            found = values > wanted
        case Compare.AT_LEAST:
            found = values >= wanted
    return found
