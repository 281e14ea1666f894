"""What somebody without an account may see of what is measured on a map: values with their n, nothing of single people."""

from typing import Final

from msgspec.structs import replace

from tanteemma.journeys.answers_cells import Cell, CellsAnswer, Rate
from tanteemma.model.texts import text
from tanteemma.serve.exported_figures import as_export
from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.picture import Figure, Measured

#: what fewer people did is not told to strangers, whatever ``smallest_group`` allows inside
FEWEST: Final = 10
_UNKNOWN: Final = Rate(0, 0, None, None, None)


def as_shared(answer: CellsAnswer, content: Content, language: str, fewest: int = FEWEST) -> Measured:
    """The figures behind a link. Of a cell with too few people only that it is so; no words, no weak spots, no money."""
    fewest = max(fewest, FEWEST)
    every = (*answer.touchpoints, *answer.phases)
    few = {cell.id for cell in every if 0 < cell.persons < fewest}
    shown = as_export(
        replace(
            answer,
            touchpoints=tuple(_guarded(cell, fewest) for cell in answer.touchpoints),
            phases=tuple(_guarded(cell, fewest) for cell in answer.phases),
            disagreements=tuple(one for one in answer.disagreements if one.id not in few),
        ),
        content,
        language,
    )
    said = Figure(label=text("map.measured.persons", language), shown=text("map_export.shared.few", language, count=fewest))
    figures = {cell.id: (*shown.figures.get(cell.id, ()), said) for cell in answer.touchpoints if cell.id in few}
    return replace(shown, figures=shown.figures | figures)


def _guarded(cell: Cell, fewest: int) -> Cell:
    if cell.counted is not None:  # by the name of the series, not of somebody's file
        series = tuple(replace(one, file=one.name) for one in cell.counted.series)
        cell = replace(cell, counted=replace(cell.counted, spend={}, series=series))
    cell = replace(cell, findings=(), comments=())
    if cell.persons >= fewest:
        return cell if cell.drop_off.of >= fewest else replace(cell, drop_off=_UNKNOWN)
    return replace(cell, volume=0, drop_off=_UNKNOWN, emotion=None, sentiment=None, scores=())
