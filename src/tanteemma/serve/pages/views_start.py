"""What the page Start shows."""

from datetime import datetime

from tanteemma.serve.pages.views import CommentRow, DayCount, DefinitionChoice, Graph, Imported, ScoreRow, Variants, View
from tanteemma.serve.pages.views_breaks import BreakRow
from tanteemma.serve.pages.views_costs import MissingLink
from tanteemma.serve.pages.views_scores import Metric


class PhaseCell(View, frozen=True, kw_only=True):
    """One phase of the map. Feelings reach from -2 to +2, None where nobody said or nothing is measured.

    ``low``, ``high``: the band around ``measured``. ``health``: good, fair, bad or unknown. ``n``: what the measurement rests
    on; ``delta``: change of the measured feeling against the time before, None if unknown.
    """

    name: str
    href: str = ""
    believed: float | None = None
    measured: float | None = None
    low: float | None = None
    high: float | None = None
    health: str = "unknown"
    n: int = 0
    delta: float | None = None


class PhaseStrip(View, frozen=True, kw_only=True):
    """The phases of a map in their order; ``sentence``: where belief and measurement disagree most, or empty."""

    map: str
    href: str
    phases: tuple[PhaseCell, ...]
    sentence: str = ""


class QuoteRow(View, frozen=True, kw_only=True):
    """What somebody who was hit said."""

    touchpoint: str
    at: datetime
    text: str
    score: float | None = None


class WeekView(View, frozen=True, kw_only=True):
    """A weak spot in the last seven days that can be judged, and in the seven before."""

    until: datetime
    hits: int
    came: int
    hits_before: int
    came_before: int
    verdict: str

    @property
    def share(self) -> float:
        """Share of those who came in the last week."""
        return self.hits / self.came if self.came else 0.0

    @property
    def share_before(self) -> float:
        """Share of those who came in the week before."""
        return self.hits_before / self.came_before if self.came_before else 0.0


class HomeCard(View, frozen=True, kw_only=True):
    """One weak spot on the page Start. ``weekly``: what it costs in a week as a range, empty where that cannot be said.

    ``weeks``: over how many weeks the cost was divided; ``ended``: it hits nobody any more; ``action``: kind whose next step is
    told; ``owner``: who looks after it.
    """

    row: BreakRow
    weekly: str = ""
    weeks: float = 0.0
    ended: bool = False
    action: str = ""
    owner: str = ""
    could_undo: bool = False
    week: WeekView | None = None
    quotes: tuple[QuoteRow, ...] = ()
    comments: int = 0


class HomeFound(View, frozen=True, kw_only=True):
    """The sentence of the week and its cards.

    ``priced`` weak spots together cost ``total`` a week, the largest is ``largest``; ``unpriced`` have no price because of
    ``missing``. ``others``: how many more there are. ``sentence``: why there is no answer. ``owners``: names said before.
    """

    cards: tuple[HomeCard, ...] = ()
    priced: int = 0
    total: str = ""
    largest: HomeCard | None = None
    unpriced: int = 0
    missing: tuple[MissingLink, ...] = ()
    others: int = 0
    journeys: int = 0
    journey: str = ""
    query: str = ""
    sentence: str = ""
    owners: tuple[str, ...] = ()
    sample: bool = False


class WorkedRow(View, frozen=True, kw_only=True):
    """Something that was changed about a weak spot, and what it brought. ``verdict``: few, better, worse or unclear."""

    number: int
    kind: str
    at: str
    what: str
    since: datetime
    verdict: str = "few"
    href: str = ""
    before_from: datetime | None = None
    after_until: datetime | None = None
    hits_before: int = 0
    came_before: int = 0
    hits_after: int = 0
    came_after: int = 0
    difference: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def before(self) -> float:
        """Share hit of those who came before."""
        return self.hits_before / self.came_before if self.came_before else 0.0

    @property
    def after(self) -> float:
        """Share hit of those who came after."""
        return self.hits_after / self.came_after if self.came_after else 0.0


class NowRow(View, frozen=True, kw_only=True):
    """One thing that just came."""

    at: datetime
    name: str
    source: str
    result: str


class SourceNow(View, frozen=True, kw_only=True):
    """A source and how fresh it is."""

    name: str
    newest_received_at: datetime | None
    stale: bool


class NowView(View, frozen=True, kw_only=True):
    """What arrives now: ``recent`` events in the last ten minutes (``many``: at least so many), the newest ones."""

    recent: int = 0
    many: bool = False
    rows: tuple[NowRow, ...] = ()
    sources: tuple[SourceNow, ...] = ()
    events: int = 0
    worker_away: bool = False


class StartView(View, frozen=True, kw_only=True):
    """The page Start. ``imported`` None: the honest empty state with the ways to connect data.

    ``address``: origin under which the product is reached, e.g. ``http://127.0.0.1:8642``, for the examples.
    ``found`` None: the weak spots come later, from ``later``; without a script from ``now``. ``toured``: the tour was seen.
    """

    address: str
    imported: Imported | None = None
    graph: Graph | None = None
    variants: Variants | None = None
    days: tuple[DayCount, ...] = ()
    quarantined: int = 0
    scores: tuple[ScoreRow, ...] = ()
    comments: tuple[CommentRow, ...] = ()
    metrics: tuple[Metric, ...] = ()
    alerts: int = 0
    gone: int = 0
    tracked_journey: str | None = None
    found: HomeFound | None = None
    later: str = ""
    now: str = ""
    journey: str = ""
    definitions: tuple[DefinitionChoice, ...] = ()
    strip: PhaseStrip | None = None
    strip_pending: bool = False
    worked: tuple[WorkedRow, ...] = ()
    live: NowView = NowView()
    toured: bool = True
