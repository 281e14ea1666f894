"""What does a metric say of these answers: as a whole, and by group? With number, interval and definition, always."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import Final

import msgspec

from tanteemma.metrics.intervals import Difference, Estimate, difference
from tanteemma.metrics.shape import FEW, Group, Metric, Unit, hidden
from tanteemma.metrics.tally import Scale, Tally
from tanteemma.model.hooks import metrics
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text

#: Names that mean one metric of several: the first that reads what is there.
_FAMILIES: Final[dict[str, tuple[str, ...]]] = {"ces": ("ces2", "ces1"), "wrs": ("wrs_top",)}


class Counted(msgspec.Struct, frozen=True):
    """Answers to one question (``asked``: the metric that the score was stored with) on one scale, of one group."""

    asked: str
    group: str
    tally: Tally


class Part(msgspec.Struct, frozen=True):
    """One group of a breakdown. ``rest``: this group minus all others, None where that is not defined.

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
    rest: Difference | None = None


class MetricAnswer(msgspec.Struct, frozen=True):
    """A metric and its breakdown. ``value``, ``low`` and ``high`` are None where nobody answered (never 0).

    ``unit``: points (-100…100), share (0…1) or scale (points of ``scale``). ``version`` counts the changes of ``definition``.
    ``counts``: answers on each point of the scale from its low end. ``left_out``: answers that are no point of it.
    """

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    unit: Unit
    definition: str
    version: int
    few: bool
    scale: Scale | None
    counts: tuple[int, ...]
    left_out: int
    invited: int | None = None
    dimension: str | None = None
    by: tuple[Part, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """Which metric, broken down by what, of how many invited people, said in which language."""

    name: str
    dimension: str | None = None
    invited: int | None = None
    language: str = "en"


def measure(wanted: Wanted, counted: Sequence[Counted]) -> MetricAnswer:
    """The metric over all answers that it reads, and over each group.

    Raises Problem UNKNOWN_METRIC (404); SCALES_MIXED where the answers are on scales that have no figure in common; and
    QUESTION_INVALID for fewer invited people than answers.
    """
    metric = metric_for(wanted.name, counted)
    read = [one for one in counted if metric.reads(one.asked, one.tally.scale)]
    groups = _groups(read) if wanted.dimension is not None else []
    whole = _together(metric.name, (one.tally for one in read))
    if wanted.invited is not None and whole is not None and wanted.invited < whole.n:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--invited", value=wanted.invited, allowed=f"≥ {whole.n}")
    found = Estimate(0) if whole is None or whole.n < metric.floor else metric.estimate(whole, wanted.invited)
    shown = whole is not None and found.n > 0
    return MetricAnswer(
        name=metric.name,
        value=found.value,
        n=found.n,
        low=found.low,
        high=found.high,
        unit=metric.unit,
        definition=text(f"metric.{metric.name}.definition", wanted.language),
        version=metric.version,
        few=found.n < FEW,
        scale=whole.scale if whole is not None else None,
        counts=whole.counts if whole is not None and shown else (),
        left_out=whole.left_out if whole is not None else 0,
        invited=wanted.invited,
        dimension=wanted.dimension,
        by=_parts(metric, groups, whole) if whole is not None else (),
    )


def metric_for(name: str, counted: Iterable[Counted]) -> Metric:
    """The metric of this name. ``ces`` and ``wrs`` mean the version whose answers are there.

    Raises Problem UNKNOWN_METRIC with the nearest names, SCALES_MIXED for ``ces`` with answers to both versions.
    """
    known: dict[str, Metric] = metrics.all()
    if name in known:
        return known[name]
    if name in _FAMILIES:
        there = list(counted)
        versions = [known[one] for one in _FAMILIES[name]]
        answered = [one for one in versions if any(one.reads(some.asked, some.tally.scale) for some in there)]
        if len(answered) > 1:
            raise Problem(
                ProblemCode.SCALES_MIXED, status=422, value=name, allowed=", ".join(sorted(one.name for one in answered))
            )
        return (answered or versions)[0]
    near = nearest(name, [*known, *_FAMILIES])
    raise Problem(
        ProblemCode.UNKNOWN_METRIC,
        status=404,
        value=name,
        hint=", ".join(near),
        allowed=", ".join(sorted({*known, *_FAMILIES})),
    )


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


def _parts(metric: Metric, groups: Sequence[Group], whole: Tally) -> tuple[Part, ...]:
    """Every group, the largest first; those that may not be shown last."""
    kept_back = hidden(groups, metric.floor)
    parts = []
    for group in sorted(groups, key=lambda one: (one.name in kept_back, -one.tally.n, one.name)):
        if group.name in kept_back:
            parts.append(Part(group.name, None, 0, None, None, few=True, hidden=True))
            continue
        found = metric.estimate(group.tally)
        rest = metric.estimate(whole - group.tally) if not kept_back else Estimate(0)
        few = found.n < FEW or rest.n < FEW
        parts.append(
            Part(
                group.name,
                *(found.value, found.n, found.low, found.high),
                few=found.n < FEW,
                rest=None if few else difference(found, rest),
            )
        )
    return tuple(parts)
