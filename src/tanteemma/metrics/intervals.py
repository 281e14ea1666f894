"""How sure is a figure? 95-percent intervals for points, shares and means, and for the difference of two of them."""

from math import inf, sqrt
from typing import Final

import msgspec

#: Standard normal quantile of a two-sided 95-percent interval, as it is printed in the definitions.
Z: Final = 1.96
#: Added answers of the adjusted Wald interval: three, spread evenly over the three groups (Rocks 2016).
_ADDED: Final = 0.75
_ADDED_ANSWERS: Final = 3.0


class Estimate(msgspec.Struct, frozen=True):
    """A figure with its interval.

    ``value``, ``low`` and ``high`` are what is shown; each is None where it is not defined. ``centre``, ``below`` and ``above``
    are the interval before it is cut to what is possible: from ``centre - below`` to ``centre + above``.
    """

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    centre: float = 0.0
    below: float = inf
    above: float = inf


class Difference(msgspec.Struct, frozen=True):
    """One figure minus another; ``clear`` if the interval leaves out zero: only then is there a trend to speak of."""

    value: float
    low: float
    high: float
    clear: bool


def effective_n(n: int, invited: int | None) -> float:
    """How many answers of an endless population would be worth ``n`` answers out of ``invited`` people?

    ``n / f²`` with the finite population correction ``f² = (N - n) / (N - 1)``: so every interval below shrinks by f, and to
    nothing when everybody has answered. Without a number of invited people it is n.

    >>> effective_n(50, None), round(effective_n(50, 99)), effective_n(50, 50)
    (50, 100, inf)
    """
    if invited is None or n == 0:
        return n
    if invited <= n:
        return inf
    return n * (invited - 1) / (invited - n)


def net_share(promoters: int, detractors: int, n: int, invited: int | None = None) -> Estimate:
    """The share of promoters minus the share of detractors, -1…1, with the adjusted Wald interval.

    ``n' = n + 3``, ``P' = P + 3/4``, ``D' = D + 3/4``, ``var' = p' + d' - (p' - d')²``, interval ``p' - d' ± z √(var'/n')``,
    cut to -1…1 (Rocks 2016, The American Statistician). The value itself is the plain ``(P - D) / n``.

    >>> found = net_share(5, 2, 10)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (0.3, -0.1905, 0.6521)
    """
    if n == 0:
        return Estimate(0)
    value = (promoters - detractors) / n
    worth = effective_n(n, invited)
    if worth == inf:
        return Estimate(n, value, value, value, value, 0.0, 0.0)
    answers = worth + _ADDED_ANSWERS
    p = (promoters * worth / n + _ADDED) / answers
    d = (detractors * worth / n + _ADDED) / answers
    half = Z * sqrt(max(0.0, p + d - (p - d) ** 2) / answers)
    return Estimate(n, value, max(-1.0, p - d - half), min(1.0, p - d + half), p - d, half, half)


def share(chose: int, n: int, invited: int | None = None) -> Estimate:
    """A share, 0…1, with Wilson's interval: ``(p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n)``.

    >>> found = share(8, 10)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (0.8, 0.4902, 0.9433)
    """
    if n == 0:
        return Estimate(0)
    value = chose / n
    worth = effective_n(n, invited)
    if worth == inf:
        return Estimate(n, value, value, value, value, 0.0, 0.0)
    widened = 1 + Z**2 / worth
    centre = (value + Z**2 / (2 * worth)) / widened
    half = Z / widened * sqrt(value * (1 - value) / worth + Z**2 / (4 * worth**2))
    low = 0.0 if chose == 0 else max(0.0, centre - half)
    high = 1.0 if chose == n else min(1.0, centre + half)
    return Estimate(n, value, low, high, value, value - low, high - value)


def mean(counts: tuple[int, ...], first: int, invited: int | None = None) -> Estimate:
    """The mean of points with Student's interval ``mean ± t · s / √n``, cut to the ends of the scale.

    ``counts[i]`` answers chose the point ``first + i``. Sums are whole numbers, so the order of the answers changes nothing.
    One answer has a mean and no interval.

    >>> found = mean((0, 1, 2, 1, 0), 1)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (3.0, 1.7008, 4.2992)
    """
    n = sum(counts)
    if n == 0:
        return Estimate(0)
    total = sum(place * count for place, count in enumerate(counts))
    squares = sum(place * place * count for place, count in enumerate(counts))
    value = first + total / n
    if n == 1:
        return Estimate(1, value, centre=value)
    variance = (n * squares - total * total) / (n * (n - 1))
    worth = effective_n(n, invited)
    half = 0.0 if worth == inf else student_t(n - 1) * sqrt(variance / worth)
    last = first + len(counts) - 1
    return Estimate(n, value, max(float(first), value - half), min(float(last), value + half), value, half, half)


def student_t(freedom: int) -> float:
    """The quantile of a two-sided 95-percent interval of Student's t.

    >>> round(student_t(9), 4)
    2.2622
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - 0.2 s that only a question with a mean needs

    return float(stdtrit(freedom, 0.975))


def difference(one: Estimate, other: Estimate) -> Difference | None:
    """One figure minus another of other people; None where one of them is not defined.

    The distances of the limits are added in squares: ``SE² = SE₁² + SE₂²`` for points and means, Newcombe's method 10 for
    shares (1998, Statistics in Medicine 17:873), whose intervals are wider on one side.

    >>> found = difference(net_share(60, 10, 100), net_share(40, 30, 100))
    >>> round(found.value, 3), found.clear
    (0.4, True)
    """
    if one.value is None or other.value is None or inf in {one.below, other.below}:
        return None
    middle = one.centre - other.centre
    low = middle - sqrt(one.below**2 + other.above**2)
    high = middle + sqrt(one.above**2 + other.below**2)
    return Difference(one.value - other.value, low, high, clear=low > 0 or high < 0)
