"""The question about a funnel in detail: from when to when journeys reach, then everything in one walk."""

from typing import Final

import msgspec

from tanteemma.journeys.answers_funnel import FunnelDetailAnswer
from tanteemma.journeys.ask import Journey, Snapshot
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.cohorts import bounds_of
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.funnel_detail import FunnelDetailKernel, FunnelDetailQuestion
from tanteemma.journeys.where.wish import Wish


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """How the funnel is cut: ``by`` channel or a fact, None for no groups; into periods of a time zone, None for no periods.

    ``grain``: how long a period is (None: what fits).
    """

    by: str | None = None
    time_zone: str | None = None
    grain: Grain | None = None


_WHOLE: Final = Cut()


def ask_funnel_detail(
    snapshot: Snapshot[Journey],
    journey: Journey,
    funnel: FunnelQuestion,
    cut: Cut = _WHOLE,
    *,
    selection: Wish | None = None,
) -> FunnelDetailAnswer:
    """Who gets from step to step, who drops and where do they go instead; over time and by group if wished? All exact.

    Raises Problem UNKNOWN_TOUCHPOINT or QUESTION_INVALID (see ``kernels.funnel`` and ``kernels.cohorts.bounds_of``).
    """
    question = FunnelDetailQuestion(funnel=funnel, by=cut.by)
    if cut.time_zone is not None:
        extent = snapshot.ask(ExtentKernel(), ExtentQuestion(), journey=journey)
        grain, bounds = bounds_of(extent, cut.time_zone, cut.grain)
        question = msgspec.structs.replace(question, grain=grain, bounds=bounds, time_zone=cut.time_zone)
    return snapshot.ask(narrowed(FunnelDetailKernel(), selection), question, journey=journey)
