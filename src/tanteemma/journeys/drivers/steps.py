"""Where is a driver cut into steps, so that neither the crowd nor the few at its end are lost?"""

from typing import Final

import numpy as np

from tanteemma.journeys.drivers.facts import Vector

#: A driver with so few different values is shown value by value.
MOST_VALUES: Final = 12
#: Else it is cut into so many parts of equally many rows, and also into so many equally wide ones: the crowd stands close
#: together, and what happens to the few at the end would be averaged away.
_OF_ROWS: Final = 10
_OF_WIDTH: Final = 20
#: The widths are those between these shares of the rows: one wild value must not stretch them.
_INNER: Final = (0.01, 0.99)
#: A step has at least so many rows and so large a share of them.
_FEWEST: Final = 10
_SMALLEST: Final = 1 / 200


def cuts_of(values: Vector, weights: Vector) -> Vector:
    """The places at which a driver is cut: a value belongs to the step after the last cut that is not above it.

    >>> cuts_of(np.array([1.0, 2.0, 2.0, 5.0]), np.ones(4)).tolist()
    [1.5, 3.5]
    """
    different, places = np.unique(values, return_inverse=True)
    between: Vector = (different[:-1] + different[1:]) / 2
    if len(different) <= MOST_VALUES:
        return between
    counted = np.bincount(places, weights=weights).astype(np.float64)
    reached = np.cumsum(counted) / counted.sum()
    low, high = different[np.searchsorted(reached, _INNER)]
    wanted = np.concatenate([np.linspace(low, high, _OF_WIDTH + 1), different[np.searchsorted(reached, _shares())]])
    # a cut lies between two values, so that rounding cannot move a row over it
    near = np.unique(np.clip(np.searchsorted(different, wanted, side="right") - 1, 0, len(between) - 1))
    return _with_rows(between[near], different, counted)


def _shares() -> Vector:
    return np.arange(1, _OF_ROWS) / _OF_ROWS


def _with_rows(cuts: Vector, different: Vector, counted: Vector) -> Vector:
    """Without the cuts that would leave a step too few rows: the smallest step joins its smaller neighbour."""
    rows = np.bincount(np.searchsorted(cuts, different, side="right"), weights=counted, minlength=len(cuts) + 1).tolist()
    kept = cuts.tolist()
    fewest = max(_FEWEST, _SMALLEST * counted.sum())
    while kept and min(rows) < fewest:
        place = rows.index(min(rows))
        left = place > 0 and (place == len(rows) - 1 or rows[place - 1] <= rows[place + 1])
        first = place - 1 if left else place
        rows[first : first + 2] = [rows[first] + rows[first + 1]]
        del kept[first]
    return np.array(kept, np.float64)
