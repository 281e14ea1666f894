"""Senders that are no bottleneck: wrk where it is installed, and one that keeps a pace in a process of its own.

    python -m benchmarks.senders PORT RATE SECONDS NAME KEY [KEY …]

sends batches of 100 at their time, whether or not the last one was answered in time, and prints as JSON what was acknowledged.
"""

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BATCH: Final = 100
_THREADS: Final = 8
_ACCEPTED: Final = re.compile(rb'"accepted":(\d+)')
#: an order as a shop sends it: about 430 bytes; ``%s`` are its id, its person and its order
EVENT: Final = (
    '{"message_id":"%s","type":"track","event":"Order Completed","user_id":"u-%s",'
    '"timestamp":"2026-11-20T10:00:00.123Z","properties":{"order_id":"%s","total":129.9,"currency":"EUR","items":3,"coupon":null,'
    '"category":"Küche & Haushalt","brand":"Hausmarke"},"context":{"page":{"path":"/kasse/danke",'
    '"referrer":"https://example.de/kasse"},"locale":"de-DE","library":{"name":"shop","version":"1.2.3"}}}'
)
#: each thread of wrk counts for itself; the name of the run keeps ids of one run from those of another
_SCRIPT: Final = """
local place, count, ids = 0, 0, 0
function setup(thread) thread:set("mine", place); place = place + 1 end
local event = [==[%(event)s]==]
local keys = {%(keys)s}
local heads = {}
for at, key in ipairs(keys) do
  heads[at] = {["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json"}
end
function request()
  count = count + 1
  local events = {}
  for at = 1, %(size)d do
    ids = ids + 1
    events[at] = string.format(event, "%(name)s-" .. mine .. "-" .. ids, ids %% 9973, ids)
  end
  return wrk.format("POST", "%(path)s", heads[count %% #heads + 1], "[" .. table.concat(events, ",") .. "]")
end
function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.stderr:write(string.format("requests=%%d us=%%d bad=%%d\\n", summary.requests, summary.duration, bad))
end
"""
_TOLD: Final = re.compile(r"requests=(\d+) us=(\d+) bad=(\d+)")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender was answered: ``per_second`` requests, ``bad`` of them refused or broken."""

    per_second: float
    bad: int


def has_wrk() -> bool:
    """Is there a sender that is quicker than what it measures?"""
    return shutil.which("wrk") is not None


def script(place: Path, name: str, keys: Sequence[str], size: int, path: str = "/v1/events") -> Path:
    """What wrk sends: ``size`` events a request, each with an id of its own."""
    text = _SCRIPT % {
        "event": EVENT.replace("%s", "%s"),
        "keys": ",".join(f'"{key}"' for key in keys),
        "size": size,
        "name": name,
        "path": path,
    }
    place.write_text(text, encoding="utf-8")
    return place


def flood(port: int, script_file: Path, connections: int, seconds: float) -> Sent:
    """As many requests as are answered, from so many connections at once."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "60s", "-s", str(script_file)]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True)  # noqa: S603 - a program we name
    told = _TOLD.search(done.stderr)
    if told is None:
        raise RuntimeError(done.stdout + done.stderr)
    return Sent(int(told[1]) / (int(told[2]) / 1e6), int(told[3]))


def batch(name: str, number: int) -> bytes:
    """Batch ``number`` of a run."""
    first = number * BATCH
    events = ",".join(EVENT % (f"{name}-{at}", at % 9973, at) for at in range(first, first + BATCH))
    return f"[{events}]".encode()


def paced(port: int, keys: Sequence[str], rate: float, seconds: float, name: str) -> dict[str, float]:
    """Send ``rate`` events a second for so long; how many were acknowledged, from when to when, how late the latest was."""
    count = int(rate * seconds / BATCH)
    began = time.monotonic() + 0.5
    accepted, late, refused = [0] * _THREADS, [0.0] * _THREADS, [0] * _THREADS

    def send(thread: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for number in range(thread, count, _THREADS):
            body, due = batch(name, number), began + number * BATCH / rate
            time.sleep(max(0.0, due - time.monotonic()))
            late[thread] = max(late[thread], time.monotonic() - due)
            head = {"Authorization": f"Bearer {keys[number % len(keys)]}", "Content-Type": "application/json"}
            connection.request("POST", "/v1/events", body, head)
            answer = connection.getresponse()
            said = _ACCEPTED.search(answer.read())
            accepted[thread] += int(said[1]) if said else 0
            refused[thread] += said is None
        connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(_THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    ended = time.monotonic()  # the same clock for every process of this machine
    return {"accepted": sum(accepted), "began": began, "ended": ended, "late_s": max(late), "refused": sum(refused)}


def main() -> None:
    """Keep a pace and say what was acknowledged."""
    port, rate, seconds, name, *keys = sys.argv[1:]
    json.dump(paced(int(port), keys, float(rate), float(seconds), name), sys.stdout)


if __name__ == "__main__":
    main()
