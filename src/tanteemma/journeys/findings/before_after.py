"""Did a change about a weak spot work? Who came to it after the change compared with who came before, as fairly as can be."""

from typing import Final

import msgspec

from tanteemma.journeys.findings.growth import FEWEST, Counted
from tanteemma.journeys.findings.measured import Measured
from tanteemma.journeys.findings.spot import BreakKind, Segment, Spot
from tanteemma.journeys.intervals import newcombe

DAY_US: Final = 86_400_000_000
WEEK_US: Final = 7 * DAY_US
#: What came before is looked at for at least so long, so that one odd day does not decide.
LEAST_BEFORE_US: Final = 28 * DAY_US
#: Longer than that nobody waits for a judgement: limits that mean "ever" are none.
LONGEST_SETTLE_US: Final = 120 * DAY_US
_WAITS: Final = frozenset({BreakKind.TIME_EATER, BreakKind.DETOUR})
_MOST: Final = 0.95


class Stretch(msgspec.Struct, frozen=True):
    """Time from ``start_us`` up to (not including) ``end_us``."""

    start_us: int
    end_us: int

    @property
    def is_empty(self) -> bool:
        """Is there no time in it?"""
        return self.end_us <= self.start_us


class Compared(msgspec.Struct, frozen=True):
    """Shares of those hit, among who came before and after, and the difference (after less before) with its 95-% interval.

    ``difference`` None: too few came on one side to say anything.
    """

    before: Counted
    after: Counted
    difference: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """``few``, ``better``, ``worse`` or ``unclear`` (the interval holds none)."""
        if self.low is None or self.high is None:
            return "few"
        return "better" if self.high < 0 else "worse" if self.low > 0 else "unclear"


def compared(before: Counted, after: Counted) -> Compared:
    """The comparison of two shares of different people (Newcombe 1998, method 10).

    >>> found = compared(Counted(1000, 300), Counted(1000, 200))
    >>> found.verdict, round(found.difference, 2), round(found.low, 3), round(found.high, 3)
    ('better', -0.1, -0.137, -0.062)
    >>> compared(Counted(1000, 300), Counted(20, 0)).verdict
    'few'
    """
    if min(before.came, after.came) < FEWEST:
        return Compared(before, after)
    interval = newcombe(after.hits, after.came, before.hits, before.came)
    if interval is None:
        return Compared(before, after)
    difference = after.hits / after.came - before.hits / before.came
    return Compared(before, after, difference, interval.low, interval.high)


def settle_us(spot: Spot, whole: Measured) -> int:
    """How long after coming may a journey still be hit? Who came more lately cannot be judged yet, and counts on no side.

    The limit by which the place is recognised; where somebody is hit by waiting, also what 95 of 100 of them waited; at least
    a day.
    """
    place = spot.place
    limit = place.limit_us if place.limit_us <= LONGEST_SETTLE_US else 0
    waited = int(whole.waits.quantile(_MOST)) if place.kind in _WAITS else 0
    return min(max(limit, waited, DAY_US), LONGEST_SETTLE_US)


def around(change_us: int, newest_us: int, settle: int, oldest_us: int) -> tuple[Stretch, Stretch]:
    """The time before and after a change that is compared: equally long, at least four weeks before, nothing too young.

    >>> day = DAY_US
    >>> around(100 * day, 160 * day - 1, 10 * day, 0) == (Stretch(50 * day, 100 * day), Stretch(100 * day, 150 * day))
    True
    >>> around(100 * day, 105 * day, 10 * day, 0)[1].is_empty
    True
    """
    end = max(change_us, newest_us + 1 - settle)
    length = max(end - change_us, LEAST_BEFORE_US)
    return Stretch(max(oldest_us, change_us - length), change_us), Stretch(change_us, end)


def last_weeks(newest_us: int, settle: int) -> tuple[Stretch, Stretch]:
    """The last seven days that can be judged, and the seven before, the earlier ones first."""
    end = newest_us + 1 - settle
    return Stretch(end - 2 * WEEK_US, end - WEEK_US), Stretch(end - WEEK_US, end)


def within(spot: Spot, stretch: Stretch) -> Spot:
    """The same place, for who came in a stretch of time, whatever time the finding itself was limited to."""
    segment = Segment(spot.segment.where, stretch.start_us, stretch.end_us, spot.segment.fresh_us)
    return Spot(spot.place, segment)


def at_any_time(spot: Spot) -> Spot:
    """The same place and circumstances, without limits of time."""
    return Spot(spot.place, Segment(spot.segment.where, None, None, spot.segment.fresh_us))
