"""What does a metric say of these answers: as a whole, and by group? With number, interval and definition, always."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add
from typing import Final

import msgspec

from tanteemma.metrics.intervals import Difference, Estimate, difference
from tanteemma.metrics.shape import FEW, Group, Metric, Unit, hidden, reads
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text

#: Names that mean one metric of several: the first whose answers are there.
FAMILIES: Final[dict[str, tuple[str, ...]]] = {"ces": ("ces2", "ces1"), "wrs": ("wrs_top",)}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Counted(msgspec.Struct, frozen=True):
    """Answers to one question (``asked``: the name the score was stored with) on one scale, of one group.

    ``first_us`` and ``last_us``: when the first and the last was given, microseconds since 1970 UTC.
    """

    asked: str
    group: str
    tally: Tally
    first_us: int
    last_us: int


class Part(msgspec.Struct, frozen=True):
    """One group of a breakdown.

    ``difference``: this group minus all others, or, of periods, minus the period before; None below 30 answers on either side.
    ``few``: below 30 answers, so show the interval and no trend. ``hidden``: too few to show; every figure is then None and
    ``n`` is 0.
    """

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    few: bool
    hidden: bool = False
    difference: Difference | None = None


class OtherScale(msgspec.Struct, frozen=True):
    """Answers under the same name on a scale that this metric is not made of."""

    scale: Scale
    n: int


class MetricAnswer(msgspec.Struct, frozen=True):
    """A metric and its breakdown. ``value``, ``low`` and ``high`` are None where nobody answered (never 0).

    ``unit``: points (-100…100), share (0…1) or scale (points of ``scale``). ``version`` counts the changes of ``definition``.
    ``counts``: answers on each point of the scale from its low end. ``left_out``: answers that are no point of it.
    ``first_at`` to ``last_at``: when they were given. ``dimension``: what ``by`` is broken down by.
    """

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    unit: Unit
    definition: str
    version: int
    title: str
    few: bool
    scale: Scale | None = None
    counts: tuple[int, ...] = ()
    left_out: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    invited: int | None = None
    other_scales: tuple[OtherScale, ...] = ()
    dimension: str | None = None
    by: tuple[Part, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """Which metric, broken down by what, of how many invited people, said in which language.

    ``periods``: the groups are periods whose names sort by time.
    """

    name: str
    dimension: str | None = None
    periods: bool = False
    invited: int | None = None
    language: str = "en"


def measure(wanted: Wanted, counted: Sequence[Counted]) -> MetricAnswer:
    """The metric over all answers that it reads, and over each group.

    Raises Problem UNKNOWN_METRIC (404); SCALES_MIXED where the answers are on scales that have no figure in common; and
    QUESTION_INVALID for fewer invited people than answers.
    """
    metric = metric_for(wanted.name, counted)
    read = [one for one in counted if reads(metric, one.asked, one.tally.scale)]
    whole = _together(metric.name, (one.tally for one in read))
    others = tuple(
        OtherScale(one.tally.scale, one.tally.n)
        for one in _by_scale(one for one in counted if one.asked in metric.asked and not metric.fits(one.tally.scale))
    )
    if whole is None or whole.n < metric.floor:
        return _answer(metric, wanted, Estimate(0), other_scales=others, left_out=whole.left_out if whole else 0)
    if wanted.invited is not None and wanted.invited < whole.n:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--invited", value=wanted.invited, allowed=f"≥ {whole.n}")
    return _answer(
        metric,
        wanted,
        metric.estimate(whole, wanted.invited),
        scale=whole.scale,
        counts=whole.counts,
        left_out=whole.left_out,
        first_at=_moment(min(one.first_us for one in read)),
        last_at=_moment(max(one.last_us for one in read)),
        other_scales=others,
        by=_parts(metric, wanted, _groups(read), whole) if wanted.dimension is not None else (),
    )


def _answer(metric: Metric, wanted: Wanted, found: Estimate, **more: object) -> MetricAnswer:
    return MetricAnswer(
        metric.name,
        *(found.value, found.n, found.low, found.high),
        unit=metric.unit,
        definition=text(f"metric.{metric.name}.definition", wanted.language),
        version=metric.version,
        title=text(f"metric.{metric.name}.name", wanted.language),
        few=found.n < FEW,
        invited=wanted.invited,
        dimension=wanted.dimension,
        **more,  # type: ignore[arg-type]  # the fields of the answer, by name
    )


def estimate_of(name: str, counted: Sequence[Counted]) -> Estimate:
    """The figure alone. Raises as ``measure``."""
    metric = metric_for(name, counted)
    whole = _together(metric.name, (one.tally for one in counted if reads(metric, one.asked, one.tally.scale)))
    return Estimate(0) if whole is None or whole.n < metric.floor else metric.estimate(whole)


def metric_for(name: str, counted: Iterable[Counted]) -> Metric:
    """The metric of this name. ``ces`` and ``wrs`` mean the version whose answers are there.

    Raises Problem UNKNOWN_METRIC with the nearest names, SCALES_MIXED for ``ces`` with answers to both versions.
    """
    known: dict[str, Metric] = metrics.all()
    if name in known:
        return known[name]
    if name not in FAMILIES:
        near = nearest(name, [*known, *FAMILIES])
        allowed = ", ".join(sorted({*known, *FAMILIES}))
        raise Problem(ProblemCode.UNKNOWN_METRIC, status=404, value=name, hint=", ".join(near), allowed=allowed)
    there = list(counted)
    versions = [known[one] for one in FAMILIES[name]]
    answered = [one for one in versions if any(some.tally.n and reads(one, some.asked, some.tally.scale) for some in there)]
    if len(answered) > 1:
        allowed = ", ".join(sorted(one.name for one in answered))
        raise Problem(ProblemCode.SCALES_MIXED, status=422, value=name, allowed=allowed)
    return (answered or versions)[0]


def metrics_with_answers(counted: Sequence[Counted]) -> tuple[str, ...]:
    """The metrics that can be made of what is there, by name."""
    known: dict[str, Metric] = metrics.all()
    return tuple(
        name
        for name, metric in known.items()
        if any(one.tally.n and reads(metric, one.asked, one.tally.scale) for one in counted)
    )


def unread_of(counted: Sequence[Counted]) -> tuple[Counted, ...]:
    """The answers that no metric is made of."""
    known: dict[str, Metric] = metrics.all()
    return tuple(
        one
        for one in counted
        if one.tally.n and not any(reads(metric, one.asked, one.tally.scale) for metric in known.values())
    )


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _by_scale(counted: Iterable[Counted]) -> list[Counted]:
    found: dict[Scale, Counted] = {}
    for one in counted:
        before = found.get(one.tally.scale)
        tally = one.tally if before is None else before.tally + one.tally
        found[one.tally.scale] = msgspec.structs.replace(one, tally=tally)
    return [found[scale] for scale in sorted(found)]


def _together(name: str, tallies: Iterable[Tally]) -> Tally | None:
    found = list(tallies)
    scales = sorted({tally.scale for tally in found})
    if len(scales) > 1:
        raise Problem(ProblemCode.SCALES_MIXED, status=422, field=name, value="; ".join(str(scale) for scale in scales))
    return reduce(add, found) if found else None


def _groups(counted: Sequence[Counted]) -> list[Group]:
    found: dict[str, Tally] = {}
    for one in counted:
        found[one.group] = found[one.group] + one.tally if one.group in found else one.tally
    return [Group(name, tally) for name, tally in sorted(found.items()) if tally.n]


def _parts(metric: Metric, wanted: Wanted, groups: Sequence[Group], whole: Tally) -> tuple[Part, ...]:
    """Every group: periods in the order of time, others the largest first; those that may not be shown last."""
    kept_back = hidden(groups, metric.floor)
    by_name = kept_back if not wanted.periods else {group.name for group in groups}  # their size would tell of the hidden
    order = sorted(groups, key=lambda one: (one.name in kept_back, 0 if one.name in by_name else -one.tally.n, one.name))
    parts = []
    before: Estimate | None = None
    for group in order:
        if group.name in kept_back:
            parts.append(Part(group.name, None, 0, None, None, few=True, hidden=True))
            continue
        found = metric.estimate(group.tally)
        if wanted.periods:
            against, before = before, found
        else:
            # the rest would tell what the hidden ones answered
            against = metric.estimate(whole - group.tally) if not kept_back else None
        few = found.n < FEW
        differs = None if against is None or few or against.n < FEW else difference(found, against)
        parts.append(Part(group.name, found.value, found.n, found.low, found.high, few=few, difference=differs))
    return tuple(parts)
