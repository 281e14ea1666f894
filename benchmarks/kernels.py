"""How many times a plain read of the same arrays does each analysis take? Ratios of one run, taken in turns.

    python benchmarks/kernels.py [--events 1M 10M 20M] [--rounds 5] [--threads 2] [--json]

Absolute times say something about this machine only; the ratios have goals, and what misses one is marked. On a machine that is
shared, the ratio of processor time is the steadier one.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from benchmarks.logs import LogShape, generated, touchpoints_of
from tanteemma.journeys import ask
from tanteemma.journeys.ask_effort import ask_effort
from tanteemma.journeys.ask_funnel import Cut, ask_funnel_detail
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.journeys.kernels.concurrency import ConcurrencyQuestion
from tanteemma.journeys.kernels.conformance import ConformanceKernel, ConformanceQuestion
from tanteemma.journeys.kernels.effort import EffortQuestion
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.kernels.rhythm import RhythmQuestion
from tanteemma.journeys.warm import warm
from tanteemma.journeys.where.wish import Passing
from tanteemma.model.arrays import Fact, FactColumn, JourneyArrays, Kernel, Selection, Touchpoints, facts_of

SIZES: Final = {"1M": 1_000_000, "10M": 10_000_000, "20M": 20_000_000}
READ: Final = "plain read"
#: At most so many times a plain read (None: shown, no goal).
GOALS: Final[dict[str, float | None]] = {
    READ: None,
    "graph with percentiles": 10,
    "graph, exact": None,
    "funnel of 5 steps": 4,
    "funnel of 5 steps, strict": None,
    "funnel of 50 steps": 12,
    "funnel of 50 steps, strict": 12,
    "funnel in any order": 12,
    "funnel with an exclusion": 12,
    "funnel in detail, by month": 12,
    "conformance, 5 drawn steps": 12,
    "conformance, optional and repeatable steps": None,
    "variants, whole length": 25,
    "durations": None,
    "graph of the journeys with a touchpoint": None,
    "graph of the journeys with a property": None,
    "graph of the longer journeys": None,
    "people": None,
    "paths, 4 steps on": 12,
    "paths, 4 steps back, last": 12,
    "rhythm": 12,
    "open journeys": 12,
    "cohorts": 12,
    "customer effort, 3 stages": 12,
}
FUNNEL: Final = tuple(f"touchpoint {number:02}" for number in range(5))
#: Each touchpoint at most twice, the popular ones first: as hard as fifty steps can be.
LONG: Final = tuple(f"touchpoint {number % 25:02}" for number in range(50))
WEEK_S: Final = 7 * 86_400
TEAM: Final = Fact("property.team")
ZONE: Final = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: seconds are the median of the rounds, a ratio the median of the ratios of each round."""

    events: int
    analysis: str
    seconds: float
    fastest: float
    slowest: float
    ratio: float
    processor_ratio: float
    goal: float | None


class Snapshot:
    """Buckets in memory, asked on a bounded pool: one bucket per thread, merged as they come."""

    def __init__(self, buckets: list[JourneyArrays], table: Touchpoints, pool: ThreadPoolExecutor) -> None:
        self.buckets = sorted(buckets, key=lambda arrays: -arrays.events)
        self.table = table
        self.pool = pool

    def touchpoints(self) -> Touchpoints:
        """How kinds read."""
        return self.table

    def ask(self, kernel: Kernel[Any, Any, Any], question: object, *, journey: None) -> Any:  # noqa: ANN401 (any kernel's answer)
        """The answer of a kernel over all buckets."""
        told = TEAM in facts_of(kernel, question)

        def partial(arrays: JourneyArrays) -> Any:  # noqa: ANN401 - as above
            own = replace(arrays, facts={TEAM: _teams(arrays.part, arrays.events)}) if told else arrays
            return kernel.partial(own, Selection(), self.table, question)

        run = self.pool.map(partial, self.buckets)
        merged = next(run)
        for partial in run:
            merged = kernel.merge(merged, partial)
        return kernel.answer(merged, self.table, question)

    def read(self) -> int:
        """Every kind and every time once."""
        return sum(self.pool.map(lambda arrays: int(arrays.kinds.sum()) + int(arrays.times.sum()), self.buckets))


@lru_cache(64)
def _teams(part: int, events: int) -> FactColumn:
    """What two thirds of the events say of a team; kept, as a store keeps it after its first use."""
    return FactColumn(np.random.default_rng(part).integers(-1, 2, events).astype(np.int32), ("nord", "sued"))


def analyses(snapshot: Snapshot) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    steps = FunnelQuestion(FUNNEL, WEEK_S)
    strict = FunnelQuestion(FUNNEL, WEEK_S, "strict")
    without = FunnelQuestion(FUNNEL, WEEK_S, without=("touchpoint 09",))
    said, longer = Passing(where=("property.team = nord",)), Passing(where=("duration > 1d",))
    back = PathsQuestion(touchpoint=FUNNEL[-1], direction="to", occurrence="last")
    drawn = ConformanceQuestion(tuple(DrawnStep(touchpoints=(name,)) for name in FUNNEL))
    loose = ConformanceQuestion(
        tuple(
            DrawnStep(touchpoints=(name,), optional=turn in {1, 3}, repeats=turn in {2, 3}) for turn, name in enumerate(FUNNEL)
        )
    )
    return {
        READ: snapshot.read,
        "graph with percentiles": lambda: ask.ask_graph(snapshot, None),
        "graph, exact": lambda: ask.ask_graph(snapshot, None, exact=True),
        "funnel of 5 steps": lambda: ask.ask_funnel(snapshot, None, steps),
        "funnel of 5 steps, strict": lambda: ask.ask_funnel(snapshot, None, strict),
        "funnel of 50 steps": lambda: ask.ask_funnel(snapshot, None, FunnelQuestion(LONG, WEEK_S)),
        "funnel of 50 steps, strict": lambda: ask.ask_funnel(snapshot, None, FunnelQuestion(LONG, WEEK_S, "strict")),
        "funnel in any order": lambda: ask.ask_funnel(snapshot, None, FunnelQuestion(FUNNEL, WEEK_S, "any")),
        "funnel with an exclusion": lambda: ask.ask_funnel(snapshot, None, without),
        "funnel in detail, by month": lambda: ask_funnel_detail(snapshot, None, steps, Cut(time_zone=ZONE)),
        "conformance, 5 drawn steps": lambda: snapshot.ask(ConformanceKernel(), drawn, journey=None),
        "conformance, optional and repeatable steps": lambda: snapshot.ask(ConformanceKernel(), loose, journey=None),
        "variants, whole length": lambda: ask.ask_variants(snapshot, None),
        "durations": lambda: ask.ask_durations(snapshot, None),
        "graph of the journeys with a touchpoint": lambda: ask.ask_graph(snapshot, None, selection=Passing(with_=FUNNEL[-1:])),
        "graph of the journeys with a property": lambda: ask.ask_graph(snapshot, None, selection=said),
        "graph of the longer journeys": lambda: ask.ask_graph(snapshot, None, selection=longer),
        "people": lambda: ask.ask_reach(snapshot, None),
        "paths, 4 steps on": lambda: ask.ask_paths(snapshot, None, PathsQuestion(touchpoint=FUNNEL[0])),
        "paths, 4 steps back, last": lambda: ask.ask_paths(snapshot, None, back),
        "rhythm": lambda: ask.ask_rhythm(snapshot, None, RhythmQuestion(time_zone=ZONE)),
        "open journeys": lambda: ask.ask_concurrency(snapshot, None, ConcurrencyQuestion(time_zone=ZONE)),
        "cohorts": lambda: ask.ask_cohorts(snapshot, None, ZONE),
        "customer effort, 3 stages": lambda: ask_effort(snapshot, None, EffortQuestion(stages=FUNNEL[:2], goal=FUNNEL[-1])),
    }


def measured(events: int, rounds: int, threads: int) -> list[Line]:
    """All analyses of one log, in turns."""
    shape = LogShape(events)
    with ThreadPoolExecutor(threads) as pool:
        asked = analyses(Snapshot(generated(shape), touchpoints_of(shape), pool))
        seconds: dict[str, list[float]] = {name: [] for name in asked}
        processor: dict[str, list[float]] = {name: [] for name in asked}
        for turn in range(rounds + 1):
            for name, question in asked.items():
                began, used = time.perf_counter(), time.process_time()
                question()
                if turn:
                    seconds[name].append(time.perf_counter() - began)
                    processor[name].append(time.process_time() - used)
    return [
        Line(
            events=events,
            analysis=name,
            seconds=statistics.median(taken),
            fastest=min(taken),
            slowest=max(taken),
            ratio=_ratio(taken, seconds[READ]),
            processor_ratio=_ratio(processor[name], processor[READ]),
            goal=GOALS[name],
        )
        for name, taken in seconds.items()
    ]


def _ratio(taken: list[float], read: list[float]) -> float:
    return statistics.median(own / plain for own, plain in zip(taken, read, strict=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", nargs="+", choices=SIZES, default=["10M"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    warm()
    lines = [line for size in chosen.events for line in measured(SIZES[size], chosen.rounds, chosen.threads)]
    if chosen.json:
        json.dump([asdict(line) for line in lines], sys.stdout, indent=1)
        return
    print(
        "| events | analysis | ms (fastest–slowest) | × plain read | × its processor time | goal |\n|---|---|---|---|---|---|"
    )
    for line in lines:
        spread = f"{line.seconds * 1e3:.0f} ({line.fastest * 1e3:.0f}–{line.slowest * 1e3:.0f})"
        goal = "" if line.goal is None else f"≤ {line.goal:g}{'' if line.ratio <= line.goal else ' MISSED'}"
        print(f"| {line.events:,} | {line.analysis} | {spread} | {line.ratio:.1f} | {line.processor_ratio:.1f} | {goal} |")


if __name__ == "__main__":
    main()
