"""What the page of computed traits shows."""

from collections.abc import Mapping

import msgspec

from tanteemma.identity.profile.formulas import Formula
from tanteemma.serve.formulas import DefinedFormula
from tanteemma.serve.pages.views import View


class Formulas(msgspec.Struct, frozen=True):
    """What the worker says: every computed trait, and the names a formula may speak of."""

    formulas: tuple[DefinedFormula, ...]
    touchpoints: tuple[str, ...]
    channels: tuple[str, ...]


class FormulaRow(View, frozen=True, kw_only=True):
    """One computed trait, as it is written too."""

    name: str
    formula: Formula
    written: str


class FormulasView(View, frozen=True, kw_only=True):
    """Every computed trait, and the form for another; ``said``: what was typed, ``problem``: what is wrong with it."""

    tab: str = "computed"
    rows: tuple[FormulaRow, ...] = ()
    touchpoints: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    said: Mapping[str, str] = msgspec.field(default_factory=dict)
    problem: str = ""
