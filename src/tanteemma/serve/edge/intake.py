"""How does an event become a promise? Looked up, journalled, remembered; and two requests with the same event never overlap."""

import asyncio
import time
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from functools import partial

from tanteemma.model.events import JournalEntry
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.body import busy
from tanteemma.serve.edge.pending import Pending
from tanteemma.store.journal_writer import JournalWriter, Told, settle_one
from tanteemma.store.seen import Seen, SeenIds


class _Alone:
    """Holds ids that are under way; a class of its own, as a generator would cost each request several microseconds."""

    __slots__ = ("_ids", "_intake")

    def __init__(self, intake: "Intake", ids: Sequence[bytes]) -> None:
        self._intake = intake
        self._ids = ids

    async def __aenter__(self) -> None:
        while not self._intake.claim(self._ids):
            freed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._intake.when_free(self._ids, partial(_free, freed))
            await freed

    async def __aexit__(self, *_: object) -> None:
        self._intake.release(self._ids)


def _free(freed: asyncio.Future[None]) -> None:
    if not freed.done():
        freed.set_result(None)


class Intake:
    """The one way of live events into the journal."""

    def __init__(self, writer: JournalWriter, seen: SeenIds, most_waiting: int) -> None:
        self._writer = writer
        self._most_waiting = most_waiting
        self._seen = seen
        #: ids that are under way, and who waits until each is not
        self._under_way: dict[bytes, list[Callable[[], None]]] = {}
        self._rejected: Tally[str] = Tally()
        self.pending = Pending()

    @property
    def healthy(self) -> bool:
        """Does the journal still accept? False after a failed write: nothing is trusted until a restart."""
        return self._writer.healthy

    @property
    def waiting(self) -> int:
        """Requests waiting for the disk."""
        return self._writer.waiting

    @property
    def only_in_memory(self) -> int:
        """Ids that only memory knows."""
        return self._seen.waiting

    def alone_with(self, ids: Sequence[bytes]) -> "_Alone":
        """Inside ``async with`` no other request is between looking up and promising one of these ids.

        Without it a retry could be told "duplicate" while the first request is still failing: promised, and nowhere stored.
        """
        return _Alone(self, ids)

    def claim(self, ids: Sequence[bytes]) -> bool:
        """Be alone with these ids until ``release``. False (and nothing is claimed) if one of them is under way."""
        under_way = self._under_way
        if not under_way.keys().isdisjoint(ids):
            return False
        waiting: list[Callable[[], None]] = []
        for key in ids:
            under_way[key] = waiting
        return True

    def when_free(self, ids: Sequence[bytes], then: Callable[[], None]) -> None:
        """Call ``then`` as soon as the first of these ids that is under way is not any more; at once if none is."""
        for key in ids:
            if key in self._under_way:
                self._under_way[key].append(then)
                return
        then()

    def release(self, ids: Sequence[bytes]) -> None:
        """These are settled: whoever waited for them comes next."""
        waiting: list[Callable[[], None]] = []
        for key in ids:
            waiting = self._under_way.pop(key, waiting)
        for then in waiting:
            asyncio.get_running_loop().call_soon(then)

    def look_up(self, ids: Sequence[bytes], contents: Sequence[bytes]) -> list[Seen]:
        """What is known of each id."""
        return self._seen.check(ids, contents)

    async def keep(self, entry: JournalEntry) -> int:
        """Make one entry durable; its place in the journal.

        Raises Problem BUSY or NO_ROOM: then nothing was promised and nothing is remembered.
        """
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.hand_in(entry, partial(settle_one, done))
        return await done

    def hand_in(self, entry: JournalEntry, told: Told) -> None:
        """Make one entry durable and then say so. Raises Problem BUSY or NO_ROOM as ``keep``: then nothing is told."""
        if self._writer.waiting >= self._most_waiting:
            raise busy()
        ids = [event.event_id for event in entry.events]
        self._seen.remember(ids, [event.content for event in entry.events])

        def durable(outcome: int | Problem) -> None:
            if isinstance(outcome, Problem):
                self._seen.forget(ids)
            else:
                self.pending.add(outcome, entry)
            told(outcome)

        try:
            self._writer.hand_in(entry, durable)
        except Problem:
            self._seen.forget(ids)
            raise

    def rejected(self, source: str, count: int) -> None:
        """Count what was refused without being kept; written with the next group, so that refusing costs no disk."""
        self._rejected[source] += count

    async def write_rejected(self) -> None:
        """Make the counts of refused events durable."""
        waiting, self._rejected = self._rejected, Tally()
        for source, count in waiting.items():
            entry = JournalEntry(source, time.time_ns() // 1000, (), (), 0, count)
            try:
                await self._writer.submit(entry)
            except Problem:
                self._rejected[source] += count

    async def run(self, every_s: float, kept: Callable[[], int]) -> None:
        """Write the counts again and again until cancelled. ``kept``: up to which position the profiles have everything."""
        while True:
            await asyncio.sleep(every_s)
            await self.write_rejected()
            if len(self.pending):
                self.pending.settled(kept())

    def remember(self, entries: Sequence[tuple[int, JournalEntry]]) -> None:
        """At the start: what the journal holds and the id runs may not know yet."""
        for sequence, entry in entries:
            self.pending.add(sequence, entry)
            self._seen.remember([event.event_id for event in entry.events], [event.content for event in entry.events])

    def close(self) -> None:
        """Write what waits, then stop."""
        self._writer.close()
