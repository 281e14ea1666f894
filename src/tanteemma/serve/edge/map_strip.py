"""The phases of the company's map for the page Start: how people feel in each, believed and measured."""

from tanteemma.journeys.answers_cells import Cell
from tanteemma.model.texts import text
from tanteemma.serve.edge.map_reading import Look, map_view
from tanteemma.serve.edge.measured_map import Measured, measured
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.map_asked import Measurable
from tanteemma.serve.pages import numbers
from tanteemma.serve.pages.map_measured import with_figures
from tanteemma.serve.pages.views_map import Apart, MapView, PhaseView
from tanteemma.serve.pages.views_start import PhaseCell, PhaseStrip
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping

_GOOD, _BAD = 0.5, -0.5


async def strip_of(request: AnyRequest, *, patient: bool = False) -> tuple[PhaseStrip | None, bool]:
    """The strip, and whether its figures are still being counted; None while there is no map with phases."""
    found = await edge_of(request).access.read(main_map)
    if found is None:
        return None, False
    view, asked = found
    figures: Measured = await measured(request, asked, patient=patient)
    if figures.answer is not None:
        view = with_figures(view, figures.answer)
    href = f"/map/{view.key}"
    phases = tuple(_cell(phase, view.cells.get(phase.id), href) for phase in view.phases)
    sentence = _sentence(view.told[0], language_for(request)) if view.told else ""
    return PhaseStrip(map=view.name, href=href, phases=phases, sentence=sentence), figures.pending


def main_map(tx: Transaction) -> tuple[MapView, Measurable] | None:
    """The map people look at first: one of how it is today, with the most touchpoints bound to data; else any."""
    maps = [keeping.open_document(tx, stored.key) for stored in documents.every(tx, ("map",))]
    ranked = sorted(
        (one for one in maps if one.content.of_kind("phase")),
        key=lambda one: (
            one.content.text("state") == "to_be",
            bool(one.content.said("template")),
            -sum(bool(part.text("rule") or part.text("shared")) for part in one.content.of_kind("touchpoint")),
        ),
    )
    return map_view(tx, ranked[0].key, Look()) if ranked else None


def _cell(phase: PhaseView, cell: Cell | None, href: str) -> PhaseCell:
    felt = None if cell is None else cell.emotion
    return PhaseCell(
        name=phase.name,
        href=f"{href}/part/{phase.id}",
        believed=phase.felt,
        measured=None if felt is None else felt.value,
        low=None if felt is None else felt.low,
        high=None if felt is None else felt.high,
        health="unknown" if felt is None else "good" if felt.value >= _GOOD else "bad" if felt.value <= _BAD else "fair",
        n=0 if cell is None else cell.persons,
    )


def _sentence(apart: Apart, language: str) -> str:
    locale = numbers.LOCALES[language]
    felt = {name: numbers.felt(getattr(apart, name), locale) for name in ("believed", "measured", "low", "high")}
    return text("map.apart", language, name=apart.name, **felt)
