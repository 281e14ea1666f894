"""What the pages of the weak spots show. As in ``views``: a template reads nothing else."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views import JourneyFrame, View
from tanteemma.serve.pages.views_costs import CostView, MissingLink


class TrendBar(View, frozen=True, kw_only=True):
    """A stretch of time: who came to the place, and who of them was hit."""

    start: datetime
    came: int
    journeys: int

    @property
    def share(self) -> float:
        """Share of those who came; 0 if nobody did."""
        return self.journeys / self.came if self.came else 0.0

    @property
    def permyriad(self) -> int:
        """The share in ten-thousandths, for bars."""
        return round(self.share * 10_000)


class ExampleRow(View, frozen=True, kw_only=True):
    """A journey that was hit."""

    name: str
    href: str
    started_at: datetime
    seconds: float
    steps: tuple[str, ...]


class PartRow(View, frozen=True, kw_only=True):
    """A finding most of whose journeys are among those of another one."""

    kind: str
    at: str
    journeys: int
    href: str


class BreakRow(View, frozen=True, kw_only=True):
    """One weak spot or delight point. ``what``, ``circumstances``, ``who``, ``span``, ``money``: sentences for the reader.

    ``share`` is as the kind counts it, ``low`` and ``high`` bound the share of those who came. ``href``: its journeys;
    ``graph``: their graph; ``definition``: what the kind means.
    """

    id: str
    kind: str
    at: str
    what: str
    circumstances: str
    who: str
    span: str
    money: str
    journeys: int
    persons: int
    came: int
    share: float
    low: float
    high: float
    direction: str
    change: float | None
    points: tuple[TrendBar, ...]
    examples: tuple[ExampleRow, ...]
    parts: tuple[PartRow, ...]
    href: str
    graph: str
    definition: str
    cost: CostView | None = None
    missing: tuple[MissingLink, ...] = ()
    mark: str = ""
    note: str = ""

    @property
    def is_delight(self) -> bool:
        """Is it the counterpart of a weak spot?"""
        return self.kind == "delight"

    @property
    def measured(self) -> float:
        """Share of those who came that were hit."""
        return self.journeys / self.came if self.came else 0.0


class SightBar(View, frozen=True, kw_only=True):
    """One look at a watched finding. ``since``: share of those who came since the watch began, with its interval."""

    seen: datetime
    came: int
    journeys: int
    share: float
    since: float | None = None
    before: float | None = None
    low: float = 0.0
    high: float = 0.0
    came_since: int = 0

    @property
    def permyriad(self) -> int:
        """The share in ten-thousandths, for bars."""
        return round(self.share * 10_000)


class WatchedRow(View, frozen=True, kw_only=True):
    """A finding on the watch list: how it went on, and the alert nobody took note of, if there is one."""

    id: str
    journey: str
    kind: str
    at: str
    href: str
    sights: tuple[SightBar, ...]
    alert: int | None = None
    before: float = 0.0
    since: float = 0.0
    gone: bool = False

    @property
    def compared(self) -> tuple[SightBar, ...]:
        """The looks that compare, the oldest first: the history of the finding."""
        return tuple(one for one in self.sights if one.since is not None)


class BreaksFoundView(View, frozen=True, kw_only=True):
    """Weak spots and delight points. ``goal``: what counted as the good end; ``sentence``: why there is no answer.

    ``aside``: those somebody said are no problem; ``query``: the address of the page, to come back to.
    ``owners``: who looks after which finding.
    """

    rows: tuple[BreakRow, ...] = ()
    delights: tuple[BreakRow, ...] = ()
    aside: tuple[BreakRow, ...] = ()
    goal: tuple[str, ...] = ()
    journeys: int = 0
    filter: JourneyFilter = JourneyFilter()
    sentence: str = ""
    journey: str = ""
    query: str = ""
    owners: dict[str, str] = msgspec.field(default_factory=dict)


class BreaksView(JourneyFrame, frozen=True, kw_only=True):
    """The page Weak spots. ``kinds``: what may be chosen, ``chosen``: what is.

    ``found`` None: the answer comes later, from ``later``; without a script from ``now``.
    """

    kinds: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    goal: str = ""
    later: str = ""
    now: str = ""
    found: BreaksFoundView | None = None
    watched: tuple[WatchedRow, ...] = ()


class BreakKindView(View, frozen=True, kw_only=True):
    """The page that says what one kind of weak spot is; ``others``: the other kinds."""

    kind: str
    others: tuple[str, ...]
