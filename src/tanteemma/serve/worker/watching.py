"""One look at the watched weak spots: how many came and were hit so far, and have they grown since somebody began to watch?"""

from typing import Final

import msgspec

from tanteemma.journeys.findings.growth import Counted, growth
from tanteemma.journeys.findings.measured import MeasureQuestion, Periods
from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.kernels.measure import MeasureKernel
from tanteemma.model.problems import Problem
from tanteemma.serve.worker.house import House
from tanteemma.store.operational import Transaction, findings
from tanteemma.store.operational.findings import Look
from tanteemma.store.operational.records import Mark, StoredMark, StoredSight
from tanteemma.store.snapshot import Snapshot

#: All time is one period.
_ALL: Final = Periods(0, 1 << 62, 1)


def watched(tx: Transaction) -> list[StoredMark]:
    """What is on the watch list."""
    return [one for one in findings.marks(tx) if one.mark == Mark.WATCHED]


def count(house: House, one: StoredMark) -> Counted | None:
    """How many came to the place of a watched finding so far, and were hit. None if its journeys are defined no more."""
    with house.readers.pinned() as snapshot:
        return _counted(snapshot, one)


def _counted(snapshot: Snapshot, one: StoredMark) -> Counted | None:
    try:
        journey = snapshot.definition(one.journey)
    except Problem:
        return None
    spot = read_spot(one.spot)
    newest = snapshot.ask(ExtentKernel(), ExtentQuestion(), journey=journey).last_us
    if newest is None:
        return Counted(0, 0)
    spot = msgspec.structs.replace(spot, place=msgspec.structs.replace(spot.place, now_us=newest))
    (found,) = snapshot.ask(MeasureKernel(), MeasureQuestion((spot,), (), _ALL), journey=journey).spots
    return Counted(found.all_came, found.all_hits)


def next_look(seen: list[StoredSight], now: Counted) -> Look | None:
    """What is to be kept of a look: the start, or a comparison with it; None if too few came since to say anything.

    While an alert waits for somebody to take note there is no second one. If fewer came than at the start (an import was
    taken back, people were erased), the watch starts anew.
    """
    if not seen:
        return Look(0, now.came, now.hits)
    start = next(one for one in reversed(seen) if one.look == 0)
    last = seen[-1]
    if (last.came, last.hits) == (now.came, now.hits):
        return None
    if now.came < start.came or now.hits < start.hits:
        return Look(0, now.came, now.hits)
    found = growth(Counted(start.came, start.hits), now, last.look + 1)
    if found is None:
        return None
    waits = any(one.grown and one.acknowledged is None for one in seen)
    return Look(
        last.look + 1,
        now.came,
        now.hits,
        before=found.before,
        since=found.since,
        low=found.low,
        high=found.high,
        grown=found.is_grown and not waits,
    )
