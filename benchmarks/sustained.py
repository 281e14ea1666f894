"""How many events a second go all the way into the lake, for how long, and how far behind are the answers meanwhile?

    python -m benchmarks.sustained [--seconds 600] [--rate 20000] [--sources 1]

A sender keeps the pace in a process of its own. Every second the server says how old the oldest event is that does not count in
answers yet, and how much memory its two processes hold. In the end the lake is asked for every event that was acknowledged.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import memory_of
from benchmarks.peers import ROOT
from benchmarks.table import Row, Section, at_least, at_most
from benchmarks.timing import Spread
from tests.server.running import Running, running, wait_until

RATE: Final = 20_000
LAG_S: Final = 2.0
#: how much slower a hundred sources may be than one
ALIKE: Final = 0.8
SOURCES: Final = (1, 10, 100)
_LAG: Final = re.compile(r"^emma_ingest_lag_seconds (\S+)", re.MULTILINE)
_SETTLED_S: Final = 300.0
_LOOK_S: Final = 1.0
_PROBES: Final = 5


@dataclass(slots=True)
class Kept:
    """One run: what was acknowledged, seconds until the lake had it, and what the server said meanwhile.

    ``late_s``: how late the latest batch was sent: the sender waits for answers, so a slow door shows here.
    """

    accepted: int
    seconds: float
    refused: int
    late_s: float = 0.0
    lags_s: list[float] = field(default_factory=list)
    edge_mib: list[float] = field(default_factory=list)
    worker_mib: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Events a second from the first request until the lake had all of them."""
        return self.accepted / self.seconds


def kept(server: Running, sources: int, rate: float, seconds: float, name: str) -> Kept:
    """Keep the pace for so long, then wait until everything is in the lake."""
    admin, cookie = server.key("admin"), server.signed_in()
    keys = [str(server.send({"source": f"{name}-{n}"}, admin, "/api/keys").document["key"]) for n in range(sources)]
    before = _in_lake(server, cookie)
    command = [sys.executable, "-m", "benchmarks.senders", str(server.port), str(rate), str(seconds), name, *keys]
    sender = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603 - a program of ours
    found = Kept(0, 0.0, 0)
    process, worker = server.process, server.worker()
    if process is None:
        raise RuntimeError("the server is not running")
    while sender.poll() is None:
        time.sleep(_LOOK_S)
        said = _LAG.search(server.get("/metrics", Authorization=f"Bearer {admin}").text)
        found.lags_s.append(float(said[1]) if said else float("nan"))
        found.edge_mib.append(memory_of(process.pid))
        found.worker_mib.append(memory_of(worker))
    told: dict[str, Any] = json.loads(sender.communicate()[0])
    found.accepted, found.refused = int(told["accepted"]), int(told["refused"])
    wait_until(lambda: _in_lake(server, cookie) - before >= found.accepted, _SETTLED_S, 0.1)
    found.seconds = time.monotonic() - told["began"]
    found.late_s = told["late_s"]
    return found


def visible(server: Running, rounds: int) -> Row:
    """Seconds from the answer 202 until a query of the lake in SQL counts the event."""
    key, admin, taken = server.key(source="probe"), server.key("admin"), list[float]()
    for number in range(rounds):
        event = {"message_id": f"p{number}", "type": "track", "event": "Probe", "user_id": "u"}
        if server.send(event, key).status != HTTPStatus.ACCEPTED:
            raise RuntimeError("the door does not accept")
        began = time.monotonic()
        wait_until(lambda: _counted(server, admin) > number, 60.0, 0.02)  # noqa: B023 - asked inside this turn
        taken.append(time.monotonic() - began)
    spread = Spread.of(taken)
    return Row("from 202 to being counted by a query in SQL", spread.said("s", 2), "", *at_most(LAG_S, spread.most, "s"))


def _counted(server: Running, admin: str) -> int:
    sql = "SELECT count(*) AS n FROM emma_events WHERE source = 'probe'"
    return int(server.send({"sql": sql}, admin, "/api/sql").document["rows"][0][0])


def _in_lake(server: Running, cookie: str) -> int:
    return sum(line["counts"]["accepted"] for line in server.get("/api/sources", cookie=cookie).document["sources"])


def _half(values: Sequence[float], part: int) -> float:
    middle = max(1, len(values) // 2)
    return statistics.median(values[:middle] if part == 0 else values[middle:] or values)


def section(seconds: float, rate: float = RATE, sources: Sequence[int] = SOURCES) -> Section:
    """The pace kept from one, ten and a hundred sources, one after the other on one server."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        folder.mkdir()
        with running(folder, database_url="", key_events_per_s="0") as server:
            server.ready()
            found = {count: kept(server, count, rate, seconds, f"from{count}") for count in sources}
            seen = visible(server, _PROBES)
    rows = [row for count, one in found.items() for row in _rows(count, one, rate)]
    first, last = found[sources[0]], found[sources[-1]]
    if len(found) > 1:
        alike = last.rate / first.rate
        rows.append(Row(f"{sources[-1]} sources, of one", "", f"{alike:.2f}", *at_least(ALIKE, alike, "")))
    rows.append(seen)
    note = (
        f"A sender keeps a pace of {rate:,.0f} events a second in batches of 100 for {seconds:.0f} s. The rate counts until "
        "the lake has every acknowledged event. Lag: the age of the oldest event that does not count in answers yet, asked "
        "every second. Memory: the median of the first and of the second half."
    )
    return Section("Sustained, all the way into the lake", tuple(rows), note)


def _rows(count: int, one: Kept, rate: float) -> list[Row]:
    who = "1 source" if count == 1 else f"{count} sources"
    lag = max(one.lags_s, default=0.0)
    middle = statistics.median(one.lags_s) if one.lags_s else 0.0
    pace = 0.95 * rate  # what is in flight when the sender stops counts as time, not as events
    reached = one.rate >= pace and not one.refused
    return [
        Row(
            f"{who}, in the lake",
            f"{one.rate:,.0f} events/s (batches at most {one.late_s:.1f} s late)",
            "",
            f"≥ {rate:,.0f} events/s",
            reached,
        ),
        Row(f"{who}, lag", f"{middle:.2f} s, at most {lag:.2f} s", "", *at_most(LAG_S, lag, "s")),
        Row(
            f"{who}, memory",
            f"edge {_half(one.edge_mib, 0):.0f}, then {_half(one.edge_mib, 1):.0f} MiB; "
            f"worker {_half(one.worker_mib, 0):.0f}, then {_half(one.worker_mib, 1):.0f} MiB",
        ),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--sources", type=int, nargs="+", default=SOURCES)
    chosen = parser.parse_args()
    print(section(chosen.seconds, chosen.rate, chosen.sources).text())


if __name__ == "__main__":
    main()
