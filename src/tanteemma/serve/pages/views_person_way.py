"""What the page about one customer's way shows: over the map, and over the graph of people like them."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.drawing_way import WayDrawing
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views import Graph, View


class SegmentsOfView(View, frozen=True, kw_only=True):
    """The segments a customer is in."""

    id: str
    segments: tuple[str, ...] = ()


class WayRow(View, frozen=True, kw_only=True):
    """One stop on the map in words."""

    number: int
    phase: str
    touchpoint: str
    since: datetime
    events: int


class WayStep(View, frozen=True, kw_only=True):
    """A step of theirs from one touchpoint to the next, and how many of the people like them take it."""

    source: str
    target: str
    own: int
    journeys: int


class WayView(View, frozen=True, kw_only=True):
    """``chosen`` empty: everybody. ``way``: their steps as JSON, for the drawing."""

    id: str
    name: str | None
    segments: tuple[str, ...] = ()
    chosen: str = ""
    filter: JourneyFilter = msgspec.field(default_factory=JourneyFilter)
    graph: Graph | None = None
    steps: tuple[WayStep, ...] = ()
    way: str = "[]"
    map: str = ""
    map_key: str = ""
    phases: tuple[str, ...] = ()
    drawing: WayDrawing | None = None
    stops: tuple[WayRow, ...] = ()
    more_stops: int = 0
    problem: str = ""
