"""Cells of a map."""

from tanteemma.journeys.ask_cells import ask_everybody, ask_measured
from tanteemma.journeys.ask_firsts import ask_firsts
from tanteemma.journeys.cells.question import Phase, Wanted
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.kernels.cell_firsts import CellFirsts
from tanteemma.journeys.kernels.cell_weeks import CellWeeksKernel
from tanteemma.journeys.warm import Sample
from tanteemma.model.hooks import warmups
from tanteemma.workshop.binding import parse_binding


@warmups.add("cells")
def exercise(sample: Sample) -> None:
    """With rules about names only, and about what events say."""
    for said in ("event = a", "event = a and score >= 1", "event = a and property.x = a"):
        found = ask_measured(sample, None, Wanted((Bound("a", parse_binding(said)),), (Phase("p", ("a",)),)))
        ask_everybody(sample, None, found.question, 0)
        sample.ask(CellWeeksKernel(), found.question, journey=None)
        ask_firsts(sample, None, CellFirsts(found.question, parse_binding(said)))
