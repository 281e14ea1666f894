"""What the edge has: one value made at the start and handed to every door, page and answer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tanteemma.serve.edge.access import Access
from tanteemma.serve.edge.arrivals import Arrivals
from tanteemma.serve.edge.body import BodyMemory
from tanteemma.serve.edge.drawn_changes import DrawnChanges
from tanteemma.serve.edge.guiding import Guiding
from tanteemma.serve.edge.intake import Intake
from tanteemma.serve.edge.limits import FORM_BURST_S, Buckets
from tanteemma.serve.edge.live import Live
from tanteemma.serve.edge.metrics import Counters
from tanteemma.serve.edge.origins import Origins
from tanteemma.serve.edge.room import Room
from tanteemma.serve.edge.sightings import Sightings
from tanteemma.serve.edge.workshop_pulse import Pulses
from tanteemma.serve.known_people import KnownPeople
from tanteemma.serve.settings import Settings
from tanteemma.serve.worker.client import AsyncWorkerClient
from tanteemma.store.folder import DataFolder


@dataclass(frozen=True, slots=True)
class Edge:
    """Everything a request may need. ``threads`` is for what blocks: tables, decoding of large bodies."""

    folder: DataFolder
    settings: Settings
    access: Access
    intake: Intake
    worker: AsyncWorkerClient
    counters: Counters
    origins: Origins
    memory: BodyMemory
    threads: ThreadPoolExecutor
    live: Live
    people: KnownPeople
    sightings: Sightings
    room: Room
    address_buckets: Buckets
    key_buckets: Buckets
    form_buckets: Buckets = field(default_factory=lambda: Buckets(FORM_BURST_S))
    arrivals: Arrivals = field(default_factory=Arrivals)
    drawn: DrawnChanges = field(default_factory=DrawnChanges)
    guiding: Guiding = field(default_factory=Guiding)
    pulses: Pulses = field(default_factory=Pulses)
    workshop_buckets: Buckets = field(default_factory=lambda: Buckets(FORM_BURST_S))
    own_only: Origins = field(default_factory=lambda: Origins(()))
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def https(self) -> bool:
        """Do people reach us by https? Then cookies are for https only."""
        return self.settings.public_url.startswith("https://")
