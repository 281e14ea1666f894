"""What is a kind of document made of? Declared once; the form, the board, the checks and the exchange format follow from it.

A kind has *fields* of its own and *parts*: cards, phases, people, steps. A part lies at a *place*: one mark on each *axis* of
its kind of part (a card in a phase and a lane, a note in one of eight areas). The *board* says how parts are laid out.
"""

from enum import StrEnum
from typing import Final

import msgspec

#: no name is longer
LONGEST_LINE: Final = 300
#: no text is longer
LONGEST_TEXT: Final = 8_000
#: no document has more parts
MOST_PARTS: Final = 2_000
#: no field has more links
MOST_LINKS: Final = 100


class FieldKind(StrEnum):
    """What can stand in a field, and how it is asked for."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    #: whole steps from ``low`` to ``high``
    SCALE = "scale"
    NUMBER = "number"
    DATE = "date"
    SWITCH = "switch"
    #: which events belong to it, in the language of bindings
    RULE = "rule"
    #: the name of a segment of customers
    SEGMENT = "segment"
    #: the key of one other document, of the kinds in ``of``
    REFERENCE = "reference"
    #: several: ``document:KEY``, ``document:KEY/PART`` or ``finding:KEY``
    LINKS = "links"
    #: a picture that was uploaded, by its key
    PICTURE = "picture"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a document or a part says.

    Its label is the text ``document.<kind>.<field>`` (``document.<kind>.<part>.<field>`` in a part); ``asks``: it also has a
    question, the same with ``.ask``; each choice has its text, the same with ``.<choice>``. Fields of one ``group`` stand
    together in the form, below the text ``document.<kind>.group.<group>``.
    """

    name: str
    kind: FieldKind = FieldKind.LINE
    choices: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    needed: bool = False
    asks: bool = False
    group: str = ""

    @property
    def longest(self) -> int:
        """How many characters may it have?"""
        return LONGEST_TEXT if self.kind in {FieldKind.TEXT, FieldKind.RULE} else LONGEST_LINE


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """One direction in which parts are placed: by other parts (``of``: their kind), or by fixed ``areas``.

    ``holds``: which kind of part lies there, by the value of the field ``by`` of the part that is the place; else any kind
    that has this axis.
    """

    name: str
    of: str | None = None
    areas: tuple[str, ...] = ()
    by: str = ""
    holds: dict[str, str] = {}
    optional: bool = False


class PartKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of part: its fields, where it lies, how many there may be."""

    name: str
    fields: tuple[Field, ...]
    axes: tuple[Axis, ...] = ()
    most: int = MOST_PARTS

    def field(self, name: str) -> Field | None:
        """The field of this name, None if it has none."""
        return next((one for one in self.fields if one.name == name), None)

    def axis(self, name: str) -> Axis | None:
        """The axis of this name, None if it has none."""
        return next((one for one in self.axes if one.name == name), None)


class Layout(StrEnum):
    """How a board shows its parts."""

    #: columns by rows, both of them parts
    GRID = "grid"
    #: fixed areas, a list in each
    AREAS = "areas"
    #: two numbers are left to right and bottom to top
    PLANE = "plane"
    #: one below the other; a part may lie under another
    LIST = "list"


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """How parts are laid out. ``part``: what is shown; ``columns`` and ``rows``: names of its axes or, on a plane, fields."""

    layout: Layout
    part: str
    columns: str = ""
    rows: str = ""


class DocumentKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of document. ``icon``: a sign of the sprite; ``group``: where the overview lists it; no ``board``: a form."""

    name: str
    icon: str
    group: str
    fields: tuple[Field, ...] = ()
    parts: tuple[PartKind, ...] = ()
    board: Board | None = None

    def part(self, name: str) -> PartKind | None:
        """The kind of part of this name, None if there is none."""
        return next((one for one in self.parts if one.name == name), None)

    def field(self, name: str) -> Field | None:
        """The field of this name, None if it has none."""
        return next((one for one in self.fields if one.name == name), None)
