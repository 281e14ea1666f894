"""What the pages say about the rules of a map, and about one measured part of it."""

from tanteemma.journeys.answers_cells import Cell
from tanteemma.journeys.answers_rules import RuleAnswer, RulesAnswer, Suggested
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_map import Apart


class RuleTriedView(View, frozen=True, kw_only=True):
    """What one rule would catch, and which rules would fit the name."""

    rule: RuleAnswer | None = None
    suggested: tuple[Suggested, ...] = ()
    problem: str = ""


class OpenTouchpoint(View, frozen=True, kw_only=True):
    """A touchpoint that is bound to nothing, with rules that fit its name."""

    id: str
    name: str
    rules: tuple[Suggested, ...] = ()


class RulesView(View, frozen=True, kw_only=True):
    """All rules of a map: touchpoints without one, odd rules (name, id, warning, names), overlaps, events nobody catches."""

    key: str
    document: str
    version: int
    open: tuple[OpenTouchpoint, ...] = ()
    rules: RulesAnswer | None = None
    odd: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    overlaps: tuple[tuple[str, str, int, float], ...] = ()
    problem: str = ""


class PartMeasuredView(View, frozen=True, kw_only=True):
    """Everything that is measured at one touchpoint or phase."""

    cell: Cell | None = None
    apart: Apart | None = None
    definitions: dict[str, str]
    problem: str = ""
