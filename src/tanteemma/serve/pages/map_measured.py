"""The figures of a map put where they belong: beside each touchpoint and phase, on the curve, and as one sentence."""

from collections.abc import Mapping

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import Cell, CellsAnswer, Disagreement
from tanteemma.serve.pages.views_map import Apart, CurvePoint, MapView
from tanteemma.workshop.beliefs import to_be_named


def with_figures(view: MapView, answer: CellsAnswer) -> MapView:
    """The map with what was measured."""
    cells = {cell.id: cell for cell in (*answer.touchpoints, *answer.phases)}
    cards = [card for lane in view.lanes for cell in lane.cells for card in cell.cards]
    names = {phase.id: phase.name for phase in view.phases} | {card.id: card.text or card.shared for card in cards}
    apart = {one.id: _apart(one, names) for one in answer.disagreements if one.clear and one.id in names}
    return replace(
        view,
        cells=cells,
        curve=tuple(_point(point, cells.get(phase.id)) for point, phase in zip(view.curve, view.phases, strict=True)),
        apart=tuple(apart.values()),
        told=tuple(apart[name] for name in to_be_named(list(apart), {card.id: card.phase for card in cards})),
        unbound=answer.unbound_events,
        measured_events=answer.events,
        until=answer.until,
        measured=True,
        definitions=answer.definitions,
    )


def _point(point: CurvePoint, cell: Cell | None) -> CurvePoint:
    if cell is None or cell.emotion is None:
        return point
    felt = cell.emotion
    return replace(point, measured=felt.value, low=felt.low, high=felt.high)


def _apart(one: Disagreement, names: Mapping[str, str]) -> Apart:
    return Apart(id=one.id, name=names[one.id], believed=one.believed, measured=one.measured, low=one.low, high=one.high)
