"""What the pages of a workshop show: its leader's, its participants', its minutes. A template reads nothing else."""

from datetime import date, datetime

import msgspec

from tanteemma.serve.pages.views import View
from tanteemma.workshop.agenda import HALF_DAY, LONGEST_STOP, MOST_DOTS, Stop, TimedStop
from tanteemma.workshop.guessing import Gap, Guessed, MeasuredPart


class SpotRow(View, frozen=True, kw_only=True):
    """One part of the map: guessed, measured, voted on. ``mine``: what this participant guessed; ``dotted``: has their dot."""

    id: str
    kind: str
    phase: str
    name: str
    guessed: Guessed = Guessed()
    measured: MeasuredPart = MeasuredPart()
    mine: int | None = None
    dots: int = 0
    dotted: bool = False


class PromiseRow(View, frozen=True, kw_only=True):
    """One measure that the workshop made."""

    text: str
    phase: str
    about: str
    owner: str
    due: date | None
    by: str


class PersonaRow(View, frozen=True, kw_only=True):
    """A persona of the map, as far as it is told."""

    key: str
    name: str
    quote: str = ""
    goals: str = ""
    frustrations: str = ""


class PersonRow(View, frozen=True, kw_only=True):
    """Somebody who joined."""

    number: int
    name: str


class PastRow(View, frozen=True, kw_only=True):
    """A workshop that was held on this map; ``closed``: nobody enters it any more."""

    number: int
    title: str
    started: datetime
    closed: bool


class BeginView(View, frozen=True, kw_only=True):
    """The form a workshop begins with, and those that were held. ``minutes``: what was typed, by stop."""

    key: str
    document: str
    title: str = ""
    minutes: dict[str, str] = msgspec.field(default_factory=dict)
    dots: str = "3"
    past: tuple[PastRow, ...] = ()
    problem: str = ""
    empty: bool = False
    agenda: tuple[Stop, ...] = HALF_DAY
    longest: int = LONGEST_STOP
    most_dots: int = MOST_DOTS


class WorkshopView(View, frozen=True, kw_only=True):
    """A workshop at its stop. ``spots``: what is guessed; ``pains``: what dots lie on; ``divided``: what divides the team.

    ``me``: who looks at it (empty: the leader); ``left``: dots they have left; ``once``: the id of the measure they type.
    ``qr``: the path of the dark squares in a square of ``qr_side``.
    """

    key: str
    document: str
    number: int
    version: int
    title: str
    started: datetime
    stops: tuple[TimedStop, ...]
    now: TimedStop
    at: datetime
    closed: bool
    dots: int
    people: tuple[PersonRow, ...] = ()
    guessing: int = 0
    lying: int = 0
    personas: tuple[PersonaRow, ...] = ()
    scope: str = ""
    spots: tuple[SpotRow, ...] = ()
    pains: tuple[SpotRow, ...] = ()
    gap: Gap | None = None
    gap_name: str = ""
    divided: str = ""
    places: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    promises: tuple[PromiseRow, ...] = ()
    address: str = ""
    qr: str = ""
    qr_side: int = 0
    away: bool = False
    me: str = ""
    left: int = 0
    once: str = ""
    typed: dict[str, str] = msgspec.field(default_factory=dict)
    problem: str = ""

    @property
    def revealed(self) -> bool:
        """May guesses be seen? Not before the stop that uncovers them, nor in a workshop without one before its votes."""
        hidden = {"welcome", "persona", "guess"}
        return self.closed or self.now.name not in hidden


class EnterView(View, frozen=True, kw_only=True):
    """The door of a workshop: a name is all it asks for."""

    title: str
    name: str = ""
    problem: str = ""
