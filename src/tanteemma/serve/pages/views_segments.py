"""What the pages of segments show. As in ``views``: a template reads nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import msgspec

from tanteemma.journeys.answers_segments import SegmentDifference, SegmentsCompared
from tanteemma.model.condition_tokens import quoted
from tanteemma.serve.pages.views import JourneyFrame, View
from tanteemma.serve.pages.views_hooks import HookRow
from tanteemma.serve.segments import Overlap, Segment, SegmentDetail, SizePoint, Tried

_WIDE: Final = 96
_HIGH: Final = 24
_LARGE_WIDE: Final = 1_060
_LARGE_HIGH: Final = 180


class SegmentsView(View, frozen=True, kw_only=True):
    """Every segment with its size and how it went on."""

    tab: str = "segments"
    segments: tuple[Segment, ...] = ()
    has_events: bool = False
    problem: str | None = None


class SegmentForm(View, frozen=True, kw_only=True):
    """What is being stated; ``old``: the name of a segment that is changed; ``any_of``: one condition is enough."""

    name: str = ""
    note: str = ""
    old: str = ""
    any_of: bool = False


class SegmentEditView(JourneyFrame, frozen=True, kw_only=True):
    """The builder: the conditions are the filter's, ``tried``: who would be in it, ``sentence``: why that is not known."""

    form: SegmentForm = SegmentForm()
    tried: Tried | None = None
    sentence: str = ""


class TriedView(View, frozen=True, kw_only=True):
    """The live count while a condition is filled in; ``sentence``: why there is none."""

    tried: Tried | None = None
    sentence: str = ""


class SegmentView(View, frozen=True, kw_only=True):
    """One segment: its past, some of its members."""

    tab: str = "segments"
    detail: SegmentDetail
    tried: Tried | None = None

    @property
    def condition(self) -> str:
        """The address option that chooses its journeys."""
        return urlencode({"where": f"segment = {quoted(self.detail.segment.name)}"})

    hooks: tuple[HookRow, ...] = ()


class OverlapView(View, frozen=True, kw_only=True):
    """How chosen segments overlap."""

    tab: str = "overlap"
    names: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    overlap: Overlap | None = None
    problem: str | None = None


class SegmentsComparedView(View, frozen=True, kw_only=True):
    """Two segments over everything that is measured; ``other`` empty: everyone else."""

    tab: str = "compare"
    names: tuple[str, ...] = ()
    one: str = ""
    other: str = ""
    compared: SegmentsCompared | None = None
    problem: str | None = None

    def rows(self, kind: str) -> tuple[SegmentDifference, ...]:
        """Those of one kind, the surest differences first."""
        found = self.compared.rows if self.compared is not None else ()
        return tuple(sorted((row for row in found if row.kind == kind), key=lambda row: (row.corrected, row.name)))


class Line(msgspec.Struct, frozen=True):
    """Sizes over time as a line of an SVG drawing."""

    points: str
    area: str
    top: int
    wide: int
    high: int
    ends: tuple[datetime, datetime] | None = None


def size_line(sizes: Sequence[SizePoint], *, large: bool = False) -> Line:
    """The steps of a segment's size over the time it is known.

    >>> at = datetime(2026, 1, 1)
    >>> size_line([SizePoint(at, 4)]).points
    '0,2 96,2'
    """
    wide, high = (_LARGE_WIDE, _LARGE_HIGH) if large else (_WIDE, _HIGH)
    if not sizes:
        return Line("", "", 0, wide, high)
    top = max(1, *(one.size for one in sizes), 1)
    begin, end = sizes[0].at, sizes[-1].at
    span = (end - begin).total_seconds() or 1.0
    found: list[str] = []
    before = sizes[0]
    for one in sizes:
        x = f"{(one.at - begin).total_seconds() / span * wide:.4g}"
        found += [f"{x},{_height(before.size, top, high)}"] if one is not before else []
        found.append(f"{x},{_height(one.size, top, high)}")
        before = one
    found.append(f"{wide},{_height(before.size, top, high)}")
    points = " ".join(dict.fromkeys(found))
    return Line(points, f"0,{high} {points} {wide},{high}", top, wide, high, (begin, end))


def _height(size: int, top: int, high: int) -> str:
    return f"{high - 2 - size / top * (high - 4):.4g}"


class UpsetColumn(msgspec.Struct, frozen=True):
    """One combination of an UpSet plot: where its bar and its dots stand; ``joined``: the first and last dot that is filled."""

    x: float
    y: float
    high: float
    size: int
    filled: tuple[bool, ...]
    joined: tuple[int, int]
    names: tuple[str, ...]


class Upset(msgspec.Struct, frozen=True):
    """Combinations as columns, segments as rows (Lex et al. 2014)."""

    columns: tuple[UpsetColumn, ...]
    rows: tuple[float, ...]
    wide: float
    high: float
    left: float
    floor: float


_COLUMN: Final = 42.0
_ROW: Final = 30.0
_BARS: Final = 160.0
_LEFT: Final = 190.0


def upset(overlap: Overlap) -> Upset:
    """The picture of how segments overlap, the largest combination first."""
    largest = max((one.size for one in overlap.intersections), default=1)
    columns = []
    for place, one in enumerate(overlap.intersections):
        filled = tuple(name in one.segments for name in overlap.segments)
        high = one.size / largest * (_BARS - 24)
        hits = [row for row, hit in enumerate(filled) if hit]
        x = _LEFT + place * _COLUMN + _COLUMN / 2
        joined = (hits[0], hits[-1]) if hits else (0, 0)
        columns.append(UpsetColumn(x, _BARS - high, high, one.size, filled, joined, one.segments))
    rows = tuple(_BARS + 26 + row * _ROW for row in range(len(overlap.segments)))
    wide = _LEFT + max(3, len(columns)) * _COLUMN + 12
    return Upset(tuple(columns), rows, wide, _BARS + 20 + len(rows) * _ROW, _LEFT, _BARS)
