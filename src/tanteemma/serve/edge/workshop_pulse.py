"""How far is a workshop? Read once for each version of it, however many windows wait for that."""

import asyncio
from collections import Counter
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import Access
from tanteemma.store.operational import Transaction, workshops
from tanteemma.workshop.agenda import MOST_PEOPLE, is_over

#: windows of one workshop that wait at the same time
_MOST_WINDOWS: Final = 2 * MOST_PEOPLE
_MOST_KEPT: Final = 100


class Pulse(msgspec.Struct, frozen=True):
    """Where a workshop is and how many did what; ``stop`` -1: it is over, or gone."""

    version: int
    stop: int
    since: int
    joined: int = 0
    guessed: int = 0
    dots: int = 0


class Pulses:
    """The newest pulse of each workshop somebody waits for, and how many windows wait."""

    def __init__(self) -> None:
        self._kept: dict[int, Pulse] = {}
        self._windows: Counter[int] = Counter()
        self._reading = asyncio.Lock()

    async def of(self, access: Access, number: int, version: int) -> Pulse:
        """The pulse of this workshop at this version or a later one."""
        async with self._reading:
            kept = self._kept.get(number)
            if kept is None or kept.version < version:
                kept = await access.read(lambda tx: pulse_of(tx, number))
                self._kept[number] = kept
                while len(self._kept) > _MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
            return kept

    def enter(self, number: int) -> None:
        """One more window waits. Raises Problem TOO_MANY_REQUESTS."""
        if self._windows[number] >= _MOST_WINDOWS:
            raise Problem(ProblemCode.TOO_MANY_REQUESTS, status=429, retry_after=30)
        self._windows[number] += 1

    def leave(self, number: int) -> None:
        """It waits no more."""
        self._windows[number] -= 1
        if not self._windows[number]:
            del self._windows[number]


def pulse_of(tx: Transaction, number: int) -> Pulse:
    """How far is it?"""
    found = workshops.find(tx, number)
    if found is None or is_over(found.ends, found.closed, tx.now):
        return Pulse(0 if found is None else found.version, -1, 0)
    counts = workshops.counts(tx, number)
    since = int(found.stop_since.timestamp() * 1000)
    return Pulse(found.version, found.stop, since, counts.joined, counts.guessed, counts.dots)
