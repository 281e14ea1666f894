"""What is said of the rules of a map: the documents of the questions ``cells_rule``, ``cells_rules`` and ``cells_suggest``.

* ``cells_rule?rule=event = 'Anruf'``: the preview of one rule (``since``, ``until``, ``examples``).
* ``cells_rules?touchpoint=ID=RULE``: of all rules of a map, where they overlap and what none of them catches (``top``).
* ``cells_suggest?card=ID=NAME``: rules that fit the names of cards (several: ``Paket verfolgen|Track parcel``).
"""

from datetime import datetime

import msgspec

from tanteemma.journeys.answers_cells import CellCounted, Warned


class KindCount(msgspec.Struct, frozen=True, gc=False):
    """Events of one name through one channel (None: through none)."""

    name: str
    channel: str | None
    events: int


class EventExample(msgspec.Struct, frozen=True):
    """One event; ``properties`` as it came, JSON text."""

    name: str
    channel: str | None
    at: datetime
    source: str
    value: str | None
    currency: str | None
    properties: str | None


class RuleAnswer(msgspec.Struct, frozen=True):
    """What one rule catches: ``binding`` as it is written, events of ``of`` in all, journeys, persons, by name and channel.

    ``counted``: daily counts that belong to it.
    """

    binding: str
    events: int
    of: int
    journeys: int
    persons: int
    kinds: tuple[KindCount, ...]
    examples: tuple[EventExample, ...]
    warnings: tuple[Warned, ...]
    unknown_names: tuple[str, ...]
    counted: CellCounted | None = None


class Overlap(msgspec.Struct, frozen=True, gc=False):
    """Two touchpoints that catch the same ``events``; ``share``: of those that the smaller one of them catches."""

    one: str
    other: str
    events: int
    share: float


class RuleWarning(msgspec.Struct, frozen=True):
    """A touchpoint whose rule is odd; ``names``: those that no event has."""

    id: str
    events: int
    warnings: tuple[Warned, ...]
    names: tuple[str, ...]


class RulesAnswer(msgspec.Struct, frozen=True):
    """Of all rules of a map: overlaps (largest first), what no rule catches (most events first, ``unbound_events`` in all)."""

    events: int
    overlaps: tuple[Overlap, ...]
    unbound: tuple[KindCount, ...]
    unbound_events: int
    unbound_kinds: int
    warnings: tuple[RuleWarning, ...]


class Suggested(msgspec.Struct, frozen=True):
    """A rule that may fit a card: the event name, 0 to 1 how well it fits, and how many events it has."""

    binding: str
    name: str
    likeness: float
    events: int


class CardSuggestions(msgspec.Struct, frozen=True):
    """The rules that fit a card, the best first; none if nothing fits."""

    id: str
    rules: tuple[Suggested, ...]


class SuggestAnswer(msgspec.Struct, frozen=True):
    """Rules by card, in the order asked for."""

    cards: tuple[CardSuggestions, ...]
