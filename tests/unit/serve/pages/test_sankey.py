"""The path diagram: nothing overlaps, widths are the numbers, everyone else and those who end are drawn."""

import itertools
import re
from collections import defaultdict

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask import ask_paths
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.serve.pages import sankey as drawing
from tanteemma.serve.pages.sankey import Sankey, sankey
from tanteemma.serve.pages.views_ways import Paths
from tests.unit.journeys.buckets import Buckets, any_buckets, told, touchpoints


def drawn(log: Buckets, question: PathsQuestion) -> tuple[Paths, Sankey]:
    paths = msgspec.json.decode(msgspec.json.encode(ask_paths(log, None, question)), type=Paths)
    return paths, sankey(paths)


@given(any_buckets(), st.sampled_from(("from", "to")), st.integers(1, 6), st.sampled_from((None, "kauf")), st.integers(2, 7))
def test_no_two_lines_of_text_touch_and_no_box_lies_outside(
    log: Buckets, direction: str, steps: int, touchpoint: str | None, nodes: int
) -> None:
    question = PathsQuestion(touchpoint=touchpoint, direction=direction, steps=steps, nodes=nodes)  # type: ignore[arg-type]  # one of its words
    paths, found = drawn(log, question)
    by_column = defaultdict(list)
    for box in found.boxes:
        by_column[box.place].append(box)
        assert box.y >= drawing.HEAD
        assert box.y + max(box.height, drawing.LINES) <= found.height
        assert 0 <= box.x <= found.width - drawing.ASIDE
    for boxes in by_column.values():
        for above, below in itertools.pairwise(boxes):
            assert above.y + max(above.height, drawing.LINES) < below.y
    assert {place: len(boxes) for place, boxes in by_column.items()} == {
        column.place: len(column.nodes) for column in paths.columns
    }


def test_widths_are_the_numbers() -> None:
    log = told(*["ab"] * 60, *["ac"] * 30, *["a"] * 10)
    _, found = drawn(log, PathsQuestion(touchpoint="a", steps=1))
    heights = {(box.place, box.node.name): box.height for box in found.boxes}
    assert heights[0, "a"] == drawing.BANDS
    assert heights[1, "b"] == 0.6 * drawing.BANDS
    assert heights[1, "c"] == 0.3 * drawing.BANDS
    (origin,) = [box for box in found.boxes if box.node.name == "a"]
    ends = [float(y) for y in re.findall(r",([\d.]+)", origin.stub)]
    assert (min(ends), max(ends)) == (origin.y + 0.9 * origin.height, origin.y + origin.height)


def test_bands_fill_their_boxes_side_by_side() -> None:
    log = told(*["ab"] * 60, *["ac"] * 40)
    _, found = drawn(log, PathsQuestion(touchpoint="a", steps=1))
    starts = sorted(float(re.match(r"M[\d.]+,([\d.]+)C", band.path)[1]) for band in found.bands)  # type: ignore[index]  # every path begins so
    assert starts == [drawing.HEAD, drawing.HEAD + 0.6 * drawing.BANDS]


def test_everyone_else_is_a_box_even_if_it_is_nobody() -> None:
    _, found = drawn(told("ab"), PathsQuestion(touchpoint="a", steps=1))
    others = [box for box in found.boxes if box.node.name is None]
    assert [(box.place, box.height, box.stub) for box in others] == [(0, 0.0, ""), (1, 0.0, "")]


def test_a_touchpoint_has_one_colour_wherever_it_stands() -> None:
    _, found = drawn(told("abab", "aabb"), PathsQuestion(touchpoint="a", steps=3))
    colours = defaultdict(set)
    for box in found.boxes:
        colours[box.node.name].add(box.colour)
    assert all(len(each) == 1 for each in colours.values())
    assert colours["a"] != colours["b"]
    assert colours[None] == {drawing.COLOURS}


def test_stubs_of_a_way_to_a_touchpoint_come_from_the_left() -> None:
    _, found = drawn(told("xa", "a"), PathsQuestion(touchpoint="a", direction="to", steps=1))
    (stub,) = [box for box in found.boxes if box.stub and box.place == 0]
    ends = [float(x) for x in re.findall(r"[MC ]([\d.]+),", stub.stub)]
    assert (min(ends), max(ends)) == (stub.x - drawing.STUB, stub.x)
    assert all(box.x >= drawing.STUB for box in found.boxes), "the first column has room for them"


def test_a_long_name_is_cut_to_its_room() -> None:
    log = told("ab", names="ab")
    long = Buckets(log.journeys, touchpoints("Sehr langer Name eines Touchpoints mit vielen Worten", "b"), masked=False)
    _, found = drawn(long, PathsQuestion(steps=6))
    assert all(len(box.text) <= 24 for box in found.boxes)
    assert any(box.text.endswith("…") for box in found.boxes)
