"""What a cost shows on any page: one range, how sure it is, each part with its formula and the assumptions behind it."""

from datetime import date

from tanteemma.serve.pages.views import View


class MissingLink(View, frozen=True, kw_only=True):
    """An assumption somebody must enter before there is a figure, and where."""

    kind: str
    name: str
    about: str
    href: str


class UsedRow(View, frozen=True, kw_only=True):
    """An assumption behind a cost: its three values as they read, and where it comes from."""

    kind: str
    name: str
    about: str
    low: str
    mid: str
    high: str
    unit: str
    source: str
    as_of: date | None
    approved_by: str
    version: int
    sample: bool
    href: str


class FormulaRow(View, frozen=True, kw_only=True):
    """One end of the range written out: ``end`` is low, mid or high; ``terms`` are multiplied, ``result`` is the money."""

    end: str
    terms: tuple[str, ...]
    result: str


class CostLine(View, frozen=True, kw_only=True):
    """One outcome of a weak spot. ``sentence``: what was measured; ``worth``: what one unit is worth; ``range``: the money.

    ``compared``: with whom, how alike, how robust; empty for what is counted. ``range`` None: an assumption is missing, the
    outcome has no price, or nobody can be compared.
    """

    title: str
    sentence: str
    claim: str
    worth: str = ""
    range: str | None = None
    rows: tuple[FormulaRow, ...] = ()
    compared: tuple[str, ...] = ()
    missing: tuple[MissingLink, ...] = ()
    used: tuple[UsedRow, ...] = ()


class CostView(View, frozen=True, kw_only=True):
    """What a weak spot costs. ``range`` None: it cannot be said, ``missing`` names what is missing (or nothing has a price)."""

    claim: str
    lines: tuple[CostLine, ...]
    range: str | None = None
    unclear: bool = False
    missing: tuple[MissingLink, ...] = ()
    adjusted_for: tuple[str, ...] = ()
    sample: bool = False
