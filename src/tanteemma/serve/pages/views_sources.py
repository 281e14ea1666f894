"""What the pages of the section Data show: sources, imports, preview, progress, quarantine, keys, jobs."""

from datetime import datetime
from typing import Final

from tanteemma.ingest.formats.role import Role
from tanteemma.serve.pages.views import View

#: The roles a column can have, in the order of the select box.
ROLES: Final = tuple(role.value for role in Role)


class Equation(View, frozen=True, kw_only=True):
    """Where did every row go? received = accepted + duplicate + quarantined + rejected."""

    received: int
    accepted: int
    duplicate: int
    quarantined: int
    rejected: int

    @property
    def adds_up(self) -> bool:
        """True when nothing is missing and nothing counted twice."""
        return self.received == self.accepted + self.duplicate + self.quarantined + self.rejected


class ImportRow(View, frozen=True, kw_only=True):
    """One import. ``state``: preview, waiting, running, done, failed or undone."""

    number: int
    file_name: str
    format: str
    state: str
    started_at: datetime
    result: Equation | None = None
    undoable: bool = False


class SourceRow(View, frozen=True, kw_only=True):
    """A source in the list. ``state``: fresh, stale, or waiting for its first event; ``known``: it has a page of its own.

    ``heard_at``: its last request, or when its newest event was received; ``changes``: of what it sends, not yet noted.
    """

    name: str
    kind: str
    events: int
    newest_event_at: datetime | None
    heard_at: datetime | None
    state: str
    department: str
    changes: int
    known: bool


class JobRow(View, frozen=True, kw_only=True):
    """Work that runs by itself. ``state``: waiting, running, done, retry or dead."""

    kind: str
    state: str
    attempts: int
    since: datetime
    problem: str | None = None


class SourcesView(View, frozen=True, kw_only=True):
    """The page Data. ``formats``: file endings that can be read; ``largest_bytes``: limit of an upload."""

    address: str
    formats: tuple[str, ...]
    largest_bytes: int
    sources: tuple[SourceRow, ...] = ()
    imports: tuple[ImportRow, ...] = ()
    quarantined: int = 0
    jobs: tuple[JobRow, ...] = ()
    problem: str | None = None


class ColumnGuess(View, frozen=True, kw_only=True):
    """One column of the file: its name, the guessed role (None = kept as property)."""

    name: str
    role: str | None = None


class Choice(View, frozen=True, kw_only=True):
    """One answer to choose: the value sent back, and what the reader sees."""

    value: str
    label: str


class Ask(View, frozen=True, kw_only=True):
    """A question only a person can settle, as radio buttons ``answer.<place>``. ``sentence`` says what is asked and why."""

    code: str
    sentence: str
    choices: tuple[Choice, ...]
    column: str | None = None
    example: str | None = None
    answer: str | None = None


class Remark(View, frozen=True, kw_only=True):
    """Something noticed that does not stop the import."""

    sentence: str
    column: str | None = None
    row: int | None = None
    value: str | None = None


class DialectForm(View, frozen=True, kw_only=True):
    """How the file is written, as form values; None = not settled. ``sheets``: names to choose from (Excel)."""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str | None = "."
    date_order: str | None = None
    time_zone: str = "Europe/Berlin"
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


class ScaleForm(View, frozen=True, kw_only=True):
    """The scale of the score column. ``best``: ``low`` (German school marks), ``high``, or None = not answered yet."""

    low: float | None = None
    high: float | None = None
    best: str | None = None
    metric: str = ""


class ImportPreviewView(View, frozen=True, kw_only=True):
    """What will be read, before anything is stored.

    The form posts ``role.<place>`` per column, ``constant.touchpoint``, ``encoding``, ``delimiter``, ``decimal``,
    ``date_order``, ``time_zone``, ``sheet``, ``scale.low``, ``scale.high``, ``scale.best``, ``scale.metric``,
    ``answer.<place>`` and ``action`` = ``preview`` or ``start``. ``tabular`` False (XES, OCEL): nothing to map.
    """

    number: int
    file_name: str
    format: str
    columns: tuple[ColumnGuess, ...]
    rows: tuple[tuple[str | None, ...], ...]
    dialect: DialectForm = DialectForm()
    scale: ScaleForm = ScaleForm()
    constant_touchpoint: str = ""
    questions: tuple[Ask, ...] = ()
    remarks: tuple[Remark, ...] = ()
    problems: tuple[str, ...] = ()
    bad_rows: int = 0
    total_rows: int | None = None
    known: bool = False
    tabular: bool = True
    replay_of: int | None = None


class ProblemCount(View, frozen=True, kw_only=True):
    """One kind of problem in an import, how often, and where it first stood."""

    code: str
    sentence: str
    count: int
    row: int | None = None
    field: str | None = None
    value: str | None = None


class ImportProgressView(View, frozen=True, kw_only=True):
    """How far is it? Also the result page. ``share`` 0..1 of the bytes; ``rate`` rows per second; ``remaining_s`` estimate."""

    number: int
    file_name: str
    state: str
    rows: int = 0
    share: float | None = None
    rate: float | None = None
    remaining_s: float | None = None
    seconds: float | None = None
    result: Equation | None = None
    problems: tuple[ProblemCount, ...] = ()
    failure: str | None = None
    undoable: bool = False
    worker_away: bool = False


class QuarantineRow(View, frozen=True, kw_only=True):
    """One thing that could not be accepted: where it stood, why, what stood there (signed-in people see the value)."""

    number: int
    source: str
    code: str
    sentence: str
    seen_at: datetime
    row: int | None = None
    field: str | None = None
    value: str | None = None
    raw: str = ""


class QuarantineGroup(View, frozen=True, kw_only=True):
    """How often one reason occurs."""

    code: str
    count: int
    sentence: str


class QuarantineImport(View, frozen=True, kw_only=True):
    """An import that has rows in quarantine and can be read again with a changed mapping."""

    number: int
    file_name: str
    count: int


class QuarantineView(View, frozen=True, kw_only=True):
    """What could not be read. ``code`` and ``source`` narrow the list; ``page`` counts from 1."""

    total: int
    rows: tuple[QuarantineRow, ...] = ()
    groups: tuple[QuarantineGroup, ...] = ()
    imports: tuple[QuarantineImport, ...] = ()
    code: str | None = None
    source: str | None = None
    page: int = 1
    pages: int = 1
