"""What the worker has: the store it alone writes to, the state its questions read, the answers it gave."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.journeys.remembering import Memory
from tanteemma.serve.settings import Settings
from tanteemma.serve.worker.answers import Answers
from tanteemma.serve.worker.readers import Readers
from tanteemma.serve.worker.segmented import Segmented
from tanteemma.serve.worker.watchful import Watchful
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.journal import Journal
from tanteemma.store.operational import Operational
from tanteemma.store.profiles.kept import KeptFacets


@dataclass(slots=True)
class Lag:
    """How far the answers are behind the journal, and when the newest event was received (microseconds)."""

    projected: int = 0
    last: int = 0
    since: float | None = None
    newest_us: int | None = None
    moved: threading.Condition = field(default_factory=threading.Condition)

    def reach(self, position: int) -> None:
        """The answers have the journal up to this position."""
        with self.moved:
            self.projected = position
            self.moved.notify_all()

    def wait_for(self, position: int, at_most_s: float = 1.0) -> None:
        """Until the answers have the journal up to this position, of which the lake has it already."""
        with self.moved:
            self.moved.wait_for(lambda: self.projected >= position, at_most_s)


@dataclass(frozen=True, slots=True)
class House:
    """Handed to every question and every job. ``announce`` is called with the new version after each visible change.

    ``warm`` is set when everything that is compiled is: until then a file may take longer than its sender wants to wait.
    """

    folder: DataFolder
    settings: Settings
    store: Store
    journal: Journal
    readers: Readers
    profiles: ProfileKeeper
    kept: KeptFacets
    answers: Answers
    segmented: Segmented
    announce: Callable[[str], None]
    wake_jobs: Callable[[], None]
    stop: threading.Event = field(default_factory=threading.Event)
    lag: Lag = field(default_factory=Lag)
    warm: threading.Event = field(default_factory=threading.Event)
    watchful: Watchful = field(default_factory=Watchful)
    memory: Memory = field(default_factory=Memory)

    @property
    def operational(self) -> Operational:
        """The operational tables."""
        return self.store.operational

    def changed(self) -> str:
        """Something visible was stored: questions read it from now on, pages hear of it. Returns the new version."""
        version = self.readers.changed()
        self.announce(version)
        return version
