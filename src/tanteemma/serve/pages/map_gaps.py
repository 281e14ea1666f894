"""What is missing on a map, as its page lists it: by gap, each with the way to the place."""

from collections.abc import Iterable

from tanteemma.serve.pages.views_map import GapView, PlaceView
from tanteemma.workshop.completeness import Missing, by_gap


def gap_views(key: str, missing: Iterable[Missing]) -> tuple[GapView, ...]:
    """The gaps of the map of this key."""
    return tuple(
        GapView(gap=gap.value, places=tuple(_place(key, one) for one in found)) for gap, found in by_gap(missing).items()
    )


def _place(key: str, one: Missing) -> PlaceView:
    """A part is opened, a phase too; a cell is named by its lane."""
    lane = one.lane if one.part == one.phase else ""
    return PlaceView(name=one.name, phase=one.phase_name, lane=lane, address=f"/map/{key}/part/{one.part}")
