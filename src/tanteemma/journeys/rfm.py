"""RFM: how recently, how often and for how much did customers buy? Fifths of each, and groups with names.

Fifths by quantiles among the buyers (A. M. Hughes, Strategic Database Marketing, 1994). The bounds are stated, and every group
is a condition over events, so that it can be kept as a segment and goes on counting.
"""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Compare, Expr
from tanteemma.journeys.where.written import written

_DAY_S: Final = 86_400
_SHARES: Final = (0.2, 0.4, 0.6, 0.8)
#: names of the groups: from which fifth of recency up to which, and of frequency
GROUPS: Final[tuple[tuple[str, tuple[int, int], tuple[int, int]], ...]] = (
    ("champions", (4, 5), (4, 5)),
    ("promising", (4, 5), (2, 3)),
    ("new", (4, 5), (1, 1)),
    ("loyal", (3, 3), (4, 5)),
    ("attention", (3, 3), (1, 3)),
    ("at_risk", (1, 2), (4, 5)),
    ("sleeping", (1, 2), (1, 3)),
)

Table = npt.NDArray[np.float64]


class RfmGroup(msgspec.Struct, frozen=True):
    """One group: how many, their share of buyers and of the money, means, and the condition that finds them."""

    name: str
    size: int
    share: float
    money_share: float | None
    mean_days: float | None
    mean_times: float | None
    mean_money: float | None
    condition: str


class Rfm(msgspec.Struct, frozen=True):
    """``days``, ``times``, ``money``: the bounds between the fifths (days since the last one: the smaller the better)."""

    touchpoint: str
    buyers: int
    days: tuple[float, ...]
    times: tuple[float, ...]
    money: tuple[float, ...]
    groups: tuple[RfmGroup, ...]


def rfm_of(lives: Table, touchpoint: str, now_us: int) -> Rfm:
    """The groups. ``lives``: rows of the last one (microseconds), how many, money, as the kernel ``lives`` gives them."""
    buyers = lives[lives[:, 1] > 0]
    if not len(buyers):
        return Rfm(touchpoint, 0, (), (), (), ())
    ago = (now_us - buyers[:, 0]) / 1e6 / _DAY_S
    days = tuple(float(one) for one in np.ceil(np.quantile(ago, _SHARES)))
    times = tuple(float(one) for one in np.floor(np.quantile(buyers[:, 1], _SHARES)))
    money = tuple(round(float(one), 2) for one in np.quantile(buyers[:, 2], _SHARES))
    recency = 5 - np.searchsorted(days, ago, side="left")
    frequency = 1 + np.searchsorted(times, buyers[:, 1], side="left")
    whole = float(buyers[:, 2].sum())
    groups = []
    for name, (low_r, high_r), (low_f, high_f) in GROUPS:
        there = (recency >= low_r) & (recency <= high_r) & (frequency >= low_f) & (frequency <= high_f)
        mine = buyers[there]
        groups.append(
            RfmGroup(
                name=name,
                size=len(mine),
                share=len(mine) / len(buyers),
                money_share=float(mine[:, 2].sum()) / whole if whole > 0 else None,
                mean_days=float(ago[there].mean()) if len(mine) else None,
                mean_times=float(mine[:, 1].mean()) if len(mine) else None,
                mean_money=float(mine[:, 2].mean()) if len(mine) else None,
                condition=written(_condition(touchpoint, (low_r, high_r), (low_f, high_f), (days, times))),
            )
        )
    return Rfm(touchpoint, len(buyers), days, times, money, tuple(groups))


def _condition(
    touchpoint: str, recency: tuple[int, int], frequency: tuple[int, int], bounds: tuple[tuple[float, ...], tuple[float, ...]]
) -> Expr:
    """Of whom it is true: in words of events, with the bounds as they are stated."""
    days, times = bounds
    parts: list[Expr] = []
    if recency[1] < 5:  # noqa: PLR2004 - fifths
        parts.append(tree.Elapsed(Compare.MORE, days[4 - recency[1]] * _DAY_S, touchpoint))
    if recency[0] > 1:
        parts.append(tree.Elapsed(Compare.AT_MOST, days[5 - recency[0]] * _DAY_S, touchpoint))
    least = times[frequency[0] - 2] if frequency[0] > 1 else 0.0
    parts.append(tree.Occurs(Compare.MORE, int(least), touchpoint))
    if frequency[1] < 5:  # noqa: PLR2004 - fifths
        parts.append(tree.Occurs(Compare.AT_MOST, int(times[frequency[1] - 1]), touchpoint))
    return tree.Every(tuple(parts)) if len(parts) > 1 else parts[0]
