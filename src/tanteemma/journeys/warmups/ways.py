"""Graph, variants, funnel, durations, reach, lists."""

from typing import Final

import numpy as np

from tanteemma.journeys import ask
from tanteemma.journeys.ask_funnel import Cut, ask_funnel_detail
from tanteemma.journeys.exact import quantiles_s
from tanteemma.journeys.kernels.funnel import FunnelQuestion, Order
from tanteemma.journeys.kernels.listed import ListedQuestion
from tanteemma.journeys.quantiles import MEDIAN
from tanteemma.journeys.warm import Sample
from tanteemma.model.hooks import warmups

#: More values than are sorted partly.
_MANY: Final = 1 << 13
_ORDERS: Final[tuple[Order, ...]] = ("loose", "strict", "any")


@warmups.add("ways")
def exercise(sample: Sample) -> None:
    """Each of them once."""
    ask.ask_graph(sample, None)
    ask.ask_graph(sample, None, exact=True)
    ask.ask_variants(sample, None, top=2)
    ask.ask_durations(sample, None)
    ask.ask_reach(sample, None)
    ask.ask_listed(sample, None, ListedQuestion())
    for order in _ORDERS:
        ask.ask_funnel(sample, None, FunnelQuestion(("a", "b"), within_s=0, order=order))
    for each in _ORDERS:
        ask_funnel_detail(sample, None, FunnelQuestion(("a", "b"), order=each), Cut(by="channel", time_zone="UTC"))
    quantiles_s([np.arange(_MANY)], [MEDIAN])
