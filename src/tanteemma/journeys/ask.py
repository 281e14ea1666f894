"""The questions that the pages and the command line ask, each as one function over a snapshot of the journeys.

A snapshot stays as it is while it is held, so a question of two passes sees the same events twice.
"""

from typing import Final, Protocol, TypeVar

from tanteemma.journeys.answers import (
    DurationBandsAnswer,
    DurationsAnswer,
    FunnelAnswer,
    GraphAnswer,
    ReachAnswer,
    VariantsAnswer,
)
from tanteemma.journeys.answers_paths import PathsAnswer
from tanteemma.journeys.answers_times import CohortsAnswer, ConcurrencyAnswer, RhythmAnswer
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.costs.answers import CostEstimate
from tanteemma.journeys.costs.estimate import estimate
from tanteemma.journeys.costs.question import CostQuestion
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.chosen import Chosen, ChosenKernel, ChosenQuestion
from tanteemma.journeys.kernels.cohorts import CohortsKernel, cohorts_question
from tanteemma.journeys.kernels.concurrency import ConcurrencyKernel, ConcurrencyQuestion
from tanteemma.journeys.kernels.durations import (
    DurationBandsKernel,
    DurationBandsQuestion,
    DurationsKernel,
    DurationsQuestion,
)
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.kernels.funnel import FunnelKernel, FunnelQuestion
from tanteemma.journeys.kernels.gaps import GapsKernel, gaps_question, values_at_ranks
from tanteemma.journeys.kernels.graph import GraphDraftKernel, GraphKernel, GraphQuestion, named_graph
from tanteemma.journeys.kernels.listed import ListedAnswer, ListedKernel, ListedQuestion
from tanteemma.journeys.kernels.paths import PathColumnsKernel, PathsKernel, PathsQuestion
from tanteemma.journeys.kernels.reach import ReachKernel, ReachQuestion
from tanteemma.journeys.kernels.rhythm import RhythmKernel, RhythmQuestion
from tanteemma.journeys.kernels.strata import StrataKernel
from tanteemma.journeys.kernels.variants import VariantCountsKernel, VariantCountsQuestion, VariantsKernel
from tanteemma.journeys.where.wish import Wish
from tanteemma.model.arrays import Kernel, Touchpoints
from tanteemma.model.assumptions import Assumptions

DEFAULT_TOP: Final = 20

Journey = TypeVar("Journey", contravariant=True)
Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")


class Snapshot(Protocol[Journey]):
    """Pinned journeys: runs a kernel over every bucket (masked where people were touched), merges, answers."""

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: Journey) -> Answer:
        """The answer over all journeys of one definition; over one empty bucket if there are none."""
        ...

    def touchpoints(self) -> Touchpoints:
        """How kinds read in this snapshot."""
        ...


def ask_graph(
    snapshot: Snapshot[Journey], journey: Journey, *, selection: Wish | None = None, exact: bool = False
) -> GraphAnswer:
    """Which ways do customers take? Median and p90 at most 1 % off, or exactly those of ``numpy.percentile``.

    Raises Problem UNKNOWN_TOUCHPOINT if the selection names one that is none.
    """
    question = GraphQuestion()
    if not exact:
        return snapshot.ask(narrowed(GraphKernel(), selection), question, journey=journey)
    draft = snapshot.ask(narrowed(GraphDraftKernel(), selection), question, journey=journey)
    found = snapshot.ask(narrowed(GapsKernel(), selection), gaps_question(draft), journey=journey)
    return named_graph(draft, values_at_ranks(draft, found), snapshot.touchpoints())


def ask_variants(
    snapshot: Snapshot[Journey], journey: Journey, *, top: int = DEFAULT_TOP, selection: Wish | None = None
) -> VariantsAnswer:
    """Which whole ways are the most frequent? Counts and medians exact."""
    counted = snapshot.ask(narrowed(VariantCountsKernel(), selection), VariantCountsQuestion(top), journey=journey)
    return snapshot.ask(narrowed(VariantsKernel(), selection), counted, journey=journey)


def ask_funnel(
    snapshot: Snapshot[Journey], journey: Journey, question: FunnelQuestion, *, selection: Wish | None = None
) -> FunnelAnswer:
    """How many get from step to step?

    Raises Problem UNKNOWN_TOUCHPOINT or QUESTION_INVALID (see ``kernels.funnel``).
    """
    return snapshot.ask(narrowed(FunnelKernel(), selection), question, journey=journey)


def ask_durations(snapshot: Snapshot[Journey], journey: Journey, *, selection: Wish | None = None) -> DurationsAnswer:
    """How long do journeys take? All values exact."""
    return snapshot.ask(narrowed(DurationsKernel(), selection), DurationsQuestion(), journey=journey)


def ask_duration_bands(snapshot: Snapshot[Journey], journey: Journey, *, selection: Wish | None = None) -> DurationBandsAnswer:
    """How are the durations spread?"""
    return snapshot.ask(narrowed(DurationBandsKernel(), selection), DurationBandsQuestion(), journey=journey)


def ask_listed(
    snapshot: Snapshot[Journey], journey: Journey, question: ListedQuestion, *, selection: Wish | None = None
) -> ListedAnswer:
    """Which journeys are behind a number: where the first of them are."""
    return snapshot.ask(narrowed(ListedKernel(), selection), question, journey=journey)


def ask_chosen(snapshot: Snapshot[Journey], journey: Journey, *, selection: Wish | None = None) -> Chosen:
    """Which journeys are wanted, all of them: for whoever goes through their events."""
    return snapshot.ask(narrowed(ChosenKernel(), selection), ChosenQuestion(), journey=journey)


def ask_reach(snapshot: Snapshot[Journey], journey: Journey, *, selection: Wish | None = None) -> ReachAnswer:
    """How many different people are behind the journeys, and behind each touchpoint?"""
    return snapshot.ask(narrowed(ReachKernel(), selection), ReachQuestion(), journey=journey)


def ask_paths(
    snapshot: Snapshot[Journey], journey: Journey, question: PathsQuestion, *, selection: Wish | None = None
) -> PathsAnswer:
    """Where do journeys go from a touchpoint, or how do they come to it? Counts exact.

    Raises Problem UNKNOWN_TOUCHPOINT or QUESTION_INVALID (see ``kernels.paths``).
    """
    flows = snapshot.ask(narrowed(PathColumnsKernel(), selection), question, journey=journey)
    return snapshot.ask(narrowed(PathsKernel(), selection), flows, journey=journey)


def ask_cost(
    snapshot: Snapshot[Journey],
    journey: Journey,
    question: CostQuestion,
    assumptions: Assumptions,
    *,
    selection: Wish | None = None,
) -> CostEstimate:
    """What does it cost that some were hit? No figure while an assumption is missing (see ``costs.estimate``)."""
    sums = snapshot.ask(narrowed(StrataKernel(), selection), question, journey=journey)
    return estimate(question, sums, assumptions)


def ask_rhythm(
    snapshot: Snapshot[Journey], journey: Journey, question: RhythmQuestion, *, selection: Wish | None = None
) -> RhythmAnswer:
    """At which hours of the week do things happen, on local clocks? Counts exact.

    Raises Problem UNKNOWN_TOUCHPOINT or QUESTION_INVALID (see ``kernels.rhythm``).
    """
    return snapshot.ask(narrowed(RhythmKernel(), selection), question, journey=journey)


def ask_concurrency(
    snapshot: Snapshot[Journey], journey: Journey, question: ConcurrencyQuestion, *, selection: Wish | None = None
) -> ConcurrencyAnswer:
    """How many journeys are open at a time? Maximum and curve exact.

    Raises Problem QUESTION_INVALID (see ``kernels.concurrency``).
    """
    return snapshot.ask(narrowed(ConcurrencyKernel(), selection), question, journey=journey)


def ask_cohorts(
    snapshot: Snapshot[Journey], journey: Journey, time_zone: str, grain: Grain | None = None, *, selection: Wish | None = None
) -> CohortsAnswer:
    """Who comes back, by the week or month of the first event? Counts exact; the newest event of all says what has ended.

    Raises Problem QUESTION_INVALID (see ``kernels.cohorts``).
    """
    extent = snapshot.ask(ExtentKernel(), ExtentQuestion(), journey=journey)
    question = cohorts_question(extent, time_zone, grain)
    return snapshot.ask(narrowed(CohortsKernel(), selection), question, journey=journey)
