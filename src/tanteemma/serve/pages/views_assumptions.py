"""What the pages of the assumptions show: the figures in force, one to be entered, its versions, what the data say."""

from datetime import date, datetime

from tanteemma.serve.pages.views import View


class FigureRow(View, frozen=True, kw_only=True):
    """One figure in force, as it reads. ``href``: where it is changed; ``history``: its versions."""

    kind: str
    about: str
    low: str
    mid: str
    high: str
    unit: str
    source: str
    as_of: date | None
    approved_by: str
    version: int
    changed: datetime
    changed_by: str
    computed: bool
    sample: bool
    href: str
    history: str


class OpenKind(View, frozen=True, kw_only=True):
    """A kind of figure nobody has stated yet, and where to."""

    kind: str
    href: str


class FigureGroup(View, frozen=True, kw_only=True):
    """Figures that belong together: ``name`` is contacts, revenue or effort."""

    name: str
    rows: tuple[FigureRow, ...]
    open: tuple[OpenKind, ...]


class AssumptionsView(View, frozen=True, kw_only=True):
    """The page Assumptions."""

    groups: tuple[FigureGroup, ...]

    @property
    def empty(self) -> bool:
        """Is there no figure at all?"""
        return not any(group.rows for group in self.groups)


class SuggestionRow(View, frozen=True, kw_only=True):
    """A figure that the data say: as it reads, with its interval, how many were looked at and where it can be taken."""

    kind: str
    about: str
    value: str
    low: str
    high: str
    unit: str
    n: int
    what: str
    href: str


class SuggestionsView(View, frozen=True, kw_only=True):
    """What the data say of figures. ``problem``: a sentence when they could not be asked."""

    rows: tuple[SuggestionRow, ...] = ()
    problem: str | None = None


class FormProblem(View, frozen=True, kw_only=True):
    """One thing that is wrong, and in which field."""

    field: str
    sentence: str


class AssumptionForm(View, frozen=True, kw_only=True):
    """One figure to be entered. ``about_kind``: nothing, channel, touchpoint, role, journey, effort; ``values`` as typed.

    ``names``: what it can be about, to choose from. ``computed``: the hidden fields of a figure taken from the data.
    """

    kind: str
    about_kind: str
    needs_about: bool
    unit: str
    one_value: bool
    money: bool
    values: dict[str, str]
    computed: dict[str, str]
    names: tuple[str, ...] = ()
    problems: tuple[FormProblem, ...] = ()
    is_new: bool = True
    back: str = ""


class HistoryRow(View, frozen=True, kw_only=True):
    """One version of a figure."""

    version: int
    low: str
    mid: str
    high: str
    unit: str
    source: str
    as_of: date | None
    approved_by: str
    changed: datetime
    changed_by: str
    removed: bool
    restores: int | None
    sample: bool
    in_force: bool


class HistoryView(View, frozen=True, kw_only=True):
    """Every version of one figure, the newest first."""

    kind: str
    about: str
    rows: tuple[HistoryRow, ...]
    href: str
