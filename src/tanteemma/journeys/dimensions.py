"""By what is a figure broken down? The group of each event: its touchpoint, channel, source, a property, or a period."""

from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.calendars import Grain, label_of, period_starts, zone_of
from tanteemma.model.arrays import DROPPED, Fact, JourneyArrays, Kinds, Touchpoints
from tanteemma.model.problems import Problem, ProblemCode

PROPERTY: Final = "property:"
#: The group of events that do not say it.
UNSAID: Final = "–"
Codes = npt.NDArray[np.int64]


class Kind(StrEnum):
    """What a dimension is taken from."""

    ALL = "all"
    TOUCHPOINT = "touchpoint"
    CHANNEL = "channel"
    SOURCE = "source"
    PROPERTY = "property"
    PERIOD = "period"


class Dimension(msgspec.Struct, frozen=True):
    """A breakdown: its kind, the property's name or the grain of the periods, and the time zone these are told in."""

    kind: Kind
    name: str = ""
    zone: str = "UTC"

    @property
    def periods(self) -> bool:
        """Are the groups periods of time?"""
        return self.kind is Kind.PERIOD

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that tell the group of an event."""
        if self.kind is Kind.SOURCE:
            return (Fact("source"),)
        return (Fact(f"property.{self.name}"),) if self.kind is Kind.PROPERTY else ()


def read_dimension(said: str | None, zone: str) -> Dimension:
    """A dimension as it is written: touchpoint, channel, source, hour to year, ``property:NAME``; None for none.

    Raises Problem QUESTION_INVALID naming what there is.

    >>> read_dimension("month", "UTC").kind.value, read_dimension("property:Land", "UTC").name
    ('period', 'Land')
    """
    if not said:
        return Dimension(Kind.ALL)
    if said.startswith(PROPERTY) and said != PROPERTY:
        return Dimension(Kind.PROPERTY, said.removeprefix(PROPERTY))
    if said in {Kind.TOUCHPOINT, Kind.CHANNEL, Kind.SOURCE}:
        return Dimension(Kind(said))
    if said in set(Grain):
        return Dimension(Kind.PERIOD, said, zone)
    allowed = ", ".join((Kind.TOUCHPOINT, Kind.CHANNEL, Kind.SOURCE, *Grain, f"{PROPERTY}NAME"))
    raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--by", value=said, allowed=allowed)


def groups_of(
    arrays: JourneyArrays, touchpoints: Touchpoints, dimension: Dimension, events: Codes
) -> tuple[Codes, tuple[str, ...]]:
    """The group of each of these events as a place in the names; -1 = the event does not say it."""
    if dimension.kind is Kind.ALL:
        return np.zeros(len(events), np.int64), ("",)
    if dimension.kind is Kind.PERIOD:
        return _periods(arrays.times[events], Grain(dimension.name), zone_of(dimension.zone))
    if dimension.kind is Kind.TOUCHPOINT:
        return _numbers(touchpoints.of_kind, arrays.kinds[events]), touchpoints.names
    if dimension.kind is Kind.CHANNEL:
        return _numbers(touchpoints.channel_of_kind, arrays.kinds[events]), touchpoints.channels
    column = arrays.facts.get(dimension.facts[0])
    if column is None:  # a bucket without events has none
        return np.full(len(events), -1, np.int64), ()
    return column.values[events].astype(np.int64), column.words


def _numbers(table: npt.NDArray[np.uint32], kinds: Kinds) -> Codes:
    """The number of each kind, -1 where it has none; an empty table knows none."""
    if not len(table):
        return np.full(len(kinds), -1, np.int64)
    found = table[kinds]
    return np.where(found == DROPPED, -1, found.astype(np.int64))


def _periods(times: npt.NDArray[np.int64], grain: Grain, zone: ZoneInfo) -> tuple[Codes, tuple[str, ...]]:
    if not len(times):
        return np.empty(0, np.int64), ()
    starts = period_starts(zone, grain, int(times.min()), int(times.max()))
    places, codes = np.unique(np.searchsorted(starts, times, side="right") - 1, return_inverse=True)
    return codes.astype(np.int64), tuple(label_of(int(starts[place]), grain, zone) for place in places.tolist())
