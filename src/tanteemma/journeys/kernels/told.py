"""How many events say something of a fact? A condition on one that none says anything of is a slip of the pen."""

import msgspec
import numpy as np

from tanteemma.model.arrays import Fact, FactColumn, JourneyArrays, Mask, Selection, Touchpoints
from tanteemma.model.hooks import kernels


class ToldQuestion(msgspec.Struct, frozen=True):
    """The facts that are asked for; ``at``: only what events at these touchpoints say counts (none: at any)."""

    facts: tuple[Fact, ...]
    at: tuple[str, ...] = ()


class ToldKernel:
    """Events that say something, for each fact; no selection counts here."""

    name = "told"

    def facts(self, question: ToldQuestion) -> tuple[Fact, ...]:
        """Those that are asked for."""
        return question.facts

    def partial(
        self, arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, question: ToldQuestion
    ) -> dict[Fact, int]:
        """The counts of one bucket."""
        numbers = [number for number, name in enumerate(touchpoints.names) if name in question.at]
        there = np.isin(touchpoints.of_kind[arrays.kinds], numbers) if question.at and arrays.events else slice(None)
        return {fact: _told(arrays.facts[fact], there) if arrays.facts else 0 for fact in question.facts}

    def merge(self, one: dict[Fact, int], other: dict[Fact, int]) -> dict[Fact, int]:
        """Both together."""
        return {fact: count + other[fact] for fact, count in one.items()}

    def answer(self, merged: dict[Fact, int], touchpoints: Touchpoints, question: ToldQuestion) -> dict[Fact, int]:
        """The counts."""
        return merged


def _told(column: FactColumn, there: Mask | slice) -> int:
    values = column.values[there]
    return int(np.count_nonzero(~np.isnan(values) if values.dtype == np.float64 else values >= 0))


kernels.add(ToldKernel.name)(ToldKernel())
