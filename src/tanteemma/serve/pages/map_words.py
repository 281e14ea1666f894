"""What the templates of maps and documents may call."""

from typing import Final

from tanteemma.journeys.answers_cells import Cell, CellFinding
from tanteemma.serve.pages.drawing_map import curve_shape, felt_dots, felt_line, name_within, tone_of, wheel
from tanteemma.serve.pages.map_beside import curve_beside
from tanteemma.serve.pages.views_map import MapView
from tanteemma.workshop.kits import KITS
from tanteemma.workshop.lanes import LANES, OF_PERSONA

#: a sign for each step of an emotion, so that colour is never alone
SIGNS: Final = {-2: "angry", -1: "frown", 0: "meh", 1: "smile", 2: "laugh"}
_HOLDS: Final = {lane.name: lane.holds for lane in LANES}


def sign_of(feeling: float | None) -> str:
    """The face of an emotion.

    >>> sign_of(1.6)
    'laugh'
    """
    return "circle-help" if feeling is None else SIGNS[max(-2, min(2, round(feeling)))]


def spots_of(cell: Cell, most: int) -> list[CellFinding]:
    """The weak spots to name on a card: one of each kind, those with a price first; none that was put aside."""
    known: dict[str, CellFinding] = {}
    for found in sorted(cell.findings, key=lambda one: (one.kind == "delight", -(one.cost_mid or 0))):
        if found.mark != "aside":
            known.setdefault(found.kind, found)
    return list(known.values())[:most]


def wheel_of(view: MapView) -> object:
    """The lifecycle of a map as a ring."""
    touchpoints: dict[str, list[tuple[str, float | None]]] = {}
    for lane in view.lanes:
        if lane.holds == "touchpoint":
            for cell in lane.cells:
                touchpoints.setdefault(cell.phase, []).extend((card.text, card.feeling) for card in cell.cards)
    return wheel([(phase.name, phase.felt, touchpoints.get(phase.id, [])) for phase in view.phases])


MAP_WORDS: Final[dict[str, object]] = {
    "curve_shape": curve_shape,
    "curve_beside": curve_beside,
    "felt_dots": felt_dots,
    "felt_line": felt_line,
    "wheel_of": wheel_of,
    "wheel_name": name_within,
    "spots_of": spots_of,
    "tone_of": tone_of,
    "sign_of": sign_of,
    "of_persona": OF_PERSONA,
    "lane_holds": _HOLDS,
    "kits": tuple(KITS.values()),
}
