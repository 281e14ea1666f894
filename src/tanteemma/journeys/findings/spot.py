"""Which journeys does a weak spot hit? A place, how to recognise it in a journey, and the circumstances it is limited to."""

from enum import StrEnum

import msgspec


class BreakKind(StrEnum):
    """The kinds of weak spot that come with the product, and the counterpart; a plug-in may bring another."""

    CHANNEL_SWITCH = "channel_switch"
    TIME_EATER = "time_eater"
    LOOP = "loop"
    ABANDONMENT = "abandonment"
    CONTRADICTION = "contradiction"
    DETOUR = "detour"
    DELIGHT = "delight"


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where, and from what a journey is recognised to be hit. Everything by name, so that it holds when data change.

    ``steps``: the touchpoints that make the place, in the order of the journey; what each is for is said by the detector.
    ``at``: how the place is written. ``skips``: touchpoints that are looked through. ``goals``, ``refusals``: what ends it
    well or by decision of the company. ``limit_us``: the time that decides (within, longer than, silent for). ``rounds``: how
    often. ``now_us``: the newest event when it was found. ``fact``: what events must say, ``said``: which words of it, in
    their order. ``usual``: what is usual there (microseconds or a share), for the evidence. ``by_attempt``: a life holds
    several attempts, of which the first one counts.
    """

    kind: str
    steps: tuple[str, ...]
    at: str
    skips: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    limit_us: int = 0
    rounds: int = 1
    now_us: int = 0
    fact: str = ""
    said: tuple[str, ...] = ()
    usual: float = 0.0
    by_attempt: bool = False


class Condition(msgspec.Struct, frozen=True, order=True):
    """A property of the journey at the place, as last said there: ``fact`` is ``value``."""

    fact: str
    value: str


class Segment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The circumstances a weak spot is limited to: properties, and the time of coming to the place (microseconds).

    ``fresh_us``: a property holds only so long after it was said (None = to the end of the journey).
    """

    where: tuple[Condition, ...] = ()
    since_us: int | None = None
    until_us: int | None = None
    fresh_us: int | None = None

    @property
    def is_whole(self) -> bool:
        """Does it leave nothing out?"""
        return not self.where and not self.is_dated

    @property
    def is_dated(self) -> bool:
        """Is it limited to a time?"""
        return self.since_us is not None or self.until_us is not None


class Spot(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place under circumstances: what exactly the journeys of a finding are chosen by.

    ``all_who_came``: everybody who came to the place is affected.
    """

    place: Place
    segment: Segment = Segment()
    all_who_came: bool = False
