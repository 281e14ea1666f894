"""What one journey is: the words, and the order of the index that answers it."""

import msgspec

from tanteemma.store.index.build import PERSON_ORDER


class JourneyDefinition(msgspec.Struct, frozen=True):
    """``by``: ``person`` (whole life), ``visit`` (cut at gaps of more than ``gap_s`` seconds) or ``case`` (by ``key``)."""

    name: str
    by: str
    key: str | None = None
    gap_s: float | None = None

    @property
    def order(self) -> str:
        """Which order of the index answers it."""
        return f"case:{self.key}" if self.by == "case" else PERSON_ORDER


WHOLE_LIFE = JourneyDefinition("person", "person")
