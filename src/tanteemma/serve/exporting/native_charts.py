"""Charts that PowerPoint draws itself, so that whoever gets the slide can change the numbers."""

from collections.abc import Sequence
from typing import Any, Final

from tanteemma.model.texts import text
from tanteemma.serve.exporting.fitting import shortened
from tanteemma.serve.exporting.libraries import library
from tanteemma.serve.exporting.native import FONT, POINT, Room, colour
from tanteemma.workshop.drawing.picture import MapPicture, WeakSpot
from tanteemma.workshop.drawing.shapes import Ink

_LINES: Final = (("believed", Ink.INK), ("measured", Ink.BLUE), ("target", Ink.OCHRE_BRIGHT))
_HIGHEST: Final = 2


def emotion_chart(slide: Any, room: Room, picture: MapPicture) -> None:  # noqa: ANN401 - python-pptx has no types
    """Believed, measured and target emotion phase by phase; what is not known is a gap."""
    found = library("pptx.chart.data").CategoryChartData()
    each = room.width // max(1, len(picture.phases))
    found.categories = [shortened(phase.name, each, 9, 2) for phase in picture.phases]
    lines = {
        "believed": [phase.believed for phase in picture.phases],
        "measured": [None if phase.measured is None else phase.measured.value for phase in picture.phases],
        "target": [phase.target for phase in picture.phases],
    }
    used = [(name, ink) for name, ink in _LINES if any(one is not None for one in lines[name])]
    for name, _ in used:
        found.add_series(text(f"map_export.line.{name}", picture.language), lines[name])
    kinds = library("pptx.enum.chart")
    chart = slide.shapes.add_chart(kinds.XL_CHART_TYPE.LINE_MARKERS, room.left, room.top, room.width, room.height, found).chart
    _lettered(chart)
    chart.has_title, chart.has_legend = False, True
    chart.legend.position, chart.legend.include_in_layout = kinds.XL_LEGEND_POSITION.BOTTOM, False
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = -_HIGHEST, _HIGHEST, 1
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "+0;−0;0", False
    axis.major_gridlines.format.line.color.rgb = colour(Ink.LINE)
    chart.category_axis.tick_label_position = kinds.XL_TICK_LABEL_POSITION.LOW
    for (name, ink), series in zip(used, chart.plots[0].series, strict=True):
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = colour(ink), int(2.25 * POINT)
        if name == "believed":
            series.format.line.dash_style = library("pptx.enum.dml").MSO_LINE.DASH
        series.marker.style, series.marker.size = kinds.XL_MARKER_STYLE.CIRCLE, 7
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour(ink)


def range_chart(slide: Any, room: Room, spots: Sequence[WeakSpot], title: str) -> None:  # noqa: ANN401 - as above
    """What each weak spot costs: a bar from the lower to the upper end of its range."""
    found = library("pptx.chart.data").CategoryChartData(number_format="#,##0")
    found.categories = [shortened(one.name, room.width // 3, 11, 2) for one in reversed(spots)]
    found.add_series("–", [one.low for one in reversed(spots)])
    found.add_series(title, [(one.high or 0) - (one.low or 0) for one in reversed(spots)])
    kinds = library("pptx.enum.chart")
    chart = slide.shapes.add_chart(kinds.XL_CHART_TYPE.BAR_STACKED, room.left, room.top, room.width, room.height, found).chart
    _lettered(chart)
    chart.has_legend = False
    chart.has_title = True
    chart.chart_title.text_frame.text = title
    run = chart.chart_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = 12 * POINT, False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60, 100
    below, bar = plot.series
    below.format.fill.background()
    bar.format.fill.solid()
    bar.format.fill.fore_color.rgb = colour(Ink.OCHRE_BRIGHT)
    chart.value_axis.minimum_scale = 0
    chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = "#,##0", False
    chart.value_axis.major_gridlines.format.line.color.rgb = colour(Ink.LINE)


def _lettered(chart: Any) -> None:  # noqa: ANN401 - as above
    chart.font.size, chart.font.name = 11 * POINT, FONT
    chart.font.color.rgb = colour(Ink.INK)
