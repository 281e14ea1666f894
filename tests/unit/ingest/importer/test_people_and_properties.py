"""Ids become the keys the doors give; everything without a role is kept as JSON."""

import json
import re

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from tanteemma.identity import keys
from tanteemma.identity.keys import Kind, canonical
from tanteemma.ingest.steps.columns_json import LEFT_OUT, QUOTED, RAW, Member, json_objects
from tanteemma.ingest.steps.columns_people import Namer
from tanteemma.ingest.steps.columns_text import is_missing, missing, storable

IDS = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True),
    st.from_regex(r"(.)\1{7}-?\1{4}-?\1{4}-?\1{4}-?\1{12}", fullmatch=True),
    st.sampled_from(
        [*keys._NOBODY, "9774d56d682e549c", "00000000-0000-0000-0000-000000000000", "-1", "xxx", "a@b.de", " Ä@B.DE "]
    ),
)


@given(ids=st.lists(IDS, max_size=6))
@example(ids=["11111111111111111111111111111111", "9774d56d682e549c", "x1", "1", "-1", "__a1__"])
def test_a_column_of_ids_is_named_like_each_of_them(ids: list[str]) -> None:
    storable_ids = [text for text in ids if text.isprintable() and "\ufffd" not in text]
    for kind in (Kind.USER, Kind.MAIL):
        expected = [None if is_missing(text) else canonical(kind, text.strip()) for text in storable_ids]
        assert Namer().name(pa.array(storable_ids, pa.string()), kind).subjects.to_pylist() == expected


def test_junk_is_told_apart_from_nothing() -> None:
    found = Namer().name(pa.array(["undefined", "", "k.A.", "4711"]), Kind.USER)
    assert found.junk.tolist() == [True, False, False, False]


@given(cells=st.lists(st.tuples(st.text(), st.sampled_from([LEFT_OUT, QUOTED])), max_size=8), name=st.text(max_size=5))
def test_properties_are_json_that_says_the_cells(cells: list[tuple[str, int]], name: str) -> None:
    cells = [(text.encode("utf-8", "replace").decode(), choice) for text, choice in cells]
    name = name.encode("utf-8", "replace").decode()
    column = pa.array([text for text, _ in cells], pa.string())
    choice = np.array([choice for _, choice in cells], np.uint8)
    raw = Member("n", pa.array(["1.50"] * len(cells), pa.string()), np.full(len(cells), RAW, np.uint8))
    found = json_objects([Member(name + "x", column, choice), raw], len(cells)).to_pylist()
    for text, (cell, kind) in zip(found, cells, strict=True):
        assert json.loads(text, parse_float=str) == ({name + "x": cell} if kind else {}) | {"n": "1.50"}


@given(cells=st.lists(st.text("-–kKa.A/nN#V \t\u00a0", max_size=6), max_size=8))
def test_which_cells_say_nothing_is_told_alike_for_one_and_for_many(cells: list[str]) -> None:
    assert missing(pa.array(cells, pa.string())).tolist() == [is_missing(cell) for cell in cells]


def test_what_no_store_can_hold_is_replaced_and_noted() -> None:
    column, repaired = storable(pa.array(["a\0b", "c"]))
    assert column.to_pylist() == ["a\ufffdb", "c"]
    assert repaired is not None
    assert repaired.tolist() == [True, False]
    assert re.search("\0", "".join(column.to_pylist())) is None
