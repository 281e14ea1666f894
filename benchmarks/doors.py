"""What does strictness cost at the doors, and how quickly do events go on into the lake? Ratios of one run, taken in turns.

    python -m benchmarks.doors [--batch 100] [--rounds 15] [--json]

The measure is msgspec decoding the same request into typed events without looking any further.
"""

import argparse
import gc
import json
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import msgspec
import numpy as np

from tanteemma.ingest.doors.native import NativeDoor
from tanteemma.ingest.doors.shape import DoorRequest, settle
from tanteemma.ingest.doors.split import members_of, pieces_of
from tanteemma.ingest.projector import batches
from tanteemma.ingest.steps.live_columns import event_table
from tanteemma.ingest.steps.strict_json import Shape, read_object, read_objects
from tanteemma.store.journal import pack, unpack
from tanteemma.store.seen import Seen

PLAIN: Final = "plain typed decoding"
#: at most so many times plain decoding (None: shown, no goal)
GOALS: Final[dict[str, float | None]] = {
    PLAIN: None,
    "strict decoding": 2.5,
    "strict decoding, with white space": None,
    "strict decoding, with escapes": None,
    "door: bytes to journal entry": None,
    "journal: entry to bytes": None,
    "projector: bytes to columns": None,
}
#: the projector's own goal, events a second on one core
COLUMNS_A_SECOND: Final = 150_000
NOW_US: Final = 1_795_348_800_000_000


class Event(msgspec.Struct, gc=False):
    """The fields of an event, typed, as any program would decode them."""

    message_id: str
    type: Literal["track", "identify", "page", "screen", "group", "alias"]
    timestamp: str
    event: str | None = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}


class Batch(msgspec.Struct):
    """A request of events."""

    batch: list[Event]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: the median of the rounds, and of the ratios of each round."""

    what: str
    microseconds_an_event: float
    events_a_second: int
    ratio: float
    goal: float | None


def made_event(chance: random.Random) -> dict[str, Any]:
    """An order as a shop sends it: about 430 bytes."""
    return {
        "message_id": str(uuid.UUID(int=chance.getrandbits(128))),
        "type": "track",
        "event": "Order Completed",
        "user_id": f"u-{chance.randrange(10**6)}",
        "anonymous_id": str(uuid.UUID(int=chance.getrandbits(128))),
        "timestamp": f"2026-11-20T10:{chance.randrange(60):02}:00.{chance.randrange(1000):03}Z",
        "properties": {
            "order_id": str(chance.randrange(10**8)),
            "total": chance.randrange(100_000) / 100,
            "currency": "EUR",
            "items": chance.randrange(9),
            "coupon": None,
            "category": "Küche & Haushalt",
        },
        "context": {"page": {"path": "/kasse/danke", "referrer": "https://example.de/kasse"}, "locale": "de-DE"},
    }


def tasks(size: int) -> dict[str, Callable[[], object]]:
    """What is measured, by name; each for one request of ``size`` events."""
    chance = random.Random(1)
    events = [made_event(chance) for _ in range(size)]
    body = json.dumps({"batch": events}, ensure_ascii=False, separators=(",", ":")).encode()
    spaced = json.dumps({"batch": events}, ensure_ascii=False).encode()
    escaped = json.dumps({"batch": events}).encode()
    plain = msgspec.json.Decoder(Batch).decode
    door, request, shape = NativeDoor(), DoorRequest(source="shop", received_us=NOW_US), Shape()
    entry = settle(door.decode(body, request), [Seen.NEW] * size).entry
    if entry is None:
        raise RuntimeError("the request of the benchmark is not accepted")
    blob = pack([entry])

    def strict(text: bytes) -> object:
        array = members_of(text)["batch"]
        pieces = pieces_of(array, 5000)
        return read_objects(array, pieces, shape) or [read_object(piece, shape) for piece in pieces]

    def columns() -> object:
        (batch,) = batches(unpack(blob, 1))
        return event_table(batch.events, "shop", np.fromiter(batch.received_us, np.int64, size))

    return {
        PLAIN: lambda: plain(body),
        "strict decoding": lambda: strict(body),
        "strict decoding, with white space": lambda: strict(spaced),
        "strict decoding, with escapes": lambda: strict(escaped),
        "door: bytes to journal entry": lambda: settle(door.decode(body, request), [Seen.NEW] * size),
        "journal: entry to bytes": lambda: pack([entry]),
        "projector: bytes to columns": columns,
    }


def measured(size: int, rounds: int) -> list[Line]:
    """Every task in turns; each turn repeats it for about ten thousand events."""
    asked = tasks(size)
    repeat = max(1, 10_000 // size)
    seconds: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(rounds + 1):
        for name, task in asked.items():
            gc.collect()
            began = time.process_time()
            for _ in range(repeat):
                task()
            if turn:
                seconds[name].append((time.process_time() - began) / (repeat * size))
    return [
        Line(
            what=name,
            microseconds_an_event=statistics.median(taken) * 1e6,
            events_a_second=int(1 / statistics.median(taken)),
            ratio=statistics.median(own / plain for own, plain in zip(taken, seconds[PLAIN], strict=True)),
            goal=GOALS[name],
        )
        for name, taken in seconds.items()
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    lines = measured(chosen.batch, chosen.rounds)
    if chosen.json:
        json.dump([asdict(line) for line in lines], sys.stdout, indent=1)
        return
    print("| what | µs an event | events/s | × plain | goal |\n|---|---|---|---|---|")
    for line in lines:
        goal = "" if line.goal is None else f"≤ {line.goal:g}{'' if line.ratio <= line.goal else ' MISSED'}"
        if line.what.startswith("projector"):
            goal = f"≥ {COLUMNS_A_SECOND:,}/s{'' if line.events_a_second >= COLUMNS_A_SECOND else ' MISSED'}"
        print(f"| {line.what} | {line.microseconds_an_event:.2f} | {line.events_a_second:,} | {line.ratio:.2f} | {goal} |")


if __name__ == "__main__":
    main()
