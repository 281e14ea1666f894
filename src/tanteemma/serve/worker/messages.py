"""What the pages, the doors and the command line can ask the worker, and what comes back: one typed message each."""

import msgspec

from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.messages_people import AskPeople
from tanteemma.serve.worker.messages_segments import SegmentMessage
from tanteemma.serve.worker.pull_messages import RunPull, TryPull


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A message of the worker socket; its class name is its tag on the wire."""


# --- questions about journeys. ``journey``: name of the definition, else the one in ``filter``, else the default one.


class AskGraph(_Message, frozen=True):
    """Which ways do customers take? Answer: the document of ``emma journeys graph --json``."""

    journey: str | None = None
    exact: bool = False
    filter: JourneyFilter = JourneyFilter()


class AskVariants(_Message, frozen=True):
    """Which whole ways are the most frequent? Answer: the document of ``emma journeys variants --json``."""

    journey: str | None = None
    top: int = 20
    exact: bool = False
    filter: JourneyFilter = JourneyFilter()


class AskDurations(_Message, frozen=True):
    """How long do journeys take? Answer: the document of ``emma journeys durations --json``."""

    journey: str | None = None
    exact: bool = False
    filter: JourneyFilter = JourneyFilter()


class Analyse(_Message, frozen=True):
    """Any other question about journeys: ``name`` of the analysis, ``options`` as JSON (see ``serve.worker.questions``)."""

    name: str
    options: bytes = b"{}"
    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class DefineJourney(_Message, frozen=True):
    """Save a journey definition. ``by``: person, case or visit; ``key``: name of the case key; ``gap_s``: gap of a visit.

    ``starts_at`` and ``ends_at``: touchpoints its journeys begin and end at.
    """

    name: str
    by: str = "person"
    key: str | None = None
    gap_s: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None


class ListJourneys(_Message, frozen=True):
    """Which journey definitions are there?

    Answer: ``{"journeys": [...]}``, each with the fields of ``DefineJourney``, ``version`` and ``default``; with ``history``
    also ``history``: every version there was (see ``DefinitionVersion``), the newest first.
    """

    history: bool = False


class RemoveJourney(_Message, frozen=True):
    """Remove a journey definition; its history stays. Answer: that of ``ListJourneys``."""

    name: str


class DefaultJourney(_Message, frozen=True):
    """From now on this definition counts where none is named. Answer: that of ``ListJourneys``."""

    name: str


class AskBands(_Message, frozen=True):
    """How are the durations spread? Answer: ``{"journeys", "bands": [{low_s, high_s, journeys}]}``."""

    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class AskReach(_Message, frozen=True):
    """How many people are behind the journeys and each touchpoint? Answer: ``{"persons", "touchpoints": [...]}``."""

    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class Overview(_Message, frozen=True):
    """What was imported and received? Answer: ``Overviewed`` as JSON."""

    journey: str | None = None


class AskFreshness(_Message, frozen=True):
    """How much is there and how new? Answer: ``Fresh`` as JSON."""


class Status(_Message, frozen=True):
    """How is the worker? Answer: ``{"pid", "version", "lag_s", "journal_last", "projected", "jobs", "rss_bytes"}``."""


class Verify(_Message, frozen=True):
    """Is every file as it was written? Answer: ``{"checked", "damaged": [...]}``."""


class Rebuild(_Message, frozen=True):
    """Make everything derived again from the lake and compare. Answer: ``{"equal", ...}``."""


class Compact(_Message, frozen=True):
    """Bring fresh events into their buckets now."""


class PreviewFile(_Message, frozen=True):
    """What is in this file? ``path`` lies on this machine; ``name`` is what its owner calls it. Answer: the preview as JSON."""

    path: str
    name: str
    format: str | None = None
    mapping: bytes | None = None
    columns: dict[str, str] = {}


class CountRows(_Message, frozen=True):
    """How many rows would come in, how many would go to quarantine? Answer: ``{"rows", "quarantined", "problems"}``."""

    path: str
    name: str
    format: str | None = None
    mapping: bytes | None = None
    columns: dict[str, str] = {}


class KeepFile(_Message, frozen=True):
    """Enter a file that lies in the data folder already (an upload), to be looked at before it is read in.

    ``ticket`` as for StartImport. Answer: its ``ImportState`` as JSON, state ``uploaded``.
    """

    path: str
    name: str
    source: str
    format: str | None = None
    ticket: str = ""


class PreviewImport(_Message, frozen=True):
    """What is in entered file ``number``, read with this mapping (else as saved or guessed)? Answer: the preview as JSON.

    ``answers``: code of a question -> the choice somebody made, laid over the mapping.
    """

    number: int
    mapping: bytes | None = None
    answers: dict[str, str] = {}


class BeginImport(_Message, frozen=True):
    """Read entered file ``number`` in with this mapping and these answers. Answer: its ``ImportState``, state ``waiting``."""

    number: int
    mapping: bytes | None = None
    answers: dict[str, str] = {}


class StartImport(_Message, frozen=True):
    """Enter a file and read it in at once. ``mapping``: JSON of a ``formats.shape.Mapping``, else saved or guessed.

    ``columns``: role -> column name, over the guess. ``move``: the file lies in the data folder already, else it is copied.
    ``follow``: Progress frames until it is done; else the answer comes after ``wait_s`` seconds at the latest. ``ticket``: a
    text of the sender's own; the same message with the same ticket again goes on with the file that was entered by the first
    one. Answer: the import's ``ImportState`` as JSON.
    """

    path: str
    name: str
    source: str
    format: str | None = None
    mapping: bytes | None = None
    columns: dict[str, str] = {}
    move: bool = False
    follow: bool = True
    wait_s: float = 0.0
    ticket: str = ""


class ListImports(_Message, frozen=True):
    """Which files came in? Answer: ``{"imports": [ImportState]}``, newest first."""

    limit: int = 100


class UndoImport(_Message, frozen=True):
    """Take everything back that import ``number`` brought. Answer: ``{"removed": events}``."""

    number: int


# --- quarantine
class ListQuarantine(_Message, frozen=True):
    """What could not be read, and why? Answer: ``{"total", "reasons": [{code, count}], "rows": [...]}``."""

    source: str | None = None
    origin: str | None = None
    code: str | None = None
    after: int = 0
    skip: int = 0
    limit: int = 100


class ExportQuarantine(_Message, frozen=True):
    """Write the quarantined rows to ``path`` (CSV with reason, place and bytes). Answer: ``{"rows"}``."""

    path: str
    origin: str | None = None
    code: str | None = None


class ExportEvents(_Message, frozen=True):
    """Write every event to ``path`` (CSV, guarded against formulas). Answer: ``{"rows"}``."""

    path: str


class ExportJourneys(_Message, frozen=True):
    """Write the events of the chosen journeys to ``path`` in a ``format`` (csv, parquet, xes, xes.gz, ocel), with Progress.

    ``style``: plain or german, of a table in text. Answer: ``{"journeys", "events", "bytes"}``.
    """

    path: str
    format: str
    style: str = "plain"
    journey: str | None = None
    filter: JourneyFilter = JourneyFilter()


class AskSql(_Message, frozen=True):
    """One SELECT over the views for reports, with values for its ``$names``.

    Answer: ``{"columns": [{"name", "type"}], "rows": [[...]], "more"}``, ``most`` rows of it.
    """

    question: str
    values: dict[str, str | int | float | bool | None] = {}
    most: int = 1_000


class ExportSql(_Message, frozen=True):
    """Write the whole answer to ``path`` (json, csv, parquet, arrow; ``style`` as of ExportJourneys). Answer: ``{"rows"}``."""

    path: str
    question: str
    values: dict[str, str | int | float | bool | None] = {}
    format: str = "csv"
    style: str = "plain"


class ReplayQuarantine(_Message, frozen=True):
    """Try quarantined rows again; ``origin``: ``file:<n>`` (with another mapping, if given) or ``live``.

    Answer: ``{"tried", "accepted", "duplicate", "quarantined"}``. ``only_enter``: a file is entered again, to be looked at
    first; the answer is its ``ImportState``.
    """

    origin: str | None = None
    code: str | None = None
    mapping: bytes | None = None
    only_enter: bool = False


class DropQuarantine(_Message, frozen=True):
    """Throw quarantined rows away for good. Answer: ``{"dropped"}``."""

    origin: str | None = None
    code: str | None = None


# --- the sample company and erasure


class LoadSample(_Message, frozen=True):
    """Load the sample company; nothing happens when it is there. Answer: ``{"events"}``, at once without ``follow``."""

    follow: bool = True


class RemoveSample(_Message, frozen=True):
    """Remove everything of the sample company. Answer: ``{"removed"}``."""


class EraseSubjects(_Message, frozen=True):
    """Erase everything about these subjects (``user:4711``), everywhere. Answer: the erasure report as JSON."""

    subjects: tuple[str, ...]


class Watch(_Message, frozen=True):
    """Tell whenever the stored events changed: ``Changed`` frames until the connection or the question ends."""


Message = (
    AskGraph
    | AskVariants
    | AskDurations
    | AskBands
    | AskReach
    | AskPeople
    | DefineJourney
    | RemoveJourney
    | DefaultJourney
    | ListJourneys
    | Overview
    | AskFreshness
    | Analyse
    | Status
    | Verify
    | Rebuild
    | Compact
    | PreviewFile
    | CountRows
    | KeepFile
    | PreviewImport
    | BeginImport
    | StartImport
    | ListImports
    | UndoImport
    | ListQuarantine
    | ExportQuarantine
    | ExportEvents
    | ExportJourneys
    | SegmentMessage
    | AskSql
    | ExportSql
    | ReplayQuarantine
    | DropQuarantine
    | LoadSample
    | RemoveSample
    | EraseSubjects
    | TryPull
    | RunPull
    | Watch
)


# --- what comes back


class Answered(_Message, frozen=True):
    """The answer: one JSON document as UTF-8, and the version of the stored events it was computed from."""

    body: bytes
    version: str = ""
    cached: bool = False


class Refused(_Message, frozen=True):
    """A problem by its code, to be raised again on the other side."""

    code: str
    status: int
    params: dict[str, str] = {}


class Superseded(_Message, frozen=True):
    """Nobody waits for this any more: a newer question took its slot."""


class Progress(_Message, frozen=True):
    """How far a long task is."""

    done_bytes: int = 0
    total_bytes: int = 0
    rows: int = 0
    stage: str = ""


class Changed(_Message, frozen=True):
    """The stored events changed; every answer computed before is old."""

    version: str


Content = Answered | Refused | Superseded | Progress | Changed
