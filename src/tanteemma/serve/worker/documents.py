"""The JSON documents among the worker's answers that are not an analysis: imports, overview, freshness."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.views import CommentRow, DayCount, DefinitionChoice, Imported, ScoreRow


class ProblemCount(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what went wrong in a file, as the command line's JSON shows it."""

    code: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    count: int = 1


class ImportState(msgspec.Struct, frozen=True, kw_only=True):
    """One import: what it is and how far. ``state``: uploaded, waiting, importing, done, failed or undone.

    ``rows``: rows in the file that are (or would be) events, None while nobody counted them.
    ``received = accepted + duplicate + quarantined + rejected`` of what was read until now.
    """

    number: int
    name: str
    format: str
    source: str
    state: str
    rows: int | None = None
    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0
    seconds: float = 0.0
    done_bytes: int = 0
    total_bytes: int = 0
    created_at: str = ""
    sample: bool = False
    problems: tuple[ProblemCount, ...] = ()


class Overviewed(msgspec.Struct, frozen=True, kw_only=True):
    """What is here, for the pages: everything that stands on the start page beside the graph, and what the filter bar needs."""

    imported: Imported | None = None
    days: tuple[DayCount, ...] = ()
    scores: tuple[ScoreRow, ...] = ()
    comments: tuple[CommentRow, ...] = ()
    quarantined: int = 0
    sample: bool = False
    newest_received_at: datetime | None = None
    touchpoints: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    definitions: tuple[DefinitionChoice, ...] = ()


class Fresh(msgspec.Struct, frozen=True):
    """All events counted, when the newest was received, and whether the sample company is among them or on its way."""

    events: int
    newest_received_at: datetime | None = None
    sample: bool = False
    sample_loading: bool = False
