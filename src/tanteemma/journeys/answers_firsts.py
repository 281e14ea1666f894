"""First contacts: the document of ``emma journeys first-contacts`` and of ``GET /api/journeys/first_contacts``.

Options: those of a map (``touchpoint=ID=RULE``; ``since``, ``until``: journeys that began in this time), ``goal`` (a rule, as
that of a touchpoint, or the name of an event), ``top`` (so many next touchpoints).
"""

from datetime import datetime

import msgspec

from tanteemma.journeys.answers_cells import CellCounted, Rate


class NextStep(msgspec.Struct, frozen=True):
    """The touchpoint that came next (None: no other one), how many journeys went there; ``share`` of those that began here."""

    id: str | None
    journeys: int
    share: Rate


class Brought(msgspec.Struct, frozen=True):
    """Money of the journeys that began here, from the first contact on: ``mean`` a journey (also of those that bring nothing).

    ``low``, ``high``: 95-% interval of the mean (from 30 journeys on). ``paying``: journeys that brought any.
    """

    currency: str
    total: float
    paying: int
    mean: float
    low: float | None
    high: float | None


class Price(msgspec.Struct, frozen=True):
    """What one of something cost: spend of the time divided by how many there were; the interval is that of how many."""

    value: float
    low: float | None
    high: float | None


class FirstContact(msgspec.Struct, frozen=True, kw_only=True):
    """One touchpoint as the first of journeys. ``counted``: daily counts where nobody is known, with what was spent.

    ``per_journey``, ``per_goal``: spend by journeys that began here, and by those of them that reached the goal.
    """

    id: str
    binding: str
    journeys: int
    share: Rate
    following: tuple[NextStep, ...]
    reached: Rate | None
    brought: tuple[Brought, ...]
    counted: CellCounted | None = None
    per_journey: Price | None = None
    per_goal: Price | None = None


class FirstsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All touchpoints, those where most journeys begin first. ``journeys``: all that began in the time at any touchpoint.

    ``goal``: the rule of the goal as it is written, empty for none. ``unbound``: touchpoints without a rule.
    """

    journey: str
    journeys: int
    goal: str
    since: datetime | None
    until: datetime | None
    firsts: tuple[FirstContact, ...]
    unbound: tuple[str, ...]
