"""What every page shows, as typed values. A route fills one of these; a template reads nothing else.

Times are aware UTC, durations seconds, rates 0..1. Formatting happens in the templates, by the language of the reader.
None of these modules may import pyarrow, DuckDB or Numba: pages are rendered in the small edge process.
"""

from datetime import date, datetime

import msgspec

from tanteemma.serve.pages.filters import JourneyFilter


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The common root of everything a template takes."""


# ------------------------------------------------------------------------------------------------ around every page


class Freshness(View, frozen=True, kw_only=True):
    """How much is there and how new is it? Shown in the header and polled by it."""

    events: int
    newest_event_at: datetime | None = None
    newest_received_at: datetime | None = None
    worker_away: bool = False
    sample: bool = False
    sample_loading: bool = False


class Notice(View, frozen=True, kw_only=True):
    """One sentence about what just happened. ``key`` is a text key, ``params`` its places; ``kind`` is good, warn or bad."""

    key: str
    kind: str = "good"
    params: dict[str, str | int] = {}


class StopRow(View, frozen=True, kw_only=True):
    """One stop of the guide: its name (texts ``guide.<name>…``), how far it is, where its work is done."""

    number: int
    name: str
    state: str
    have: int
    need: int
    address: str
    sign: str


class GuideView(View, frozen=True, kw_only=True):
    """The whole way. ``here``: the first stop that is not done, None at the end."""

    stops: tuple[StopRow, ...]
    here: StopRow | None
    done: int


class Shell(View, frozen=True, kw_only=True):
    """What surrounds a page: who reads it, where, and what must be said on every page.

    ``path``: path of this page, ``query``: its query string without ``?`` (both as they came; the templates escape them).
    ``section``: ``start``, ``journeys``, ``data`` or empty. ``sample``: the sample company is among the data.
    ``guide``: the way beside the page, ``guide_open``: as this person left it.
    """

    path: str
    csrf_token: str
    query: str = ""
    section: str = ""
    signed_in: bool = True
    sample: bool = False
    request_id: str = ""
    freshness: Freshness | None = None
    notice: Notice | None = None
    guide: GuideView | None = None
    guide_open: bool = False
    time_zone: str = "Europe/Berlin"


# ------------------------------------------------------------------------------------------------ journeys and start


class GraphNode(View, frozen=True, kw_only=True):
    """One touchpoint of the journey graph; field names are those of ``emma journeys graph --json``."""

    name: str
    events: int
    journeys: int
    starts: int
    ends: int


class GraphEdge(msgspec.Struct, frozen=True, kw_only=True, rename={"source": "from", "target": "to"}):
    """One connection: how often ``target`` came directly after ``source``, and how long that took (seconds)."""

    source: str
    target: str
    count: int
    journeys: int
    mean_s: float
    median_s: float
    p90_s: float


class Graph(View, frozen=True, kw_only=True):
    """Which ways do customers take? The answer of the graph question, also the JSON of ``/api/journeys/graph``."""

    events: int
    journeys: int
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


class VariantRow(View, frozen=True, kw_only=True):
    """One whole way from first to last step and how many journeys took it."""

    steps: tuple[str, ...]
    count: int
    share: float
    median_s: float | None = None


class Variants(View, frozen=True, kw_only=True):
    """The most frequent ways, and how many different ones there are."""

    total: int
    rows: tuple[VariantRow, ...]


class DurationBar(View, frozen=True, kw_only=True):
    """Journeys that took from ``low_s`` up to (not including) ``high_s`` seconds; ``high_s`` None = and longer."""

    low_s: float
    high_s: float | None
    journeys: int


class Durations(View, frozen=True, kw_only=True):
    """How long do journeys take from first to last event?"""

    journeys: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    max_s: float | None
    bars: tuple[DurationBar, ...] = ()


class DefinitionChoice(View, frozen=True, kw_only=True):
    """One journey definition to choose: ``by`` is person, case or visit; ``key`` the case key, ``gap_s`` the visit's gap.

    ``starts_at`` and ``ends_at``: the touchpoints it is cut at.
    """

    name: str
    by: str
    key: str | None = None
    gap_s: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None


class JourneyFrame(View, frozen=True, kw_only=True):
    """What stands around every page of the section Journeys: which journeys are looked at, out of how many.

    ``tab``: name of the page in ``TABS``. ``has_events``: is there anything at all? ``selected`` of ``all_journeys`` pass the
    filter (None: not counted). ``touchpoints``, ``channels``, ``facts``, ``segments``: every name there is, to choose from.
    ``own``: the page's own options as a query, kept when the filter changes. ``problem``: a sentence when the question failed.
    """

    tab: str = "graph"
    definitions: tuple[DefinitionChoice, ...] = ()
    filter: JourneyFilter = JourneyFilter()
    has_events: bool = False
    all_journeys: int = 0
    selected: int | None = None
    touchpoints: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    own: str = ""
    problem: str | None = None


class JourneysView(JourneyFrame, frozen=True, kw_only=True):
    """The first page of Journeys: the graph, the most frequent ways and how long they take."""

    graph: Graph | None = None
    variants: Variants | None = None
    durations: Durations | None = None


class ListedRow(View, frozen=True, kw_only=True):
    """One journey of a list; ``id`` leads to its page."""

    id: str
    case: str | None
    subject: str | None
    started_at: datetime
    ended_at: datetime
    seconds: float
    events: int
    steps: tuple[str, ...]


class ListView(JourneyFrame, frozen=True, kw_only=True):
    """The journeys behind a figure, one page of them; ``skip``: how many come before."""

    rows: tuple[ListedRow, ...] = ()
    order: str = "newest"
    skip: int = 0
    page: int = 50


class ToldRow(View, frozen=True, kw_only=True):
    """One event of a journey; ``since_s``: seconds since the event before; ``said``: its properties by name."""

    name: str
    channel: str | None
    at: datetime
    since_s: float | None
    source: str
    value: str | None
    currency: str | None
    said: tuple[tuple[str, str], ...] = ()


class ToldView(JourneyFrame, frozen=True, kw_only=True):
    """One journey as it happened; ``left_out``: how many more events there are."""

    journey: ListedRow | None = None
    rows: tuple[ToldRow, ...] = ()
    left_out: int = 0


class DayCount(View, frozen=True, kw_only=True):
    """Events of one day."""

    day: date
    events: int


class SourceShare(View, frozen=True, kw_only=True):
    """One source and what came from it. ``stale``: nothing new for longer than usual."""

    name: str
    kind: str
    events: int
    newest_event_at: datetime | None = None
    newest_received_at: datetime | None = None
    stale: bool = False


class Imported(View, frozen=True, kw_only=True):
    """What is here? ``persons`` None: nobody is named in the data."""

    events: int
    journeys: int
    persons: int | None
    first_at: datetime
    last_at: datetime
    sources: tuple[SourceShare, ...]


class ScoreRow(View, frozen=True, kw_only=True):
    """Scores given at one touchpoint. ``best``/``worst`` are the ends of its scale (school marks: best 1, worst 6).

    ``low`` and ``high``: 95-% interval of the mean, None below two answers.
    """

    touchpoint: str
    metric: str
    n: int
    mean: float
    best: float
    worst: float
    low: float | None = None
    high: float | None = None
    comments: int = 0


class CommentRow(View, frozen=True, kw_only=True):
    """One comment with its score, newest first."""

    touchpoint: str
    at: datetime
    text: str
    score: float | None = None


# ------------------------------------------------------------------------------------------------ after the fact


class ConfirmView(View, frozen=True, kw_only=True):
    """Are you sure? ``kind``: ``remove_sample`` or ``undo_import`` or ``revoke_key``; POSTs to ``action``, back to ``back``."""

    kind: str
    action: str
    back: str
    subject: str = ""
    count: int = 0


class SetupView(View, frozen=True, kw_only=True):
    """Who may come in? ``state``: ``ready`` (the link is good), ``used``, ``wrong`` or ``closed`` (sign-in needed, no link)."""

    state: str
    token: str = ""


class ErrorView(View, frozen=True, kw_only=True):
    """What went wrong, in words, with the number to give to whoever looks after it."""

    status: int
    sentence: str = ""
    request_id: str = ""
