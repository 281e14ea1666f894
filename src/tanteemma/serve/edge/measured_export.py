"""What is measured on a map, asked for an export: the newest version, as far as it can be counted now."""

from datetime import datetime

import msgspec

from tanteemma.serve.edge.measured_map import measured
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.exported_figures import as_export
from tanteemma.serve.map_asked import map_and_asked
from tanteemma.serve.shared_figures import as_shared
from tanteemma.workshop.drawing.picture import Measured


class SharedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a link shows of it: until when and from how many events; ``pending``: being counted, ``away``: it cannot be now."""

    measured: Measured = Measured()
    until: datetime | None = None
    events: int = 0
    pending: bool = False
    away: bool = False


async def measured_export(request: AnyRequest, key: str, *, patient: bool = True) -> Measured:
    """The figures of the newest version of a map; none where nothing is bound or nothing can be counted now."""
    document, asked = await edge_of(request).access.read(lambda tx: map_and_asked(tx, key))
    found = await measured(request, asked, patient=patient)
    return Measured() if found.answer is None else as_export(found.answer, document.content, language_for(request))


async def measured_share(request: AnyRequest, key: str) -> SharedFigures:
    """What strangers see of it: as the map itself asks, for nobody outside may cut it into smaller parts."""
    document, asked = await edge_of(request).access.read(lambda tx: map_and_asked(tx, key))
    found = await measured(request, asked, patient=True, said={})
    if found.answer is None:
        return SharedFigures(pending=found.pending, away=bool(found.problem))
    fewest = edge_of(request).settings.smallest_group
    shown = as_shared(found.answer, document.content, language_for(request), fewest)
    return SharedFigures(measured=shown, until=found.answer.until, events=found.answer.events)
