"""How many times quicker than SQL engines and pm4py over the same log? Answers are compared first, times are taken in turns."""

import contextlib
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.kernels import FUNNEL, WEEK_S, Snapshot
from benchmarks.logs import LogShape, generated, touchpoints_of
from benchmarks.peers import HOME, Engine, PeerMissingError
from benchmarks.table import Row, Section, at_least
from benchmarks.timing import Spread, in_turns, ratios
from tanteemma.journeys import ask
from tanteemma.journeys.answers import GraphAnswer
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.model.arrays import JourneyArrays

SQL: Final = ("DuckDB", "ClickHouse")
#: At least so many times quicker than the better of the engines named: (question of the peer, engines, goal).
CLAIMS: Final = (
    ("graph", SQL, 30),
    ("edges", SQL, None),
    ("funnel", SQL, 20),
    ("variants", ("DuckDB",), 20),
    ("graph, coded", SQL, None),
    ("funnel, coded", ("ClickHouse",), None),
    ("variants, coded", ("DuckDB",), None),
)
PM4PY_GOAL: Final = 100
_CLOSE: Final = 1e-9
_PERCENTILE: Final = 0.01
_US: Final = 1e6
_TOP: Final = 20

Answer = list[Any]


class Ours:
    """The same questions answered by the kernels, in the shape that the peers answer in."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        number = {name: place for place, name in enumerate(snapshot.table.names)}
        self._number = number

    def ask(self, question: str) -> Answer:
        """The answer to a question of a peer."""
        if question.startswith(("graph", "edges")):
            return self.whole(ask.ask_graph(self.snapshot, None))
        if question.startswith("funnel"):
            return [step.journeys for step in ask.ask_funnel(self.snapshot, None, FunnelQuestion(FUNNEL, WEEK_S)).steps]
        found = ask.ask_variants(self.snapshot, None, top=_TOP)
        return [found.variants_total, *(one.count for one in found.variants)]

    def whole(self, graph: GraphAnswer) -> Answer:
        """Edges and nodes with numbers for names and microseconds for seconds."""
        number = self._number
        edges = [
            [number[e.source], number[e.target], e.count, e.journeys, e.mean_s * _US, e.median_s * _US, e.p90_s * _US]
            for e in graph.edges
        ]
        return [edges, sorted([number[n.name], n.events, n.journeys, n.starts, n.ends] for n in graph.nodes)]

    def exact(self) -> Answer:
        """The graph with exact percentiles."""
        return self.whole(ask.ask_graph(self.snapshot, None, exact=True))


def differences(question: str, ours: Ours, theirs: Answer) -> str:
    """Where an engine answers something else than we do, "" if nowhere. Counts exactly, exact times to nine digits."""
    if question.startswith("edges"):
        return _other_edges(question, ours, theirs, with_journeys=False)
    if not question.startswith("graph"):
        return "" if ours.ask(question) == theirs else f"{question}: {ours.ask(question)[:6]} against {theirs[:6]}"
    edges, nodes = theirs
    if nodes != ours.ask(question)[1]:
        return f"{question}: other nodes"
    return _other_edges(question, ours, edges, with_journeys=True)


def _other_edges(question: str, ours: Ours, theirs: Answer, *, with_journeys: bool) -> str:
    exact, quick = ({(a, b): rest for a, b, *rest in found} for found in (ours.exact()[0], ours.ask("graph")[0]))
    counted = 2 if with_journeys else 1
    if {(a, b): rest[:counted] for a, b, *rest in theirs} != {edge: rest[:counted] for edge, rest in exact.items()}:
        return f"{question}: other counts"
    for a, b, _, _, mean, *percentiles in theirs:
        _, _, own_mean, *own = exact[a, b]
        wrong = not math.isclose(own_mean, mean, rel_tol=_CLOSE, abs_tol=1)
        if "coded" not in question:  # there ClickHouse approximates
            said = [(one, other) for one, other in zip(own, percentiles, strict=True) if other is not None]
            wrong |= any(not math.isclose(one, other, rel_tol=_CLOSE, abs_tol=1) for one, other in said)
            wrong |= any(abs(one - other) > _PERCENTILE * other + 1 for one, other in zip(quick[a, b][3:], own, strict=True))
        if wrong:
            return f"{question}: {a} to {b} is {exact[a, b]} against {[mean, *percentiles]}"
    return ""


def write_log(buckets: list[JourneyArrays], path: Path) -> None:
    """The log as Parquet, for the engines."""
    sizes = [np.diff(one.offsets) for one in buckets]
    journey = np.concatenate([np.repeat(one.people, size) for one, size in zip(buckets, sizes, strict=True)])
    times, kinds = (np.concatenate([getattr(one, name) for one in buckets]) for name in ("times", "kinds"))
    same = np.zeros(len(times), bool)
    same[1:] = (times[1:] == times[:-1]) & (journey[1:] == journey[:-1])
    ordinal = np.arange(len(times), dtype=np.uint32)
    tie = (ordinal - np.maximum.accumulate(np.where(same, 0, ordinal))).astype(np.uint8)
    person = pc.binary_join_element_wise("c-", pa.array(journey).cast(pa.string()), "")
    names = pa.array([f"touchpoint {number:02}" for number in range(int(kinds.max()) + 1)])
    columns = {"journey": journey, "time": times, "ordinal": ordinal, "tie": tie, "kind": kinds}
    columns |= {"person": person, "touchpoint": names.take(pa.array(kinds))}
    pq.write_table(pa.table(columns), path)


def compared(events: int, engines: tuple[str, ...], rounds: int, threads: int) -> tuple[list[Row], dict[str, str]]:
    """Rows of one log, and why an engine is missing."""
    shape = LogShape(events)
    buckets = generated(shape)
    HOME.mkdir(exist_ok=True)
    log = HOME / "log.parquet"
    write_log(buckets, log)
    missing: dict[str, str] = {}
    with contextlib.ExitStack() as closing:
        pool = closing.enter_context(ThreadPoolExecutor(threads))
        ours = Ours(Snapshot(buckets, touchpoints_of(shape), pool))
        running = []
        for name in engines:
            try:
                running.append(closing.enter_context(Engine(name, log)))
            except PeerMissingError as problem:
                missing[name] = str(problem)
        seconds = _timed(ours, running, rounds)
    log.unlink()
    return _rows(events, seconds, missing), missing


def _timed(ours: Ours, engines: list[Engine], rounds: int) -> dict[str, list[float]]:
    """Seconds of ``ours: question`` and ``engine: question``."""
    tasks: dict[str, Callable[[], float | None]] = {}
    for engine in engines:
        for question in engine.questions:
            wrong = differences(question, ours, engine.ask(question).answer)
            if wrong:
                raise ValueError(f"{engine.name} answers differently, so times mean nothing: {wrong}")
            tasks[f"ours: {question}"] = partial(_asked, ours, question)
            tasks[f"{engine.name}: {question}"] = partial(_seconds, engine, question)
    return in_turns(tasks, rounds)


def _asked(ours: Ours, question: str) -> None:
    ours.ask(question)


def _seconds(engine: Engine, question: str) -> float:
    return engine.ask(question).seconds


def _rows(events: int, seconds: dict[str, list[float]], missing: dict[str, str]) -> list[Row]:
    claims = (("edges", ("pm4py",), PM4PY_GOAL),) if "pm4py: edges" in seconds or "pm4py" in missing else CLAIMS
    return [_row(events, claim, seconds, missing) for claim in claims]


def _row(
    events: int, claim: tuple[str, tuple[str, ...], int | None], seconds: dict[str, list[float]], missing: dict[str, str]
) -> Row:
    question, engines, goal = claim
    known = {name: taken for name in engines if (taken := seconds.get(f"{name}: {question}"))}
    what = f"{question}, {events:,} events, against {' and '.join(engines)}"
    if not known:
        return Row(what, "; ".join(f"{name} is not here: {missing.get(name, '')}" for name in engines))
    own = seconds[f"ours: {question}"]
    better = min(known, key=lambda name: Spread.of(known[name]).middle)
    ratio = ratios(known[better], own)
    said = "; ".join(f"{name} {Spread.of(taken).said(scale=1e3)}" for name, taken in known.items())
    lacking = "".join(f"; {name} is not here: {missing[name]}" for name in engines if name in missing)
    goal_said, reached = at_least(goal, ratio.middle) if goal else ("", None)
    shown = f"{ratio.middle:.0f} × ({ratio.least:.0f}–{ratio.most:.0f})"
    return Row(what, f"ours {Spread.of(own).said(scale=1e3)}; {said}{lacking}", shown, goal_said, reached)


def section(sql_events: int, pm4py_events: int, rounds: int, threads: int) -> Section:
    """All comparisons."""
    rows, _ = compared(sql_events, SQL, rounds, threads)
    more, _ = compared(pm4py_events, ("pm4py",), rounds, threads)
    note = (
        "Against the better engine. Before timing the answers were found equal: counts exactly, exact means and percentiles "
        "to nine digits, our percentiles within 1 % of the exact ones. The engines hold the log as a table of events sorted "
        "by person and time, in memory or in one part, and get two threads. *Graph*: all that ours says, of each edge its "
        "count, journeys, mean, median and 90th percentile, of each touchpoint its events, journeys, starts and ends. *Edges*: "
        "the engines only count pairs of neighbours with mean, median and 90th percentile (pm4py: only the median), while "
        "ours answers the whole graph. *Coded*: the table made for the question, people and touchpoints as small numbers, "
        "ClickHouse with its approximated percentiles: the quickest we could make them."
    )
    return Section("Against others", (*rows, *more), note)
