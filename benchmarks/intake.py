"""How much of a door's time is the disk? The same server with its journal, without its fsync, and without writing, in turns.

    python -m benchmarks.intake [--rounds 5] [--seconds 3] [--doors-only]

Senders are threads on the same machine, so ratios say more than figures. End to end: events a second from the first request
until the lake has them all.
"""

import argparse
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.timing import ratios
from tests.server.running import Running, environment, wait_until

#: senders at once, by events of a request: what piles up while the disk works is the next commit
_SENDERS: Final = {1: 16, 100: 4}
_GOALS: Final = {"batches of 100, of no write": 0.45, "single events, of no fsync": 0.5}
#: what stands in the journal's place
_JOURNALS: Final = {
    "journal": "",
    "no fsync": "journal._connection.execute('PRAGMA synchronous=OFF')",
    "no write": "journal.append = lambda entries, count=[0]: count.__setitem__(0, count[0] + 1) or count[0]",
}
_PROGRAM: Final = """
import sys
from tanteemma.serve import run
real = run.open_journal
def opened(*said):
    journal = real(*said)
    {change}
    return journal
run.open_journal = opened
from tanteemma.serve.cli import main
sys.exit(main())
"""


_LINK: Final = re.compile(r":(\d+)/setup\?token=(\S+)")


class Altered(Running):
    """A server whose journal does less."""

    change = ""

    def start(self, *more: str) -> "Running":
        """As the real one, by another program."""
        program = _PROGRAM.format(change=self.change or "pass")
        command = [sys.executable, "-c", program, "serve", "--data", str(self.data), "--port", str(self.port), *more]
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment(self.settings)
            )
        for line in self.process.stdout or ():
            if (said := _LINK.search(line)) is not None:
                self.port, self.token = int(said[1]), said[2]
                break
        return self


def _body(size: int, name: str, number: int) -> bytes:
    properties = {"order_id": str(number), "total": 12.5, "category": "Küche"}
    said = {"type": "track", "event": "Order Completed", "user_id": f"u-{number % 997}", "properties": properties}
    events = [{"message_id": f"{name}-{number}-{place}", **said} for place in range(size)]
    return json.dumps(events, ensure_ascii=False).encode()


def sent(server: Running, keys: Sequence[str], size: int, seconds: float, name: str) -> float:
    """Events a second that were acknowledged."""
    counts = [0] * _SENDERS[size]

    def send(sender: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            head = {"Authorization": f"Bearer {keys[number % len(keys)]}", "Content-Type": "application/json"}
            connection.request("POST", "/v1/events", _body(size, f"{name}-{sender}", number), head)
            answer = connection.getresponse()
            answer.read()
            counts[sender] += size * (answer.status == http.HTTPStatus.ACCEPTED)
            number += 1
        connection.close()

    senders = [threading.Thread(target=send, args=(sender,)) for sender in range(_SENDERS[size])]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    return sum(counts) / seconds


def measured(rounds: int, seconds: float, *, doors_only: bool) -> dict[str, object]:
    """Everything, in turns."""
    with tempfile.TemporaryDirectory() as place:
        servers = {}
        for name, change in _JOURNALS.items():
            folder = Path(place) / name.replace(" ", "-")
            folder.mkdir()
            altered = Altered(folder, {"database_url": "", "key_events_per_s": "0"})
            altered.change = change
            altered.start().ready()
            servers[name] = altered
        keys = {name: server.key() for name, server in servers.items()}
        rates: dict[tuple[str, int], list[float]] = {}
        for turn in range(rounds + 1):
            for size in (1, 100):
                for name, server in servers.items():
                    found = sent(server, [keys[name]], size, seconds, f"{turn}-{size}")
                    if turn:
                        rates.setdefault((name, size), []).append(found)
        result: dict[str, object] = {
            "batches of 100, of no write": ratios(rates["journal", 100], rates["no write", 100]).middle,
            "single events, of no fsync": ratios(rates["journal", 1], rates["no fsync", 1]).middle,
        }
        result |= {
            f"{name}, {size} at once, events/s": round(statistics.median(found)) for (name, size), found in rates.items()
        }
        if not doors_only:
            result |= _end_to_end(servers["journal"], seconds * 5)
        for server in servers.values():
            server.stop()
        return result


def _end_to_end(server: Running, seconds: float) -> dict[str, object]:
    found: dict[str, object] = {}
    cookie = server.signed_in()

    def in_lake() -> int:
        return sum(line["counts"]["accepted"] for line in server.get("/api/sources", cookie=cookie).document["sources"])

    for count in (1, 10, 100):
        admin = server.key("admin")
        keys = [str(server.send({"source": f"s{count}-{n}"}, admin, "/api/keys").document["key"]) for n in range(count)]
        before, began = in_lake(), time.monotonic()
        acknowledged = sent(server, keys, 100, seconds, f"end-{count}") * seconds
        wait_until(lambda: in_lake() - before >= acknowledged, 120.0, 0.1)  # noqa: B023 - asked inside this turn
        found[f"end to end, {count} sources, events/s"] = round(acknowledged / (time.monotonic() - began))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--doors-only", action="store_true", help="not on into the lake")
    chosen = parser.parse_args()
    for name, value in measured(chosen.rounds, chosen.seconds, doors_only=chosen.doors_only).items():
        goal = _GOALS.get(name)
        said = f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
        print(f"| {name} | {said} | {'' if goal is None else f'≥ {goal}'} |", flush=True)


if __name__ == "__main__":
    main()
