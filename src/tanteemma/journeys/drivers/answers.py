"""What an analysis of drivers says: the document that the command line, the pages and the interface show."""

import msgspec

from tanteemma.journeys.drivers.leaks import Leak
from tanteemma.journeys.drivers.ordinal import Ordinal
from tanteemma.journeys.drivers.shape import Shape


class Driver(msgspec.Struct, frozen=True):
    """One driver and its part in the outcome.

    ``lmg``: its part of R² (None where there are too many drivers); ``relative_weight``: the same by Johnson's way. ``share``:
    of R², by ``lmg`` if there is one, with the interval ``low`` to ``high`` of 200 repetitions on drawn rows (None of rows
    that are means). ``correlation`` says the direction of a number (None of words). ``shape``: of the means; ``adjusted``: by
    the boosting machine, the others being as they are.
    """

    name: str
    lmg: float | None
    share: float | None
    relative_weight: float
    low: float | None = None
    high: float | None = None
    correlation: float | None = None
    words: tuple[str, ...] = ()
    leak: bool = False
    shape: Shape | None = None
    adjusted: Shape | None = None


class LeftOut(msgspec.Struct, frozen=True):
    """A column that is no driver, and why: ``outcome``, ``constant``, ``many_words``, or the code of a leak."""

    name: str
    reason: str


class DriversAnswer(msgspec.Struct, frozen=True):
    """Which facts go with the outcome, the largest first? Association, never cause.

    ``journeys``: how many have the outcome (None of a file), ``nothing_before``: those of them without any event before it.
    ``method``: ``lmg`` or ``relative_weights`` (beyond 15 drivers). ``n``: rows, each as often as it counts; ``rows_left_out``:
    rows in which something is not said. ``outcome_word``: the word that counts as 1. ``claim``: how it may be worded.
    """

    n: float
    r2: float
    drivers: tuple[Driver, ...]
    method: str
    outcome: str
    outcome_word: str | None = None
    rows_left_out: int = 0
    mean: float | None = None
    leaks: tuple[Leak, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    together: tuple[str, ...] = ()
    ordinal: Ordinal | None = None
    boosted_rows: int | None = None
    journeys: int | None = None
    nothing_before: int = 0
    claim: str = "goes_with"
