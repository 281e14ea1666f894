"""How long does it take, fairly? Everything in turns, so that a busy moment of the machine hits all alike; then the median."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several measurements, and how far they lie apart."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Median, least and most."""
        return cls(statistics.median(values), min(values), max(values))

    def said(self, unit: str = "ms", digits: int = 0, scale: float = 1.0) -> str:
        """As the table shows it.

        >>> Spread.of([0.1, 0.2, 0.4]).said(scale=1e3)
        '200 ms (100–400)'
        """
        middle, least, most = (f"{value * scale:,.{digits}f}" for value in (self.middle, self.least, self.most))
        return f"{middle} {unit} ({least}–{most})".replace("  ", " ")


def ratios(over: Sequence[float], under: Sequence[float]) -> Spread:
    """How many times longer, round by round."""
    return Spread.of([one / other for one, other in zip(over, under, strict=True)])


def in_turns(tasks: Mapping[str, Callable[[], float | None]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every task in every round. A task that times itself returns its seconds. The first round only warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(rounds + 1):
        for name, task in tasks.items():
            gc.collect()
            began = time.perf_counter()
            told = task()
            taken = time.perf_counter() - began
            if turn:
                seconds[name].append(taken if told is None else told)
    return seconds
