"""How many get from step to step, who drops and where do they go instead?"""

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.answers import FunnelAnswer
from tanteemma.journeys.answers_funnel import FunnelDetailAnswer
from tanteemma.journeys.ask_funnel import Cut, ask_funnel_detail
from tanteemma.journeys.calendars import Grain
from tanteemma.journeys.kernels.funnel import FunnelQuestion, Order
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span
from tanteemma.serve.worker.asking import Put, Question


class FunnelOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"steps": "step"}):
    """``step`` several times, in this order; ``within`` like 7d (or ``within_s``); ``order``: loose, strict or any.

    ``exclude``: touchpoints that must not lie between. ``detail``: also who dropped, and where they went; ``periods``: over
    time, each as long as ``grain`` says (else what fits); ``by``: in groups, by channel or ``property.NAME``. It is exact,
    whether ``exact`` or not.
    """

    steps: tuple[str, ...] = ()
    within: str = ""
    within_s: float | None = None
    order: Order = "loose"
    exclude: tuple[str, ...] = ()
    detail: bool = False
    periods: bool = False
    grain: Grain | None = None
    by: str | None = None
    exact: bool = False


def funnel_of(steps: tuple[str, ...], within: str, within_s: float | None, order: Order) -> FunnelQuestion:
    """A funnel as it is asked for from outside. Raises Problem QUESTION_INVALID (a span that cannot be read)."""
    seconds = seconds_of_span(within) if within else within_s
    if within and seconds is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="within", value=within, allowed="30m, 12h, 7d, 4w")
    return FunnelQuestion(tuple(step for step in steps if step), seconds, order)


def _funnel(put: Put[FunnelOptions]) -> FunnelAnswer | FunnelDetailAnswer:
    asked = put.options
    funnel = funnel_of(asked.steps, asked.within, asked.within_s, asked.order)
    funnel = msgspec.structs.replace(funnel, without=tuple(name for name in asked.exclude if name))
    if not (asked.detail or asked.periods or asked.grain or asked.by):
        return journeys.ask_funnel(put.watched, put.journey, funnel, selection=put.filter)
    over_time = asked.periods or asked.grain is not None
    cut = Cut(by=asked.by or None, time_zone=put.house.settings.time_zone if over_time else None, grain=asked.grain)
    return ask_funnel_detail(put.watched, put.journey, funnel, cut, selection=put.filter)


questions.add("funnel")(Question(FunnelOptions, _funnel))
