"""What does a map show? Its phases, lanes and cards with their words said in one language, and no word about where they stand.

SVG, PDF, slides and tables are made of this, so they say the same. ``Measured`` is what the data say beside it.
"""

from datetime import date
from enum import StrEnum

import msgspec

from tanteemma.workshop.evidence import Evidence


class Tone(StrEnum):
    """What a card is about: it has a colour, and a sign, so that no one needs the colour."""

    PLAIN = "plain"
    OWN = "own"
    PARTNER = "partner"
    PUBLIC = "public"
    GOOD = "good"
    BAD = "bad"
    IDEA = "idea"
    MEASURE = "measure"
    PROOF = "proof"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A measured value as it is read: what, how much, how many of them, in which range, how new, from where."""

    label: str
    shown: str
    n: int | None = None
    range: str = ""
    source: str = ""
    as_of: str = ""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """How well a card or a phase is evidenced, and what that rests on, in words."""

    level: Evidence
    rests_on: tuple[str, ...] = ()


class Felt(msgspec.Struct, frozen=True, kw_only=True):
    """An emotion from -2 to 2 that was computed, with the ends of its interval."""

    value: float
    low: float
    high: float
    n: int


class WeakSpot(msgspec.Struct, frozen=True, kw_only=True):
    """A weak spot: it costs between ``low`` and ``high`` of ``currency``; None: nobody stated what a contact costs."""

    name: str
    touchpoint: str = ""
    people: int | None = None
    low: float | None = None
    mid: float | None = None
    high: float | None = None
    currency: str = "EUR"
    owner: str = ""
    next_step: str = ""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure changed, and how we know."""

    name: str
    effect: str
    evidence: Evidence = Evidence.MEASURED
    owner: str = ""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What the data say: figures by the id of a card, emotions by the id of a phase, weak spots, effects, sentences.

    ``marks``: how well it is evidenced, by the id of a touchpoint or phase.
    """

    figures: dict[str, tuple[Figure, ...]] = {}
    marks: dict[str, Mark] = {}
    felt: dict[str, Felt] = {}
    weak_spots: tuple[WeakSpot, ...] = ()
    effects: tuple[Effect, ...] = ()
    sentences: tuple[str, ...] = ()

    def in_brief(self) -> "Measured":
        """What can be read from far away: each value and how well it is evidenced, without n, range and source."""
        figures = {
            card: tuple(Figure(label=one.label, shown=one.shown) for one in several) for card, several in self.figures.items()
        }
        marks = {card: Mark(level=mark.level) for card, mark in self.marks.items()}
        return msgspec.structs.replace(self, figures=figures, marks=marks)


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that somebody put on a card, with its size in pixels."""

    media_type: str
    width: int
    height: int
    bytes: bytes


class CardShown(msgspec.Struct, frozen=True, kw_only=True):
    """One card: its text, small lines below it, what was measured; ``feeling``: believed, from -2 to 2."""

    id: str
    kind: str
    text: str
    tone: Tone = Tone.PLAIN
    sign: str = ""
    small: tuple[str, ...] = ()
    note: str = ""
    owner: str = ""
    due: date | None = None
    state: str = ""
    feeling: float | None = None
    target: float | None = None
    figures: tuple[Figure, ...] = ()
    mark: Mark | None = None
    photo: Photo | None = None


class LaneShown(msgspec.Struct, frozen=True, kw_only=True):
    """One lane; ``cells``: its cards for each phase, in the order of the phases; ``persona``: whose it is, by name."""

    id: str
    kind: str
    title: str
    cells: tuple[tuple[CardShown, ...], ...]
    persona: str = ""

    @property
    def empty(self) -> bool:
        """Does nothing lie in it?"""
        return not any(self.cells)


class PhaseShown(msgspec.Struct, frozen=True, kw_only=True):
    """One phase. ``believed``: as the curve of the map says it, ``target``: on average; ``measured``: what was computed."""

    id: str
    name: str
    task: str = ""
    weight: float | None = None
    believed: float | None = None
    target: float | None = None
    measured: Felt | None = None
    mark: Mark | None = None


class MapPicture(msgspec.Struct, frozen=True, kw_only=True):
    """The whole map. ``facts``: what stands under its name (what it is about, as-is or to-be, who answers for it, version)."""

    name: str
    language: str
    facts: tuple[str, ...] = ()
    scope: str = ""
    phases: tuple[PhaseShown, ...] = ()
    lanes: tuple[LaneShown, ...] = ()
    measured: Measured = Measured()

    @property
    def voices(self) -> tuple[str, ...]:
        """Whose emotions are drawn apart: the personas that have a lane of emotions of their own; empty: everybody's."""
        found = (lane.persona for lane in self.lanes if any(card.feeling is not None for cell in lane.cells for card in cell))
        return tuple(dict.fromkeys(sorted(found, key=bool)))

    def cards(self, *kinds: str) -> list[tuple[PhaseShown, CardShown]]:
        """The cards in lanes of these kinds, phase by phase."""
        return [
            (phase, card)
            for place, phase in enumerate(self.phases)
            for lane in self.lanes
            if lane.kind in kinds
            for card in lane.cells[place]
        ]
