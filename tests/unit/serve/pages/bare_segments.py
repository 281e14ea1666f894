"""The pages of definitions and segments with nothing to show, and each state that changes what they say."""

from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_definitions import DefinitionsView
from tanteemma.serve.pages.views_segments import (
    OverlapView,
    SegmentEditView,
    SegmentsComparedView,
    SegmentsView,
    TriedView,
)


def bare_segments() -> list[tuple[str, View]]:
    """Templates with their views."""
    return [
        ("pages/definitions.html", DefinitionsView()),
        ("pages/segments.html", SegmentsView()),
        ("pages/segments.html", SegmentsView(has_events=True, problem="…")),
        ("pages/segment_edit.html", SegmentEditView(problem="…")),
        ("pages/segment_overlap.html", OverlapView(problem="…")),
        ("pages/segment_compare.html", SegmentsComparedView()),
        ("pages/segment_compare.html", SegmentsComparedView(names=("A", "B"), one="A", problem="…")),
        ("pages/segment_overlap.html", OverlapView(names=("A", "B"), chosen=("A",))),
        ("partials/segment_tried.html", TriedView(sentence="…")),
    ]
