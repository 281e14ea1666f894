"""What the page about customer effort keeps when one of its options changes: the rest of them, as fields and as an address."""

from typing import Final
from urllib.parse import urlencode

from tanteemma.serve.pages.views_effort import EffortBand, EffortView


def effort_fields(view: EffortView) -> list[tuple[str, str]]:
    """The options of the page as they stand in its address."""
    pairs = [("goal", view.goal), *(("stage", name) for name in view.stages), ("pause", view.pause)]
    for one in view.fields:
        pairs += [(f"weight.{one.name}", one.weight), (f"half.{one.name}", one.half)]
    return [pair for pair in (*pairs, ("band", view.band), ("by", view.by)) if pair[1]]


def band_query(view: EffortView, band: EffortBand | None) -> str:
    """The same page with only the journeys of a band named; None: those with most effort."""
    kept = [pair for pair in effort_fields(view) if pair[0] != "band"]
    return urlencode(kept if band is None else [*kept, ("band", f"{band.low}-{band.high}")])


EFFORT_LINKS: Final = {"band_query": band_query, "effort_fields": effort_fields}
