"""How long does it take to measure all touchpoints of a map over a large log, and again when an event has arrived?

python -m benchmarks.cells [--events 20000000] [--rounds 5]
"""

import argparse
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final

import numpy as np

from benchmarks.logs import LogShape, generated, touchpoints_of
from benchmarks.table import Row, Section, at_most
from benchmarks.timing import Spread, in_turns, ratios
from tanteemma.journeys.ask_cells import ask_measured, cells_of
from tanteemma.journeys.cells.question import Phase, Wanted
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.remembering import Memory, Remembered
from tanteemma.journeys.warm import warm
from tanteemma.model.arrays import Fact, FactColumn, Form, JourneyArrays, Kernel, Selection, Touchpoints, facts_of
from tanteemma.workshop.binding import parse_binding

GOAL_S: Final = 1.0
LIVE_S: Final = 0.5
_TOUCHPOINTS: Final = 84
_PHASES: Final = 7
_READ: Final = "plain read"
_ALL: Final = "all cells"
_AGAIN: Final = "again after an event"
_SCORED: Final = 0.01
_SAID: Final = 0.001
_MORE: Final = " and property.team = nord"
_NOTE: Final = (
    "Two threads. A map of 7 phases and 84 touchpoints, each bound to a name, one in twelve to what an event says as well; one "
    "event in a hundred carries a score, one in a thousand words. From the arrays to the finished cells. *Again*: an event has "
    "arrived for one customer, who is masked in the base; the other stretches are remembered."
)


@dataclass
class Pinned:
    """A snapshot of arrays in memory; ``masked``: journeys of the first bucket that are counted elsewhere."""

    buckets: list[JourneyArrays]
    table: Touchpoints
    pool: ThreadPoolExecutor
    masked: int = 0

    def touchpoints(self) -> Touchpoints:
        """How kinds read."""
        return self.table

    def ask(self, kernel: Kernel[Any, Any, Any], question: Any, *, journey: None) -> Any:  # noqa: ANN401 - any kernel
        """The answer over all buckets, with the facts the kernel needs."""
        needed = facts_of(kernel, question)

        def partial(arrays: JourneyArrays) -> Any:  # noqa: ANN401 - as above
            chosen = None
            if arrays.part == 0 and self.masked:
                chosen = np.ones(arrays.journeys, np.bool_)
                chosen[: self.masked] = False
            own = replace(arrays, facts={fact: arrays.facts[fact] for fact in needed})
            return kernel.partial(own, Selection(None, chosen), self.table, question)

        return kernel.answer(reduce(kernel.merge, self.pool.map(partial, self.buckets)), self.table, question)


def _with_facts(arrays: JourneyArrays) -> JourneyArrays:
    dice = np.random.default_rng(arrays.part)
    scored = dice.random(arrays.events) < _SCORED
    ends = {"low": 0.0, "high": 10.0, "best": 10.0}
    facts = {
        Fact("source"): FactColumn(dice.integers(0, 3, arrays.events).astype(np.int32), ("shop", "web", "mail")),
        Fact("property.team"): FactColumn(dice.integers(-1, 2, arrays.events).astype(np.int32), ("nord", "sued")),
        Fact("score", Form.NUMBER): FactColumn(np.where(scored, dice.integers(0, 11, arrays.events), np.nan)),
        Fact("score.metric"): FactColumn(np.where(scored, 0, -1).astype(np.int32), ("nps",)),
        Fact("comment", Form.NUMBER): FactColumn(np.where(dice.random(arrays.events) < _SAID, 40.0, np.nan)),
    }
    facts |= {Fact(f"score.{end}", Form.NUMBER): FactColumn(np.where(scored, at, np.nan)) for end, at in ends.items()}
    return replace(arrays, facts=facts)


def _map() -> Wanted:
    rules = []
    for number in range(_TOUCHPOINTS):
        more = "" if number % 12 else _MORE
        rules.append(Bound(f"t{number}", parse_binding(f"event = 'touchpoint {number:02}'{more}")))
    phases = tuple(Phase(f"p{number}", tuple(one.id for one in rules[number::_PHASES])) for number in range(_PHASES))
    return Wanted(tuple(rules), phases, zone="Europe/Berlin")


def section(events: int, rounds: int, threads: int) -> Section:
    """Seconds from the question to the cells."""
    shape = LogShape(events, touchpoints=_TOUCHPOINTS + 6)
    wanted, memory = _map(), Memory()
    with ThreadPoolExecutor(threads) as pool:
        pinned = Pinned([_with_facts(arrays) for arrays in generated(shape)], touchpoints_of(shape), pool)

        def place(part: int) -> Hashable:
            return part

        def keeping(kernel: Kernel[Any, Any, Any]) -> Kernel[Any, Any, Any]:
            return Remembered(kernel, memory, place)

        processor: dict[str, list[float]] = {_ALL: [], _AGAIN: []}

        def first() -> None:
            began = time.process_time()
            cells_of(ask_measured(pinned, None, wanted), "en")
            processor[_ALL].append(time.process_time() - began)

        def again() -> None:
            began = time.process_time()
            pinned.masked += 1
            cells_of(ask_measured(pinned, None, wanted, keeping=keeping), "en")
            processor[_AGAIN].append(time.process_time() - began)

        def read() -> None:
            list(pool.map(lambda arrays: int(arrays.kinds.sum()) + int(arrays.times.sum()), pinned.buckets))

        tasks: dict[str, Callable[[], None]] = {_READ: read, _ALL: first, _AGAIN: again}
        seconds = in_turns(tasks, rounds)
    rows = [Row(f"{_READ}, {events:,} events", Spread.of(seconds[_READ]).said("ms", scale=1e3), "1 ×")]
    for name, limit in ((_ALL, GOAL_S), (_AGAIN, LIVE_S)):
        found, times = Spread.of(seconds[name]), ratios(seconds[name], seconds[_READ]).middle
        goal, reached = at_most(limit, found.middle, "s")
        said = f"{found.said('s', 2)}, processor {Spread.of(processor[name][1:]).middle:.2f} s"
        rows.append(Row(f"{name}, {events:,} events", said, f"{times:.0f} ×", goal, reached))
    return Section("Measuring the touchpoints of a map", tuple(rows), _NOTE)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    warm()
    print(section(asked.events, asked.rounds, 2).text())


if __name__ == "__main__":
    main()
