"""Another engine answers the same questions over the same log, in a process and an environment of its own.

    python benchmarks/peer.py ENGINE LOG.parquet

Reads one question a line, writes one JSON document a line: ``{"seconds", "answer"}``. The log: ``journey``, ``time`` (µs),
``ordinal`` (place in the log), ``tie`` (how many events of the journey directly before have the same time), ``kind``; sorted by
journey and time. ``person`` and ``touchpoint`` are the same as names. The engines keep it twice: with names, as a table of
events is, and coded in numbers, which suits them best. Loading is not part of the time.
"""

# ruff: noqa: S608 - every value in these queries is a number of ours or the path of our own log

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

STEPS: Final = 5
WEEK_US: Final = 7 * 86_400 * 1_000_000
TOP: Final = 20
THREADS: Final = 2
_TIES: Final = 16
#: table -> its columns: journey, touchpoint, and what both have
TABLES: Final = {
    "named": ("person", "touchpoint", "time", "ordinal", "tie"),
    "coded": ("journey", "kind", "time", "ordinal", "tie"),
}
CLICKHOUSE: Final = {
    "person": "String",
    "touchpoint": "LowCardinality(String)",
    "journey": "UInt32",
    "kind": "UInt16",
    "time": "Int64",
    "ordinal": "UInt32",
    "tie": "UInt8",
}
SAID: Final = {
    f"{question}{table}": question if table == "named" else f"{question}, {table}"
    for question in ("graph", "edges", "funnel", "variants")
    for table in TABLES
}

Answer = list[Any]
Question = Callable[[], Answer]


class Peer(Protocol):
    """An engine with the log loaded."""

    def questions(self) -> dict[str, Question]:
        """What it can be asked, by name."""
        ...


class DuckDb:
    """DuckDB in memory, the table stored in the order of the journeys."""

    def __init__(self, log: str) -> None:
        self._connection = importlib.import_module("duckdb").connect()
        self._connection.execute(f"SET threads = {THREADS}")
        for table, columns in TABLES.items():
            kept, journey = ", ".join(columns), columns[0]
            self._connection.execute(
                f"CREATE TABLE {table} AS SELECT {kept} FROM read_parquet(?) ORDER BY {journey}, time, ordinal", [log]
            )

    def questions(self) -> dict[str, Question]:
        """Graph and whole ways over names and over numbers; the funnel, which takes it long, over names."""
        asked: dict[str, Question] = {"funnelnamed": partial(self._funnel, "named", "person", "touchpoint")}
        for table, (journey, touchpoint, *_) in TABLES.items():
            asked |= {
                f"graph{table}": partial(self._graph, table, journey, touchpoint),
                f"edges{table}": partial(self._edges, table, journey, touchpoint),
                f"variants{table}": partial(self._variants, table, journey, touchpoint),
            }
        return {SAID[name]: ask for name, ask in asked.items()}

    def _edges(self, table: str, journey: str, touchpoint: str) -> Answer:
        """Count, mean and percentiles of each pair of neighbours, nothing else."""
        return self._pairs(table, journey, touchpoint, "0", "WHERE b IS NOT NULL")[0]

    def _graph(self, table: str, journey: str, touchpoint: str) -> Answer:
        """All that our graph says: last events are pairs without a second, first ones what no pair leads to."""
        edges, last = self._pairs(table, journey, touchpoint, f"count(DISTINCT {journey})", "")
        seen = self._connection.execute(f"SELECT {touchpoint}, count(DISTINCT {journey}) FROM {table} GROUP BY ALL").fetchall()
        return [edges, nodes_of(edges, {number_of(a): count for a, count in seen}, last)]

    def _pairs(self, table: str, journey: str, touchpoint: str, journeys: str, condition: str) -> tuple[Answer, dict[int, int]]:
        """Pairs of neighbours, and how often each touchpoint is the last one."""
        rows = self._connection.execute(f"""
            WITH step AS (
                SELECT {journey}, {touchpoint} AS a, lead({touchpoint}) OVER w AS b, lead(time) OVER w - time AS gap
                FROM {table} WINDOW w AS (PARTITION BY {journey} ORDER BY time, ordinal))
            SELECT a, b, count(*), {journeys}, avg(gap), quantile_cont(gap, [0.5, 0.9]) FROM step {condition} GROUP BY a, b
        """).fetchall()
        last = {number_of(a): count for a, b, count, *_ in rows if b is None}
        return [[number_of(a), number_of(b), *rest, *both] for a, b, *rest, both in rows if b is not None], last

    def _funnel(self, table: str, journey: str, touchpoint: str) -> Answer:
        """The start that lies latest is the best one; it is carried from step to step by running maxima."""
        window = f"OVER (PARTITION BY {journey} ORDER BY time, ordinal ROWS UNBOUNDED PRECEDING)"
        steps = [literal(touchpoint, step) for step in range(STEPS)]
        query = f"""SELECT *, max(CASE WHEN {touchpoint} = {steps[0]} THEN time END) {window} AS s0
                    FROM {table} WHERE {touchpoint} IN ({", ".join(steps)})"""
        for step in range(1, STEPS):
            before = f"s{step - 1}"
            reached = f"CASE WHEN {touchpoint} = {steps[step]} AND time - {before} <= {WEEK_US} THEN {before} END"
            query = f"SELECT *, max({reached}) {window} AS s{step} FROM ({query})"
        counts = ", ".join(f"count(DISTINCT CASE WHEN s{step} IS NOT NULL THEN {journey} END)" for step in range(STEPS))
        return list(self._connection.execute(f"SELECT {counts} FROM ({query})").fetchone())

    def _variants(self, table: str, journey: str, touchpoint: str) -> Answer:
        rows = self._connection.execute(f"""
            WITH way AS (SELECT list({touchpoint} ORDER BY time, ordinal) AS steps FROM {table} GROUP BY {journey}),
                 often AS (SELECT steps, count(*) AS journeys FROM way GROUP BY steps)
            SELECT journeys, count(*) OVER () FROM often ORDER BY journeys DESC LIMIT {TOP}
        """).fetchall()
        return [rows[0][1], *(count for count, _ in rows)]


class ClickHouse:
    """ClickHouse inside the process, a MergeTree in the order of the journeys, one part."""

    def __init__(self, log: str) -> None:
        self._session = importlib.import_module("chdb.session").Session()
        self._ask("CREATE DATABASE bench")
        for table, columns in TABLES.items():
            kept = ", ".join(f"assumeNotNull({name})::{CLICKHOUSE[name]} AS {name}" for name in columns)
            self._ask(
                f"CREATE TABLE bench.{table} ENGINE = MergeTree ORDER BY ({columns[0]}, time, ordinal) "
                f"AS SELECT {kept} FROM file('{log}', Parquet)"
            )
            self._ask(f"OPTIMIZE TABLE bench.{table} FINAL")

    def questions(self) -> dict[str, Question]:
        """Graph and funnel; over names, and over numbers with what ClickHouse has for quick percentiles."""
        exact, quick = "quantilesExactInclusive(0.5, 0.9)(gap)", "quantiles(0.5, 0.9)(gap)"
        asked: dict[str, Question] = {}
        for table, (journey, touchpoint, *_) in TABLES.items():
            percentiles = exact if touchpoint == "touchpoint" else quick
            asked |= {
                f"graph{table}": partial(self._graph, table, journey, touchpoint, percentiles),
                f"edges{table}": partial(self._edges, table, journey, touchpoint, percentiles),
                f"funnel{table}": partial(self._funnel, table, journey, touchpoint),
            }
        return {SAID[name]: ask for name, ask in asked.items()}

    def _ask(self, query: str) -> Answer:
        said = str(
            self._session.query(f"{query} SETTINGS max_threads = {THREADS}" if "SELECT" in query else query, "JSONCompact")
        )
        return list(json.loads(said)["data"]) if said.strip() else []

    def _edges(self, table: str, journey: str, touchpoint: str, percentiles: str) -> Answer:
        """Count, mean and percentiles of each pair of neighbours, nothing else."""
        pairs = self._steps(table, journey, touchpoint)
        rows = self._ask(f"SELECT a, b, count(), 0, avg(gap), {percentiles} FROM ({pairs}) WHERE next > 0 GROUP BY a, b")
        return [self._edge(row) for row in rows]

    def _graph(self, table: str, journey: str, touchpoint: str, percentiles: str) -> Answer:
        """All that our graph says: last events are pairs without a second, first ones what no pair leads to."""
        pairs = self._steps(table, journey, touchpoint)
        rows = self._ask(f"""
            SELECT a, b, count(), uniqExact({journey}), avg(gap), {percentiles}, next > 0 AS goes_on
            FROM ({pairs}) GROUP BY a, b, goes_on
        """)
        seen = self._ask(f"SELECT {touchpoint}, uniqExact({journey}) FROM bench.{table} GROUP BY {touchpoint}")
        edges = [self._edge(row[:-1]) for row in rows if int(row[-1])]
        last = {number_of(row[0]): int(row[2]) for row in rows if not int(row[-1])}
        return [edges, nodes_of(edges, {number_of(a): int(count) for a, count in seen}, last)]

    def _steps(self, table: str, journey: str, touchpoint: str) -> str:
        """Each event with the one after it."""
        return f"""SELECT {journey}, {touchpoint} AS a, leadInFrame({touchpoint}) OVER w AS b, leadInFrame(time) OVER w AS next,
                          next - time AS gap
                   FROM bench.{table} WINDOW w AS (PARTITION BY {journey} ORDER BY time, ordinal
                                                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"""

    def _edge(self, row: Answer) -> Answer:
        a, b, count, journeys, mean, both = row
        return [number_of(a), number_of(b), int(count), int(journeys), mean, *map(float, both)]

    def _funnel(self, table: str, journey: str, touchpoint: str) -> Answer:
        """Events of equal time are kept in their order by the place that each has among them."""
        values = [literal(touchpoint, step) for step in range(STEPS)]
        steps = ", ".join(f"{touchpoint} = {value}" for value in values)
        within = (WEEK_US + 1) * _TIES - 1
        rows = self._ask(f"""
            SELECT level, count() FROM (
                SELECT windowFunnel({within})(toUInt64(time * {_TIES} + tie), {steps}) AS level
                FROM bench.{table} WHERE {touchpoint} IN ({", ".join(values)}) GROUP BY {journey})
            GROUP BY level
        """)
        return [sum(int(count) for level, count in rows if int(level) > step) for step in range(STEPS)]


class Pm4py:
    """pm4py over its own table, formatted as it wants it."""

    def __init__(self, log: str) -> None:
        self._pm4py = importlib.import_module("pm4py")
        pandas = importlib.import_module("pandas")
        table = pandas.read_parquet(log)
        frame = pandas.DataFrame(
            {
                "case:concept:name": table["journey"].astype(str).astype(object),
                "concept:name": table["kind"].astype(str).astype(object),
                "time:timestamp": pandas.to_datetime(table["time"], unit="us", utc=True),
            }
        )
        self._frame = self._pm4py.format_dataframe(
            frame, case_id="case:concept:name", activity_key="concept:name", timestamp_key="time:timestamp"
        )
        self._counts = self._pm4py.discover_dfg(self._frame)[0]

    def questions(self) -> dict[str, Question]:
        """The performance graph: mean, median, least, most and sum of each edge; no percentile."""
        return {"edges": self._edges}

    def _edges(self) -> Answer:
        found = self._pm4py.discover_performance_dfg(self._frame)[0]
        second = 1_000_000
        return [
            [int(a), int(b), self._counts[a, b], 0, gap["mean"] * second, gap["median"] * second, None]
            for (a, b), gap in found.items()
        ]


PEERS: Final[dict[str, Callable[[str], Peer]]] = {"DuckDB": DuckDb, "ClickHouse": ClickHouse, "pm4py": Pm4py}


def nodes_of(edges: Answer, journeys: dict[int, int], last: dict[int, int]) -> Answer:
    """Touchpoint, events, journeys, starts, ends: an event goes on or is the last, and comes from another or is the first."""
    left, come = dict(last), dict.fromkeys(journeys, 0)
    for a, b, count, *_ in edges:
        left[a] = left.get(a, 0) + count
        come[b] += count
    return [[a, left[a], count, left[a] - come[a], last.get(a, 0)] for a, count in sorted(journeys.items())]


def literal(touchpoint: str, number: int) -> str:
    """A touchpoint as it stands in a query."""
    return f"'touchpoint {number:02}'" if touchpoint == "touchpoint" else str(number)


def number_of(touchpoint: str | int) -> int:
    """The number of a touchpoint, however it is named."""
    return int(str(touchpoint).removeprefix("touchpoint "))


def main() -> None:
    """Load, then answer until the questions end."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an engine prints is none of our answers
    engine, log = sys.argv[1:]
    began = time.perf_counter()
    questions = PEERS[engine](log).questions()
    print(json.dumps({"seconds": time.perf_counter() - began, "answer": list(questions)}), file=out, flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        answer = questions[line.strip()]()
        print(json.dumps({"seconds": time.perf_counter() - began, "answer": answer}), file=out, flush=True)


if __name__ == "__main__":
    main()
