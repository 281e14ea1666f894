"""What conformance says: how far real journeys follow the drawn one. Times are seconds, shares 0 to 1, moments UTC."""

from datetime import datetime
from enum import StrEnum

import msgspec


class ConformanceStep(msgspec.Struct, frozen=True):
    """One drawn step, and in how many journeys it was reached, skipped, out of order, repeated though it should not be.

    ``reached`` + ``skipped`` + ``misplaced`` = all journeys. ``timed``: those that reached it and a later one, if there is a
    promise (``within_s``); ``late``: those of them that took longer. ``low`` and ``high``: 95-% interval of the share reached.
    """

    touchpoints: tuple[str, ...]
    optional: bool
    repeats: bool
    channel: str | None
    within_s: float | None
    reached: int
    share: float | None
    low: float | None
    high: float | None
    skipped: int
    misplaced: int
    repeated: int
    timed: int
    late: int


class AddedTouchpoint(msgspec.Struct, frozen=True, gc=False):
    """A touchpoint that was not drawn: after how many steps (0: before the first) it came, in journeys and events."""

    touchpoint: str
    after: int
    journeys: int
    events: int


class Move(msgspec.Struct, frozen=True, gc=False):
    """One place of the row: matched, again, added or skipped, with the number of the step (from 1) and the touchpoint met."""

    move: str
    step: int | None
    touchpoint: str | None


class ExampleJourney(msgspec.Struct, frozen=True):
    """A journey that deviates, laid beside the drawing; ``left``: so many moves more than are shown.

    ``part`` and ``journey``: its place in the index; ``id``, ``case`` and ``subject``: as a list names it, once looked up.
    """

    started: datetime
    fitness: float
    moves: tuple[Move, ...]
    left: int
    part: int = 0
    journey: int = 0
    id: str = ""
    case: str | None = None
    subject: str | None = None


class NoStep(StrEnum):
    """Why a touchpoint of a map is no step. Its sentence is the text ``map.drawn.<why>``."""

    UNBOUND = "unbound"
    #: its rule says more than names, through one channel at most
    TOO_FINE = "too_fine"
    #: no event has any of its names
    NO_EVENT = "no_event"


class LeftOut(msgspec.Struct, frozen=True):
    """A touchpoint of a map that is no step."""

    name: str
    why: NoStep


class ConformanceAnswer(msgspec.Struct, frozen=True):
    """How many of the journeys conform entirely (95-% interval, Wilson), and how well they fit in the mean (0 to 1).

    ``added``: the most frequent first; ``added_left``: so many more that are not named. None: there are no journeys.
    ``drawn``: the steps in words; ``journey`` and ``where``: which journeys were asked; of a map its name and what of it is no
    step.
    """

    journeys: int
    conforming: int
    share: float | None
    low: float | None
    high: float | None
    fitness: float | None
    steps: tuple[ConformanceStep, ...]
    added: tuple[AddedTouchpoint, ...]
    added_left: int
    examples: tuple[ExampleJourney, ...]
    drawn: str = ""
    journey: str = ""
    where: tuple[str, ...] = ()
    map: str = ""
    left_out: tuple[LeftOut, ...] = ()
