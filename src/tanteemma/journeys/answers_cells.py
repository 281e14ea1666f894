"""What is measured at the touchpoints of a map: the documents of the questions ``cells`` and ``cells_…``.

How a page asks, over the worker or at ``/api/journeys/cells``: every option is text, so that it can stand in an address.

* ``touchpoint=ID=RULE`` once for each touchpoint, at most 300 (``ID`` without ``=``; the rule as ``workshop.binding`` reads it,
  empty: bound to nothing). No touchpoint at all: one for each event name.
* ``phase=ID=ID1,ID2`` once for each phase, the ids of its touchpoints.
* ``since``, ``until``: dates (2026-03-01); only events of this time count. ``where``, ``journey`` and the rest of the filter as
  everywhere.
* ``again``, ``apart``, ``quiet``, ``follow``: spans (7d, 30m), see ``cells.question.Spans``.
* ``believed=ID=1.5``: what the team believes people feel there, -2 to +2. ``weights``: of the emotion (``score=3``).
* ``researched=ID`` once for each touchpoint or phase of which research speaks (an interview, a mystery visit): what is not
  measured there is QUALITATIVE.
* ``breaks=true``: with the weak spots that were found there (slower the first time, then kept).
* ``soon=true``: with the weak spots as they were found last, which an event just arrived cannot have changed much: a page that
  shows the figures at once asks again for the rest.
* ``language``: of the definitions and of the metrics.

Answers come in the order asked for. A figure of nothing is None, never 0. Shares are 0 to 1, times UTC, durations seconds.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from tanteemma.workshop.evidence import Evidence


class Warned(StrEnum):
    """What is odd about a rule."""

    UNBOUND = "unbound"
    CATCHES_NOTHING = "catches_nothing"
    CATCHES_EVERYTHING = "catches_everything"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_SERIES = "unknown_series"


class Rate(msgspec.Struct, frozen=True, gc=False):
    """So many of so many, with Wilson's 95-% interval; None of nothing."""

    hits: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """Time since the event before in the journey (before a phase: where it is entered); ``low_s``, ``high_s`` of the median."""

    n: int
    median_s: float | None
    p90_s: float | None
    low_s: float | None
    high_s: float | None


class Change(msgspec.Struct, frozen=True, gc=False):
    """Events of a time beside those of one of the same length before: ``value`` 0.2 = 20 % more; ``clear`` if more than chance.

    Without a period: the last 4 whole weeks beside the 4 before.
    """

    now: int
    before: int
    value: float | None
    low: float | None
    high: float | None
    clear: bool


class SourceCount(msgspec.Struct, frozen=True, gc=False):
    """Events of one source."""

    name: str
    events: int


class CellScore(msgspec.Struct, frozen=True, kw_only=True):
    """A metric of the scores that speak of it.

    ``unit``: points (-100…100), share (0…1), scale (points of low…high, ``best`` the good end).
    """

    metric: str
    title: str
    definition: str
    unit: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    few: bool
    scale: tuple[int, int, int] | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None


class Comment(msgspec.Struct, frozen=True):
    """What somebody wrote; ``after``: not at the touchpoint but after it. ``name``, ``channel``, ``score``: of that event."""

    text: str
    at: datetime
    name: str
    channel: str | None
    source: str
    score: float | None
    after: bool


class CellSentiment(msgspec.Struct, frozen=True, gc=False):
    """What the events themselves say of the tone of texts: the mean of ``n`` values from -1 to +1, with its 95-% interval."""

    value: float
    low: float
    high: float
    n: int


class CellFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A weak spot (or delight point) found at one of the names a rule catches; all of it says the question ``breaks``."""

    id: str
    spot: str
    kind: str
    at: str
    journeys: int
    came: int
    share: float
    low: float
    high: float
    since: datetime | None
    reason: str
    cost_low: float | None = None
    cost_mid: float | None = None
    cost_high: float | None = None
    currency: str | None = None
    mark: str | None = None


class SeriesCounted(msgspec.Struct, frozen=True):
    """One series of daily counts at a touchpoint: its first and last day, when and in which file it came in."""

    name: str
    contacts: int
    first_day: date
    last_day: date
    loaded: datetime
    file: str


class CellCounted(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted and spent where nobody is known, in the time asked for; from the series that its rule names.

    ``contacts`` on ``days`` days, the first and last of which are given. ``spend`` by currency. ``per_contact``: spend of the
    days that say it by their contacts, if it is all in one ``currency``. ``trend``: the last 28 days of the series beside the
    28 before (with a period: beside one as long before it); its interval is as wide as the days really vary.
    """

    contacts: int
    days: int
    first_day: date | None
    last_day: date | None
    spend: dict[str, float]
    currency: str | None
    per_contact: float | None
    trend: Change
    weeks: tuple[int, ...]
    series: tuple[SeriesCounted, ...]
    missing: tuple[str, ...] = ()


class EmotionPart(msgspec.Struct, frozen=True, gc=False):
    """One thing that speaks of how people feel: score, breaks, sentiment, waiting; from -2 to +2, with interval and weight."""

    name: str
    value: float
    low: float
    high: float
    weight: float
    n: int


class Emotion(msgspec.Struct, frozen=True):
    """How people feel there, -2 to +2, from its parts by their weights; ``low`` to ``high`` is the band."""

    value: float
    low: float
    high: float
    parts: tuple[EmotionPart, ...]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One touchpoint (or phase) as it is measured.

    ``volume``: events. ``journeys`` pass it, ``share`` of all journeys; ``persons``: different people. ``drop_off``: journeys
    whose last event it is and that have been silent long enough, of those that pass it and are not open; ``open``: journeys
    whose last event it is and that may go on. ``repeats``: journeys that came again within the span, ``again`` so many times
    (None for a phase). ``counted``: daily counts where nobody is known.
    ``weeks``: events by week, as ``CellsAnswer.weeks`` names them. ``scores_after``: how many scores were
    given at no touchpoint of the map, but after this one. ``rests_on``: tracking, survey, sentiment, counts, research.
    """

    id: str
    binding: str
    volume: int
    journeys: int
    persons: int
    share: Rate
    drop_off: Rate
    open: int
    repeats: Rate | None
    again: int | None
    waiting: Waiting
    trend: Change
    weeks: tuple[int, ...]
    sources: tuple[SourceCount, ...]
    first_at: datetime | None
    last_at: datetime | None
    scores: tuple[CellScore, ...] = ()
    scores_after: int = 0
    sentiment: CellSentiment | None = None
    comments: tuple[Comment, ...] = ()
    findings: tuple[CellFinding, ...] = ()
    emotion: Emotion | None = None
    counted: CellCounted | None = None
    evidence: Evidence = Evidence.ASSUMED
    rests_on: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()


class Disagreement(msgspec.Struct, frozen=True):
    """Believed and measured emotion apart: ``gap`` measured less believed; ``clear``: more than half a step off the band."""

    id: str
    believed: float
    measured: float
    low: float
    high: float
    gap: float
    clear: bool


class CellsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All touchpoints and phases of a map. ``events``, ``journeys``, ``persons``: of the whole time asked for.

    ``since`` to ``until``: first and last event of all that count. ``weeks``: where each week of the series begins.
    ``as_of``: open is what was not silent long enough at this moment. ``disagreements``: the largest first.
    ``definitions``: what each figure means. ``weights``: those of the emotion. ``unbound_events``: what no rule catches.
    """

    journey: str
    events: int
    journeys: int
    persons: int
    since: datetime | None
    until: datetime | None
    as_of: datetime
    weeks: tuple[datetime, ...]
    touchpoints: tuple[Cell, ...]
    phases: tuple[Cell, ...]
    unbound_events: int
    disagreements: tuple[Disagreement, ...] = ()
    weights: dict[str, float] = {}
    definitions: dict[str, str] = {}


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How many people are at a touchpoint (or in a phase) now: it is the last one they were at; ``active`` of them lately."""

    id: str
    people: int
    active: int


class PeopleAnswer(msgspec.Struct, frozen=True):
    """Where everybody is on the map now (question ``cells_people``); ``nowhere``: at none of its touchpoints so far.

    ``active_since``: who was at a touchpoint of the map since then counts as active.
    """

    touchpoints: tuple[Standing, ...]
    phases: tuple[Standing, ...]
    nowhere: int
    active_since: datetime


class Stop(msgspec.Struct, frozen=True):
    """So many events in a row at one touchpoint of the map (both by id), the first of them then."""

    touchpoint: str
    phase: str | None
    since: datetime
    events: int


class WayAnswer(msgspec.Struct, frozen=True):
    """The way of one person over the map (question ``cells_way``), the newest ``stops``; ``all``: how many there are."""

    stops: tuple[Stop, ...]
    all: int


class PersonAnswer(msgspec.Struct, frozen=True):
    """Where one person is on the map now (question ``cells_person``): touchpoint and phase by id, None: on none; since when."""

    touchpoint: str | None
    phase: str | None
    since: datetime | None
