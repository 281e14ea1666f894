"""What the pages about journey definitions show: all of them side by side, and the form for one."""

from datetime import datetime

from tanteemma.serve.pages.views import DefinitionChoice, Durations, View


class DefinitionRow(View, frozen=True, kw_only=True):
    """One definition and what its journeys are like. ``stored`` False: it is always there, nobody stated it.

    ``durations`` None: they could not be counted.
    """

    said: DefinitionChoice
    version: int
    default: bool = False
    stored: bool = True
    changed_at: datetime | None = None
    durations: Durations | None = None


class DefinitionVersionRow(View, frozen=True, kw_only=True):
    """What a definition said from ``changed_at`` on; ``said`` None: since then there was none of this name."""

    name: str
    version: int
    changed_at: datetime
    said: DefinitionChoice | None = None


class DefinitionsView(View, frozen=True, kw_only=True):
    """Every definition, the default first; ``gone``: the last word of those that were removed."""

    rows: tuple[DefinitionRow, ...] = ()
    gone: tuple[DefinitionVersionRow, ...] = ()
    has_events: bool = False


class CaseKeyChoice(View, frozen=True, kw_only=True):
    """A case key to choose, how many events state it and how many cases they name."""

    key: str
    events: int
    cases: int


class DefinitionForm(View, frozen=True, kw_only=True):
    """What stands in the fields. ``old``: the definition is there already, its name stays."""

    name: str = ""
    by: str = "person"
    key: str = ""
    gap: str = "30"
    unit: str = "m"
    starts_at: str = ""
    ends_at: str = ""
    old: bool = False


class DefinitionEditView(View, frozen=True, kw_only=True):
    """The form for one definition. ``before``: what its journeys are like now; ``preview``: what they would be like.

    ``versions``: what it said before, the newest first. ``problem``: a sentence when something does not fit.
    """

    form: DefinitionForm = DefinitionForm()
    keys: tuple[CaseKeyChoice, ...] = ()
    touchpoints: tuple[str, ...] = ()
    versions: tuple[DefinitionVersionRow, ...] = ()
    before: Durations | None = None
    preview: Durations | None = None
    problem: str | None = None
