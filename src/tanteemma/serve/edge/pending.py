"""What was acknowledged and is in nobody's profile yet, so that whoever sent an event finds it in the next answer."""

import threading
from collections import deque
from collections.abc import Collection, Sequence
from typing import Final

from tanteemma.model.events import JournalEntry, LiveEvent
from tanteemma.store.operational.people import own_person

#: beyond so many the oldest are left to the worker
MOST: Final = 10_000

Waiting = tuple[int, str, LiveEvent]


class Pending:
    """Events by the subjects they name, from the journal's answer until the worker has them in the profiles."""

    def __init__(self) -> None:
        self._by_subject: dict[str, list[Waiting]] = {}
        self._order: deque[Waiting] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._order)

    def add(self, sequence: int, entry: JournalEntry) -> None:
        """This entry is durable under this sequence number."""
        with self._lock:
            for event in entry.events:
                waiting = (sequence, entry.source, event)
                self._order.append(waiting)
                for subject in _named(event):
                    self._by_subject.setdefault(subject, []).append(waiting)
            while len(self._order) > MOST:
                self._forget()

    def of(self, subjects: Sequence[str], after: int) -> list[tuple[str, LiveEvent]]:
        """Events (with their sources) after a position of the journal, up to which all is in the profiles.

        Those that name one of the subjects, or somebody whom another of these events joins with them.
        """
        self.settled(after)
        with self._lock:
            return [(source, event) for _, source, event in self._joined(subjects)]

    def newest_of(self, subjects: Sequence[str]) -> int:
        """The last position of the journal that has something of these subjects or whom they are joined with, 0 if none."""
        with self._lock:
            return max((sequence for sequence, _, _ in self._joined(subjects)), default=0)

    def subject_of(self, person: bytes) -> str | None:
        """The subject that has this id while it is linked with nothing, if one of these events names it."""
        with self._lock:
            return next((subject for subject in self._by_subject if own_person(subject) == person), None)

    def settled(self, position: int) -> None:
        """Everything up to this position of the journal is in the profiles."""
        with self._lock:
            while self._order and self._order[0][0] <= position:
                self._forget()

    def _joined(self, subjects: Sequence[str]) -> list[Waiting]:
        known = set(subjects)
        asked = list(known)
        found: dict[bytes, Waiting] = {}
        while asked:
            for waiting in self._by_subject.get(asked.pop(), ()):
                event = waiting[2]
                found[event.event_id] = waiting
                for subject in {event.subject, *event.links} - known:
                    known.add(subject)
                    asked.append(subject)
        return sorted(found.values(), key=lambda one: (one[0], one[2].ordinal))

    def _forget(self) -> None:
        gone = self._order.popleft()
        for subject in _named(gone[2]):
            left = self._by_subject[subject]
            left.remove(gone)
            if not left:
                del self._by_subject[subject]


def _named(event: LiveEvent) -> Collection[str]:
    """Every subject an event names, each once."""
    return {event.subject, *event.links} if event.links else (event.subject,)
