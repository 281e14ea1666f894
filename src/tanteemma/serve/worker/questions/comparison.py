"""How do two selections of journeys differ, and is it more than chance?"""

import msgspec

from tanteemma.journeys.answers_comparison import ComparisonAnswer
from tanteemma.journeys.ask_comparison import ask_comparison
from tanteemma.journeys.kernels.funnel import Order
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.questions.funnel import funnel_of


class ComparisonOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"steps": "step"}):
    """The journeys of the filter ``against`` those of other conditions (none: all that the filter leaves out).

    ``step``, ``within`` (or ``within_s``), ``order``: a funnel to compare as well.
    """

    against: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    within: str = ""
    within_s: float | None = None
    order: Order = "loose"


def _comparison(put: Put[ComparisonOptions]) -> ComparisonAnswer:
    asked = put.options
    against = tuple(one for one in asked.against if one.strip())
    other = Passing(where=against, zone=put.filter.zone) if against else None
    funnel = funnel_of(asked.steps, asked.within, asked.within_s, asked.order) if any(asked.steps) else None
    return ask_comparison(put.watched, put.journey, put.filter, other, funnel)


questions.add("comparison")(Question(ComparisonOptions, _comparison))
