"""How sure is a share, how sure the difference of two? 95-% intervals and tests that hold for small numbers too."""

from math import sqrt
from typing import Final, NamedTuple

#: Standard normal quantile of 97.5 %.
Z: Final = 1.959963984540054


class Interval(NamedTuple):
    """From ``low`` to ``high``."""

    low: float
    high: float


def wilson(hits: int, of: int) -> Interval | None:
    """The 95-% interval of a share (E. B. Wilson 1927, score method); None of nothing.

    ``centre ± half`` with ``centre = (p + z²/2n) / (1 + z²/n)``, ``half = z/(1 + z²/n) · sqrt(p(1 − p)/n + z²/4n²)``. Never
    outside 0 to 1, never of width 0.

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if of <= 0:
        return None
    share, spread = hits / of, Z * Z / of
    centre = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return Interval(0.0 if hits == 0 else centre - half, 1.0 if hits == of else centre + half)
