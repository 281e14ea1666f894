"""At which hours of the week do things happen, on the clocks of the company?

Counted are events (or the first or last of each journey), by weekday and hour of the time zone. Clocks that are put forward or
back are followed to the second: in the night they are put back, an hour counts what happened in both its passes.
"""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from tanteemma.journeys.answers_times import RhythmAnswer, RhythmCell
from tanteemma.journeys.bucket import Values, bucket_of
from tanteemma.journeys.calendars import shifts, zone_of
from tanteemma.journeys.loops import clocks as loop
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.arrays import JourneyArrays, Selection, Touchpoints
from tanteemma.model.hooks import kernels
from tanteemma.model.problems import Problem, ProblemCode

Of = Literal["events", "starts", "ends"]
_WHICH: Final = {"events": loop.EVERY, "starts": loop.FIRST, "ends": loop.LAST}
_DAY: Final = 24
_ALL: Final = -1


class RhythmQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The time zone by name, what is counted, and of which touchpoint (None = of all)."""

    time_zone: str
    of: Of = "events"
    touchpoint: str | None = None


@dataclass(frozen=True, slots=True)
class RhythmPartial:
    """By hour of the week: events, and journeys that have any."""

    events: Values
    journeys: Values


class RhythmKernel:
    """Events by weekday and hour."""

    name = "rhythm"

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: RhythmQuestion
    ) -> RhythmPartial:
        """The hours of one bucket.

        Raises Problem UNKNOWN_TOUCHPOINT, or QUESTION_INVALID (no such time zone; not events, starts or ends).
        """
        zone = zone_of(question.time_zone)
        if question.of not in _WHICH:
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="of", value=question.of, allowed=", ".join(_WHICH))
        number = _ALL if question.touchpoint is None else touchpoint_numbers([question.touchpoint], touchpoints)[0]
        first, last = (int(arrays.times.min()), int(arrays.times.max())) if arrays.events else (0, 0)
        local = loop.Clocks(*shifts(zone, first, last))
        bucket = bucket_of(arrays, selection, touchpoints)
        return RhythmPartial(*loop.hours_of_week(bucket, local, _WHICH[question.of], number))

    def merge(self, one: RhythmPartial, other: RhythmPartial) -> RhythmPartial:
        """Both together."""
        return RhythmPartial(one.events + other.events, one.journeys + other.journeys)

    def answer(self, merged: RhythmPartial, touchpoints: Touchpoints, question: RhythmQuestion) -> RhythmAnswer:
        """All 168 hours, Monday first."""
        rows = enumerate(zip(merged.events.tolist(), merged.journeys.tolist(), strict=True))
        return RhythmAnswer(
            time_zone=question.time_zone,
            of=question.of,
            touchpoint=question.touchpoint,
            events=int(merged.events.sum()),
            cells=tuple(RhythmCell(place // _DAY + 1, place % _DAY, *row) for place, row in rows),
        )


kernels.add(RhythmKernel.name)(RhythmKernel())
