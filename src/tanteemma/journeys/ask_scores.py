"""The questions about scores over a snapshot of the journeys: metrics, by group, and of two selections."""

from typing import TypeVar

import msgspec

from tanteemma.journeys.ask import Snapshot
from tanteemma.journeys.dimensions import Dimension
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.scores import ScoresAnswer, ScoresKernel, ScoresQuestion
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Expr
from tanteemma.journeys.where.wish import Wish
from tanteemma.metrics.intervals import Difference, difference
from tanteemma.metrics.measure import (
    MetricAnswer,
    Wanted,
    estimate_of,
    measure,
    metric_for,
    metrics_with_answers,
    unread_of,
)
from tanteemma.metrics.shape import FEW
from tanteemma.metrics.tally import Scale
from tanteemma.model.problems import Problem, ProblemCode

Journey = TypeVar("Journey")


class Unread(msgspec.Struct, frozen=True):
    """Scores that no metric is made of: the name they were asked under, their scale, how many."""

    asked: str
    scale: Scale
    n: int


class MetricsAnswer(msgspec.Struct, frozen=True):
    """Every metric that has answers, by name.

    ``mixed``: metrics whose answers are on different scales, so that there is no figure of all; ``unread``: scores that no
    metric is made of; ``without_scale``: scores of which no scale is known.
    """

    metrics: tuple[MetricAnswer, ...]
    mixed: tuple[str, ...]
    unread: tuple[Unread, ...]
    without_scale: int


class AgainstAnswer(msgspec.Struct, frozen=True):
    """A metric of some journeys beside that of others.

    ``difference``: the first minus the second; None where one is not defined, where one has fewer than 30 answers, or where
    ``overlap`` answers are in both, so that the two depend on each other.
    """

    one: MetricAnswer
    other: MetricAnswer
    overlap: int
    difference: Difference | None


class Both(msgspec.Struct, frozen=True):
    """Journeys that fulfil one wish and another."""

    one: Wish
    other: Wish

    def expression(self) -> Expr | None:
        """Both conditions."""
        return tree.every(tuple(part for part in (self.one.expression(), self.other.expression()) if part is not None))


def ask_scores(
    snapshot: Snapshot[Journey], journey: Journey, question: ScoresQuestion, *, selection: Wish | None = None
) -> ScoresAnswer:
    """Which scores were given?"""
    return snapshot.ask(narrowed(ScoresKernel(), selection), question, journey=journey)


def ask_metric(
    snapshot: Snapshot[Journey], journey: Journey, wanted: Wanted, dimension: Dimension, *, selection: Wish | None = None
) -> MetricAnswer:
    """One metric, by group. Raises Problem as ``metrics.measure`` does."""
    metric_for(wanted.name, ())  # an unknown name is refused before anything is counted
    found = ask_scores(snapshot, journey, ScoresQuestion(dimension), selection=selection)
    return measure(wanted, found.counted)


def ask_against(snapshot: Snapshot[Journey], journey: Journey, wanted: Wanted, one: Wish, other: Wish) -> AgainstAnswer:
    """One metric of two selections of journeys. Raises Problem as ``metrics.measure`` does."""
    metric_for(wanted.name, ())
    question = ScoresQuestion()
    found, against, both = (
        ask_scores(snapshot, journey, question, selection=selection).counted for selection in (one, other, Both(one, other))
    )
    name = metric_for(wanted.name, (*found, *against)).name
    wanted = msgspec.structs.replace(wanted, name=name)
    mine, theirs, overlap = estimate_of(name, found), estimate_of(name, against), estimate_of(name, both).n
    sure = not overlap and min(mine.n, theirs.n) >= FEW
    return AgainstAnswer(measure(wanted, found), measure(wanted, against), overlap, difference(mine, theirs) if sure else None)


def ask_every_metric(
    snapshot: Snapshot[Journey], journey: Journey, language: str, *, selection: Wish | None = None
) -> MetricsAnswer:
    """Every metric that has answers."""
    found = ask_scores(snapshot, journey, ScoresQuestion(), selection=selection)
    answers, mixed = [], []
    for name in metrics_with_answers(found.counted):
        try:
            answers.append(measure(Wanted(name, language=language), found.counted))
        except Problem as problem:
            if problem.code is not ProblemCode.SCALES_MIXED:
                raise
            mixed.append(name)
    unread = tuple(Unread(one.asked, one.tally.scale, one.tally.n) for one in unread_of(found.counted))
    return MetricsAnswer(tuple(answers), tuple(mixed), unread, found.without_scale)
