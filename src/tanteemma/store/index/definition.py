"""What one journey is: the words, and the order of the index that answers it."""

import msgspec

from tanteemma.store.index.build import PERSON_ORDER


class JourneyDefinition(msgspec.Struct, frozen=True):
    """``by``: ``person`` (whole life), ``visit`` (cut at gaps of more than ``gap_s`` seconds) or ``case`` (by ``key``).

    With ``starts_at`` only the stretch from that touchpoint on is a journey, with ``ends_at`` it ends with the next one of that
    name (or is still open); a life, visit or case can hold several such stretches. ``version`` grows when people change it.
    """

    name: str
    by: str
    key: str | None = None
    gap_s: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    version: int = 1

    @property
    def order(self) -> str:
        """Which order of the index answers it."""
        return f"case:{self.key}" if self.by == "case" else PERSON_ORDER

    @property
    def cut(self) -> tuple[float | None, str | None, str | None]:
        """Where the journeys of the order are cut: by a gap in seconds, from a touchpoint, to a touchpoint."""
        return (self.gap_s if self.by == "visit" else None, self.starts_at, self.ends_at)


WHOLE_LIFE = JourneyDefinition("person", "person")
