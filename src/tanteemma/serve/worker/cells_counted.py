"""What is counted a day at touchpoints where nobody is known: read from the tables, put beside what was tracked."""

from typing import Final

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import Cell, CellCounted, Warned
from tanteemma.journeys.cells.counted import counted
from tanteemma.journeys.cells.question import Cells
from tanteemma.metrics.shape import FEW
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.questions.breaks import stated_and_said
from tanteemma.store.operational import daily_counts
from tanteemma.workshop.binding import series_of
from tanteemma.workshop.evidence import Evidence

_COUNTS: Final = "counts"


def counted_of(house: House, question: Cells) -> dict[int, CellCounted]:
    """The daily counts of each row whose rule names a series; of a phase those of its touchpoints."""
    wanted = {row: names for row, bound in enumerate(question.bound) if (names := series_of(bound.rule))}
    if not wanted:
        return {}
    every = {name for names in wanted.values() for name in names}
    with house.operational.read() as tx:
        days, known = daily_counts.days(tx, every), daily_counts.series(tx, every)
    return {row: counted(names, days, known, question) for row, names in wanted.items()}


def with_counts(cell: Cell, found: CellCounted | None) -> Cell:
    """The cell with its daily counts: they are evidence, and what is not there is said."""
    if found is None:
        return cell
    evidence, rests_on, warnings = cell.evidence, cell.rests_on, cell.warnings
    if found.contacts:
        rests_on = (*rests_on, _COUNTS)
        if evidence is Evidence.ASSUMED:
            evidence = Evidence.MEASURED if found.contacts >= FEW else Evidence.FEW
    if found.missing:
        warnings = (*warnings, Warned.UNKNOWN_SERIES)
    return replace(cell, counted=found, evidence=evidence, rests_on=rests_on, warnings=warnings)


def stated_and_counted(house: House) -> str:
    """The state of what people stated and said of findings, and of the daily counts."""
    return f"{stated_and_said(house)}.{state_of_counts(house)}"


def state_of_counts(house: House) -> str:
    """The state of the daily counts alone."""
    with house.operational.read() as tx:
        return str(daily_counts.state_number(tx))
