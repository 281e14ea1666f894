"""Which fields do live sources send? Looked at as batches are stored, written down now and then."""

import time
from collections import Counter
from typing import Final

from tanteemma.ingest.drift import fields_seen
from tanteemma.ingest.projector import Batch
from tanteemma.store.operational import Operational, source_fields
from tanteemma.store.operational.source_fields import MOST_ROWS, Field

_EVERY_S: Final = 2.0


class Watchful:
    """Collects what was seen, of each name the first events of every two seconds; at most so much per source as is kept.

    A crash loses the last seconds: the next batch tells.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Counter[Field]] = {}
        self._looked: dict[str, Counter[str]] = {}
        self._last = 0.0

    def look(self, batch: Batch) -> None:
        """Look at one batch."""
        if batch.events:
            seen = self._seen.setdefault(batch.source, Counter())
            if len(seen) < MOST_ROWS:
                fields_seen(batch.events, seen, self._looked.setdefault(batch.source, Counter()))

    def write_down(self, operational: Operational) -> None:
        """Keep it, if something was seen and it is time."""
        if not self._seen or time.monotonic() - self._last < _EVERY_S:
            return
        self._last = time.monotonic()
        seen, self._seen, self._looked = self._seen, {}, {}
        with operational.begin() as tx:
            for source, fields in seen.items():
                source_fields.add(tx, source, fields)
