"""How long does it take to find all weak spots of a large log? Detection alone; costs follow as they are asked for."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from benchmarks.kernels import Snapshot
from benchmarks.logs import LogShape, generated, touchpoints_of
from benchmarks.table import Row, Section, at_most
from benchmarks.timing import Spread, in_turns
from tanteemma.journeys.ask_breaks import ask_breaks
from tanteemma.journeys.findings.survey import Scope, survey

GOAL_S: Final = 5.0
_NOTE: Final = (
    "All seven kinds over the generated log, two threads. It is harder than a real one: every touchpoint follows every other, "
    "so there are 900 transitions and as many ways back to look at. *Cases*: each journey is about one thing; *lives*: a whole "
    "customer."
)


def section(events: int, rounds: int, threads: int) -> Section:
    """Seconds from the question to the list of findings."""
    shape = LogShape(events)
    with ThreadPoolExecutor(threads) as pool:
        snapshot = Snapshot(generated(shape), touchpoints_of(shape), pool)

        def find(*, is_case: bool) -> None:
            ask_breaks(survey(snapshot, None, Scope(is_case=is_case)), "")

        tasks = {"cases": lambda: find(is_case=True), "lives": lambda: find(is_case=False)}
        seconds = in_turns(tasks, rounds)
    rows = []
    for name, taken in seconds.items():
        found = Spread.of(taken)
        goal, reached = at_most(GOAL_S, found.middle, "s")
        rows.append(Row(f"weak spots of {name}, {events:,} events", found.said("s", 1), "", goal, reached))
    return Section("Finding weak spots", tuple(rows), _NOTE)
