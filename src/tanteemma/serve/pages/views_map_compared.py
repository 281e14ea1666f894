"""What the pages show of a map over time, compared, and of the weight of its steps."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from tanteemma.journeys.answers_replay import ReplayAnswer, ReplayRow
from tanteemma.journeys.answers_weights import Apart, CompareAnswer, ComparedScore, WeightsAnswer
from tanteemma.serve.map_sides import PersonaSegment
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_map import MapView

#: so many metrics have room beside the other figures: the one said most often
_METRICS: Final = 1


class ReplayLine(View, frozen=True, kw_only=True):
    """One phase or touchpoint week by week; ``phase``: it is a phase. ``highest``: events of its fullest week."""

    id: str
    name: str
    phase: bool
    volume: tuple[int, ...]
    emotion: tuple[float | None, ...]
    highest: int


class ReplayView(View, frozen=True, kw_only=True):
    """A map over a year."""

    key: str
    document: str
    bound: bool
    weeks: tuple[datetime, ...] = ()
    rows: tuple[ReplayLine, ...] = ()
    problem: str = ""


class ComparedLine(View, frozen=True, kw_only=True):
    """One phase or touchpoint on both sides; ``scores``: one for each of ``ComparedMapView.metrics``, None: too few said it."""

    id: str
    name: str
    volume: int
    other_volume: int
    share: Apart
    drop_off: Apart
    waiting: Apart
    scores: tuple[ComparedScore | None, ...] = ()


class ComparedMapView(View, frozen=True, kw_only=True):
    """Two times, personas or segments, cell by cell; ``said``: what was asked for, by the names in ``ASKED``.

    ``metrics``: of the scores that both sides have; ``journeys``: how many are on each side, ``overlap``: on both; ``same``:
    both sides are the same people, at two times.
    """

    ASKED: ClassVar = ("since", "until", "who", "other_since", "other_until", "other_who")

    key: str
    document: str
    bound: bool
    segments: tuple[str, ...] = ()
    personas: tuple[PersonaSegment, ...] = ()
    said: dict[str, str] = msgspec.field(default_factory=dict)
    rows: tuple[ComparedLine, ...] = ()
    metrics: tuple[str, ...] = ()
    journeys: tuple[int, int] = (0, 0)
    overlap: int = 0
    same: bool = False
    answered: bool = False
    problem: str = ""


class WeightLine(View, frozen=True, kw_only=True):
    """One step: its share in what all steps explain, what the team believes (percent), how many journeys met it."""

    id: str
    name: str
    share: float | None
    believed: float | None
    met: int
    effect: float | None
    low: float | None = None
    high: float | None = None


class WeightsView(View, frozen=True, kw_only=True):
    """The weight of each step for an outcome of ``n`` journeys; ``r2``: how much all of them explain."""

    key: str
    document: str
    bound: bool
    outcome: str
    outcomes: tuple[str, ...]
    rows: tuple[WeightLine, ...] = ()
    n: int = 0
    r2: float = 0.0
    answered: bool = False
    problem: str = ""


class OnMapView(View, frozen=True, kw_only=True):
    """Where a customer is on the map; ``key`` empty: there is no map bound to data; ``touchpoint`` empty: nowhere on it."""

    key: str = ""
    map: str = ""
    phase: str = ""
    touchpoint: str = ""
    part: str = ""
    since: datetime | None = None


def names_of(view: MapView) -> dict[str, str]:
    """What touchpoints and phases are called, the phases first."""
    cards = {card.id: card.text or card.shared for lane in view.lanes for cell in lane.cells for card in cell.cards}
    return {phase.id: phase.name for phase in view.phases} | cards


def replay_rows(view: MapView, answer: ReplayAnswer) -> tuple[ReplayLine, ...]:
    """The phases and then the touchpoints, week by week."""
    names = names_of(view)
    return tuple(
        _line(names.get(row.id, row.id), row, phase=phase)
        for phase, rows in ((True, answer.phases), (False, answer.touchpoints))
        for row in rows
    )


def _line(name: str, row: ReplayRow, *, phase: bool) -> ReplayLine:
    highest = max(row.volume, default=0)
    return ReplayLine(id=row.id, name=name, phase=phase, volume=row.volume, emotion=row.emotion, highest=highest)


def compared_rows(names: Mapping[str, str], answer: CompareAnswer) -> tuple[ComparedLine, ...]:
    """Both sides of each phase and touchpoint."""
    metrics = metrics_of(answer)
    return tuple(
        ComparedLine(
            id=cell.id,
            name=names.get(cell.id, cell.id),
            volume=cell.volume,
            other_volume=cell.other_volume,
            share=cell.share,
            drop_off=cell.drop_off,
            waiting=cell.waiting,
            scores=tuple(
                next((one for one in cell.scores if one.metric == metric and not one.few), None) for metric in metrics
            ),
        )
        for cell in (*answer.phases, *answer.touchpoints)
    )


def metrics_of(answer: CompareAnswer) -> tuple[str, ...]:
    """The metrics that both sides of some cell have, the one said most often first."""
    said: Counter[str] = Counter()
    for cell in answer.touchpoints:
        for one in cell.scores:
            if one.apart.one is not None and one.apart.other is not None:
                said[one.metric] += one.apart.n + one.apart.other_n
    return tuple(name for name, _ in said.most_common(_METRICS))


def weight_rows(view: MapView, answer: WeightsAnswer) -> tuple[WeightLine, ...]:
    """The steps by their computed share, then those that cannot be weighed."""
    names = names_of(view)
    believed = {card.id: card.weight for lane in view.lanes for cell in lane.cells for card in cell.cards}
    weighed = tuple(
        WeightLine(
            id=step.id,
            name=names.get(step.id, step.id),
            share=step.share,
            believed=believed.get(step.id),
            met=step.met,
            effect=step.effect,
            low=step.low,
            high=step.high,
        )
        for step in answer.steps
    )
    return weighed + tuple(
        WeightLine(id=one, name=names.get(one, one), share=None, believed=believed.get(one), met=0, effect=None)
        for one in answer.left_out
    )
