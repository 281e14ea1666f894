"""The question which contacts get the credit for a goal, over a snapshot of the journeys."""

from typing import TypeVar

import msgspec

from tanteemma.journeys.ask import Snapshot
from tanteemma.journeys.attribution.answers import AttributionAnswer, attribute
from tanteemma.journeys.attribution.shares import HALF_LIFE_S
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.conversion_paths import ConversionPathsKernel, ConversionsQuestion
from tanteemma.journeys.where.wish import Wish

Journey = TypeVar("Journey")


def ask_attribution(
    snapshot: Snapshot[Journey],
    journey: Journey,
    question: ConversionsQuestion,
    half_life_s: float = HALF_LIFE_S,
    *,
    selection: Wish | None = None,
) -> AttributionAnswer:
    """Which steps get the credit for the goal, by every model? Raises Problem UNKNOWN_TOUCHPOINT."""
    found = snapshot.ask(narrowed(ConversionPathsKernel(), selection), question, journey=journey)
    return msgspec.structs.replace(attribute(found.paths, half_life_s), direct=found.direct)
