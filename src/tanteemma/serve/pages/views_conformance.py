"""What the page Soll-Ist-Abgleich shows: the drawn steps and how far journeys follow them. Shares 0 to 1, times seconds."""

from datetime import datetime

import msgspec

from tanteemma.journeys.answers_conformance import ConformanceAnswer, NoStep
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views import JourneyFrame, View


class DrawnRow(View, frozen=True, kw_only=True):
    """One row of the form: the touchpoints; ``kind``: optional, repeatable, both or nothing; ``within`` reads like 7d."""

    names: tuple[str, ...] = ()
    kind: str = ""
    via: str = ""
    within: str = ""


class SavedDrawn(View, frozen=True, kw_only=True):
    """A drawn journey that is kept under a name."""

    name: str
    drawn: str
    version: int
    changed: datetime


class DrawnMap(View, frozen=True, kw_only=True):
    """A map that can be taken as the drawn journey."""

    key: str
    name: str


class ConformanceView(JourneyFrame, frozen=True, kw_only=True):
    """The page; ``drawn``: the steps in words; ``suggested``: nobody drew them, they are the most frequent way.

    ``saved``: those that are kept; ``name``: under which this one is, ``versions``: what it was.
    ``maps``: all maps, ``map``: the key of the one taken, ``left_out``: its touchpoints that are no step, by why.
    """

    rows: tuple[DrawnRow, ...] = ()
    drawn: str = ""
    suggested: bool = False
    found: ConformanceAnswer | None = None
    saved: tuple[SavedDrawn, ...] = ()
    name: str = ""
    versions: tuple[SavedDrawn, ...] = ()
    maps: tuple[DrawnMap, ...] = ()
    map: str = ""
    left_out: tuple[tuple[NoStep, tuple[str, ...]], ...] = ()

    @property
    def without_journey(self) -> JourneyFilter:
        """The conditions alone: a map brings its own definition along."""
        return msgspec.structs.replace(self.filter, journey=None)


def row_of(step: DrawnStep) -> DrawnRow:
    """A step as the form shows it.

    >>> row_of(DrawnStep(touchpoints=("A",), optional=True, within_s=604_800.0)).within
    '7d'
    """
    kind = ("both" if step.repeats else "optional") if step.optional else "repeatable" if step.repeats else ""
    within = "" if step.within_s is None else _span_of(step.within_s)
    return DrawnRow(names=step.touchpoints, kind=kind, via=step.channel or "", within=within)


def step_of(row: DrawnRow, within_s: float | None) -> DrawnStep:
    """The step that a row of the form means."""
    return DrawnStep(
        touchpoints=row.names,
        optional=row.kind in {"optional", "both"},
        repeats=row.kind in {"repeatable", "both"},
        channel=row.via or None,
        within_s=within_s,
    )


def _span_of(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{int(seconds // length)}{unit}"
    return f"{seconds:g}s"
