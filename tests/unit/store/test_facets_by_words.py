"""Subjects are found by their words exactly as by looking at each of them; where very many fit, those known last."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.store.profiles import kept as kept_facets
from tanteemma.store.profiles.kept import KeptFacets, Row

words = st.sampled_from(["n:anna", "n:anne", "n:weber", "n:webber", "s:wbr", "x:4711"])
people = st.lists(st.tuples(st.frozensets(words, max_size=4), st.integers(0, 50)), max_size=30)
asked = st.lists(st.lists(words, min_size=1, max_size=3, unique=True), max_size=3)


@pytest.fixture
def kept() -> Iterator[KeptFacets]:
    with KeptFacets(None, write=True) as opened:
        yield opened


def keep(kept: KeptFacets, given: Sequence[tuple[frozenset[str], int]]) -> list[Row]:
    rows = [Row(number.to_bytes(16, "big"), f"user:{number}", 1, last, b"", own) for number, (own, last) in enumerate(given)]
    with kept.changing():
        kept.put(rows, {})
    return rows


@given(people, asked, st.integers(1, 12))
def test_found_are_those_with_a_word_of_every_group_the_newest_first(
    given: list[tuple[frozenset[str], int]], groups: list[list[str]], most: int
) -> None:
    with KeptFacets(None, write=True) as kept:
        rows = keep(kept, given)
        fitting = [row for row in rows if groups and all(row.words.intersection(group) for group in groups)]
        found = kept.rows_with(groups, most)
        assert [row.last_us for row in found] == sorted((row.last_us for row in fitting), reverse=True)[:most]
        assert {row.subject for row in found} <= {row.subject for row in fitting}


def test_of_very_many_those_that_became_known_last(kept: KeptFacets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_facets, "_FITTING", 5)
    keep(kept, [(frozenset({"n:anna", "n:weber"}), 100 - number) for number in range(20)])
    found = kept.rows_with([["n:anna"], ["n:weber"]], 3)
    assert [row.subject for row in found] == ["user:15", "user:16", "user:17"]
