"""What the pages of the pulls show: the list, the form of one, the columns of its first rows."""

from datetime import datetime

from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_sources import Equation, ImportPreviewView


class PullRow(View, frozen=True, kw_only=True):
    """One pull. ``state``: draft, paused, running, failing, waiting or good; ``reason``: why it fails, in plain words."""

    number: int
    name: str
    kind: str
    place: str
    every: str
    state: str
    declared: bool
    reason: str | None = None
    failing_since: datetime | None = None
    next_run: datetime | None = None
    last_run: datetime | None = None
    rows: int | None = None
    file: int | None = None
    total: Equation | None = None


class PullsView(View, frozen=True, kw_only=True):
    """Every pull."""

    pulls: tuple[PullRow, ...] = ()


class PullField(View, frozen=True, kw_only=True):
    """One field of the form. ``choices``: none for free text."""

    name: str
    value: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    secret: bool = False


class PullFormView(View, frozen=True, kw_only=True):
    """The form of one pull. ``kind`` empty: first the kind is chosen. ``rarely``: fields that few need."""

    kind: str = ""
    action: str = ""
    fields: tuple[PullField, ...] = ()
    rarely: tuple[PullField, ...] = ()
    problem: str | None = None
    is_new: bool = True
    name: str = ""


class PullColumnsView(View, frozen=True, kw_only=True):
    """The first rows of a pull and what its columns mean; ``preview`` is None where there are no rows."""

    number: int
    name: str
    preview: ImportPreviewView | None = None
    problem: str | None = None
