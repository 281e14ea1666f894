"""Another engine answers the same questions over the same log, in a process and an environment of its own.

    python benchmarks/peer.py ENGINE LOG.parquet

Reads one question a line, writes one JSON document a line: ``{"seconds", "answer"}``. The log: ``journey``, ``time`` (µs),
``ordinal`` (place in the log), ``tie`` (how many events of the journey directly before have the same time), ``kind``; sorted by
journey and time, coded in numbers: the layout that suits the engines best. Loading is not part of the time.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

STEPS: Final = 5
WEEK_US: Final = 7 * 86_400 * 1_000_000
TOP: Final = 20
THREADS: Final = 2
_TIES: Final = 16

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
        self._connection.execute("CREATE TABLE log AS SELECT * FROM read_parquet(?) ORDER BY journey, time, ordinal", [log])

    def questions(self) -> dict[str, Question]:
        """Graph (percentiles exact and approximated), funnel, whole ways."""
        exact, rough = "quantile_cont(gap, [0.5, 0.9])", "[approx_quantile(gap, 0.5), approx_quantile(gap, 0.9)]"
        return {
            "graph": lambda: self._graph(exact),
            "graph, approximated": lambda: self._graph(rough),
            "funnel": self._funnel,
            "variants": self._variants,
        }

    def _graph(self, percentiles: str) -> Answer:
        rows = self._connection.execute(f"""
            WITH step AS (
                SELECT kind, lead(kind) OVER w AS following, lead(time) OVER w - time AS gap
                FROM log WINDOW w AS (PARTITION BY journey ORDER BY time, ordinal))
            SELECT kind, following, count(*), avg(gap), {percentiles} FROM step WHERE following IS NOT NULL GROUP BY ALL
        """).fetchall()
        return [[a, b, count, mean, *both] for a, b, count, mean, both in rows]

    def _funnel(self) -> Answer:
        """The start that lies latest is the best one; it is carried from step to step by running maxima."""
        window = "OVER (PARTITION BY journey ORDER BY time, ordinal ROWS UNBOUNDED PRECEDING)"
        query = f"SELECT *, max(CASE WHEN kind = 0 THEN time END) {window} AS s0 FROM log WHERE kind < {STEPS}"
        for step in range(1, STEPS):
            before = f"s{step - 1}"
            reached = f"CASE WHEN kind = {step} AND time - {before} <= {WEEK_US} THEN {before} END"
            query = f"SELECT *, max({reached}) {window} AS s{step} FROM ({query})"
        counts = ", ".join(f"count(DISTINCT CASE WHEN s{step} IS NOT NULL THEN journey END)" for step in range(STEPS))
        return list(self._connection.execute(f"SELECT {counts} FROM ({query})").fetchone())

    def _variants(self) -> Answer:
        return _counts(
            self._connection.execute(f"""
            WITH way AS (SELECT list(kind ORDER BY time, ordinal) AS steps FROM log GROUP BY journey),
                 often AS (SELECT steps, count(*) AS journeys FROM way GROUP BY steps)
            SELECT journeys, count(*) OVER () FROM often ORDER BY journeys DESC LIMIT {TOP}
        """).fetchall()
        )


class ClickHouse:
    """ClickHouse inside the process, a MergeTree in the order of the journeys, one part."""

    def __init__(self, log: str) -> None:
        self._session = importlib.import_module("chdb.session").Session()
        self._ask("CREATE DATABASE bench")
        self._ask(f"""
            CREATE TABLE bench.log ENGINE = MergeTree ORDER BY (journey, time, ordinal)
            AS SELECT assumeNotNull(journey)::UInt32 AS journey, assumeNotNull(time)::Int64 AS time,
                      assumeNotNull(ordinal)::UInt32 AS ordinal, assumeNotNull(tie)::UInt8 AS tie,
                      assumeNotNull(kind)::UInt16 AS kind FROM file('{log}', Parquet)
        """)
        self._ask("OPTIMIZE TABLE bench.log FINAL")

    def questions(self) -> dict[str, Question]:
        """Graph (percentiles exact and approximated), funnel."""
        return {
            "graph": lambda: self._graph("quantilesExactInclusive(0.5, 0.9)(gap)"),
            "graph, approximated": lambda: self._graph("quantiles(0.5, 0.9)(gap)"),
            "funnel": self._funnel,
        }

    def _ask(self, query: str) -> Answer:
        said = str(self._session.query(f"{query} SETTINGS max_threads = {THREADS}" if "SELECT" in query else query, "JSONCompact"))
        return list(json.loads(said)["data"]) if said.strip() else []

    def _graph(self, percentiles: str) -> Answer:
        rows = self._ask(f"""
            SELECT kind, following, count(), avg(gap), {percentiles} FROM (
                SELECT kind, leadInFrame(toInt32(kind), 1, -1) OVER w AS following, leadInFrame(time, 1) OVER w - time AS gap
                FROM bench.log WINDOW w AS (PARTITION BY journey ORDER BY time, ordinal
                                            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
            WHERE following >= 0 GROUP BY kind, following
        """)
        return [[int(a), int(b), int(count), mean, *map(float, both)] for a, b, count, mean, both in rows]

    def _funnel(self) -> Answer:
        """Events of equal time are kept in their order by the place that each has among them."""
        steps = ", ".join(f"kind = {step}" for step in range(STEPS))
        within = (WEEK_US + 1) * _TIES - 1
        rows = self._ask(f"""
            SELECT level, count() FROM (
                SELECT windowFunnel({within})(toUInt64(time * {_TIES} + tie), {steps}) AS level
                FROM bench.log WHERE kind < {STEPS} GROUP BY journey)
            GROUP BY level
        """)
        return [sum(int(count) for level, count in rows if int(level) > step) for step in range(STEPS)]


class Pm4py:
    """pm4py over its own table, formatted as it wants it."""

    def __init__(self, log: str) -> None:
        self._pm4py = importlib.import_module("pm4py")
        pandas = importlib.import_module("pandas")
        table = pandas.read_parquet(log)
        frame = pandas.DataFrame({
            "case:concept:name": table["journey"].astype(str).astype(object),
            "concept:name": table["kind"].astype(str).astype(object),
            "time:timestamp": pandas.to_datetime(table["time"], unit="us", utc=True),
        })
        self._frame = self._pm4py.format_dataframe(
            frame, case_id="case:concept:name", activity_key="concept:name", timestamp_key="time:timestamp"
        )
        self._counts = self._pm4py.discover_dfg(self._frame)[0]

    def questions(self) -> dict[str, Question]:
        """The performance graph: mean, median, least, most and sum of each edge; no percentile."""
        return {"graph": self._graph}

    def _graph(self) -> Answer:
        found = self._pm4py.discover_performance_dfg(self._frame)[0]
        second = 1_000_000
        return [
            [int(a), int(b), self._counts[a, b], gap["mean"] * second, gap["median"] * second, None]
            for (a, b), gap in found.items()
        ]


PEERS: Final[dict[str, Callable[[str], Peer]]] = {"DuckDB": DuckDb, "ClickHouse": ClickHouse, "pm4py": Pm4py}


def _counts(rows: list[tuple[int, int]]) -> Answer:
    """How many whole ways there are, and how many journeys take each of the most frequent."""
    return [rows[0][1], *(count for count, _ in rows)]


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
