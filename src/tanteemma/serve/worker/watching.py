"""One look at the watched weak spots: how many came and were hit, and did they grow or go since the watch began?"""

from collections.abc import Sequence
from typing import Final

import msgspec

from tanteemma.journeys.findings.before_after import Stretch, settle_us, within
from tanteemma.journeys.findings.growth import Counted, growth
from tanteemma.journeys.findings.measured import MeasureQuestion, Periods
from tanteemma.journeys.findings.spot import Spot
from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.journeys.kernels.measure import MeasureKernel
from tanteemma.model.problems import Problem
from tanteemma.serve.worker.house import House
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.operational import Transaction, findings
from tanteemma.store.operational.findings import Look
from tanteemma.store.operational.records import Mark, StoredMark, StoredSight
from tanteemma.store.snapshot import Snapshot

#: Longer than any time there is, in microseconds: one period before a moment, one after it.
_EVER: Final = 1 << 60


class Seen(msgspec.Struct, frozen=True):
    """What is known now of those who came before a moment and since. ``newest_us``: the newest event.

    ``settled``: the same two, but of the later ones only those who came so long ago that they would have been hit by now; None
    where nobody can be.
    """

    newest_us: int
    before: Counted
    since: Counted
    settled: tuple[Counted, Counted] | None = None

    @property
    def all(self) -> Counted:
        """Everybody who came."""
        return self.before + self.since


def watched(tx: Transaction) -> list[StoredMark]:
    """What is on the watch list."""
    return [one for one in findings.marks(tx) if one.mark == Mark.WATCHED]


def count(house: House, one: StoredMark, start_us: int | None) -> Seen | None:
    """Who came to the place of a watched finding before a moment and since. None if its journeys are defined no more."""
    with house.readers.pinned() as snapshot:
        return _counted(snapshot, one, start_us)


def _counted(snapshot: Snapshot, one: StoredMark, start_us: int | None) -> Seen | None:
    try:
        journey = snapshot.definition(one.journey)
    except Problem:
        return None
    spot = read_spot(one.spot)
    newest = snapshot.ask(ExtentKernel(), ExtentQuestion(), journey=journey).last_us
    if newest is None:
        return Seen(0, Counted(0, 0), Counted(0, 0))
    spot = msgspec.structs.replace(spot, place=msgspec.structs.replace(spot.place, now_us=newest))
    split = newest + 1 if start_us is None else start_us
    periods = Periods(split - _EVER, _EVER, 2)
    (found,) = snapshot.ask(MeasureKernel(), MeasureQuestion((spot,), (), periods), journey=journey).spots
    before, since = (Counted(came, hits) for came, hits in zip(found.came.tolist(), found.hits.tolist(), strict=True))
    end = newest + 1 - settle_us(spot, found)
    if start_us is None or end <= start_us:
        return Seen(newest, before, since)
    return Seen(newest, before, since, _settled(snapshot, spot, Stretch(start_us, end), journey))


def _settled(snapshot: Snapshot, spot: Spot, later: Stretch, journey: JourneyDefinition) -> tuple[Counted, Counted]:
    """Who came in the finding's own time before the watch, and who since and can be judged, in whatever time."""
    own = spot.segment
    until = later.start_us if own.until_us is None else min(own.until_us, later.start_us)
    earlier = Stretch(-_EVER if own.since_us is None else own.since_us, until)
    spots = (within(spot, earlier), within(spot, later))
    question = MeasureQuestion(spots, (), Periods(-_EVER, 2 * _EVER, 1))
    before, since = snapshot.ask(MeasureKernel(), question, journey=journey).spots
    return Counted(before.all_came, before.all_hits), Counted(since.all_came, since.all_hits)


def start_of(seen: Sequence[StoredSight]) -> StoredSight | None:
    """The look that later ones are compared with."""
    return next((one for one in reversed(seen) if one.look == 0), None)


def next_look(seen: Sequence[StoredSight], now: Seen) -> Look | None:
    """What is to be kept of a look: the start, or a comparison with it; None if too few came since to say anything.

    While an alert waits for somebody to take note there is no second one. If fewer came than at the start (an import was
    taken back, people were erased), the watch starts anew.
    """
    whole = now.all
    start = start_of(seen)
    if start is None or whole.came < start.came:
        return Look(0, now.newest_us + 1, whole.came, whole.hits)
    last = seen[-1]
    if (last.came, last.hits) == (whole.came, whole.hits):
        return None
    found = growth(now.before, now.since, last.look + 1)
    if found is None:
        return None
    waits = any((one.grown or one.gone) and one.acknowledged is None for one in seen)
    settled = None if now.settled is None else growth(*now.settled, last.look + 1)
    is_gone = settled is not None and settled.is_gone
    return Look(
        last.look + 1,
        now.newest_us + 1,
        whole.came,
        whole.hits,
        before=found.before,
        since=found.since,
        low=found.low,
        high=found.high,
        grown=found.is_grown and not waits,
        gone=is_gone and not found.is_grown and not waits,
    )
