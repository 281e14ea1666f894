"""What the pages show on which a map is given away: its files, its links, the page behind a link, the presentation."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_map import DifferenceRow


class ShareRow(View, frozen=True, kw_only=True):
    """One link; ``good``: it still opens the map."""

    number: int
    made: datetime
    made_by: str
    ends: datetime | None = None
    revoked: datetime | None = None
    good: bool = False


class GivingView(View, frozen=True, kw_only=True):
    """Everything that can be done with a map outside. ``link``: a new one, shown once; ``framed``: by which sites."""

    key: str
    name: str
    shares: tuple[ShareRow, ...] = ()
    link: str = ""
    framed: tuple[str, ...] = ()
    problem: str = ""


class EntryTold(View, frozen=True, kw_only=True):
    """One card in words; ``figures``: what is measured, each with its n, range, source and day.

    ``mark``: how well it is evidenced; ``photo``: the picture on it, as the address that holds it.
    """

    said: str
    small: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    mark: str = ""
    photo: str = ""


class CellTold(View, frozen=True, kw_only=True):
    """What stands in a lane of one phase."""

    title: str
    entries: tuple[EntryTold, ...]


class PhaseTold(View, frozen=True, kw_only=True):
    """One phase in words; lanes in which nothing stands are left out."""

    name: str
    task: str
    cells: tuple[CellTold, ...]
    believed: float | None = None
    target: float | None = None


class SharedView(View, frozen=True, kw_only=True):
    """A map as those see it who may only look. ``drawing``: the SVG, escaped where it was made; ``framed``: inside a page.

    ``until``: the newest of the ``events`` that were measured; ``pending``: they are being counted; ``away``: they cannot be.
    """

    name: str
    facts: tuple[str, ...]
    scope: str
    drawing: str
    phases: tuple[PhaseTold, ...]
    framed: bool = False
    until: datetime | None = None
    events: int = 0
    pending: bool = False
    away: bool = False


class FillView(View, frozen=True, kw_only=True):
    """A filled file comes back: into the map ``key``, or (empty) as a new document.

    ``document``: what the file says in the exchange format, once it was read; ``made``, ``kind``: what it is called and is;
    ``drawing``, ``cards``: how a new map will look; ``differences``: what changes on a map that is there; ``missing``: cards
    that the file does not have, ``more``: and so many others.
    """

    key: str = ""
    name: str = ""
    problems: tuple[str, ...] = ()
    document: str = ""
    made: str = ""
    kind: str = "map"
    drawing: str = ""
    cards: int = 0
    differences: tuple[DifferenceRow, ...] = ()
    missing: tuple[str, ...] = ()
    more: int = 0

    def having(self, **said: object) -> "FillView":
        """The same, saying more."""
        return msgspec.structs.replace(self, **said)


class PresentView(View, frozen=True, kw_only=True):
    """One step of a presentation: the whole map first (``place`` 0), then phase by phase."""

    key: str
    name: str
    place: int
    count: int
    drawing: str = ""
    scope: str = ""
    phase: PhaseTold | None = None
    phases: tuple[str, ...] = ()
