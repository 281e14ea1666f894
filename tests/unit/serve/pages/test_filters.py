"""The filter bar: what is written into an address is read from it again, whatever touchpoints are called."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.serve.pages.filters import MAX_PARTS, JourneyFilter, read_edge, read_filter, write_edge

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
LISTS = st.lists(NAMES, max_size=4, unique=True).map(tuple)
EDGES = st.lists(st.tuples(NAMES, NAMES), max_size=4, unique=True).map(tuple)
FILTERS = st.builds(JourneyFilter, journey=st.none() | NAMES, with_=LISTS, without=LISTS, edges=EDGES, no_edges=EDGES)


@given(FILTERS)
def test_a_filter_comes_back_from_its_address(wanted: JourneyFilter) -> None:
    assert read_filter(parse_qsl(wanted.query(), keep_blank_values=True)) == wanted


@given(NAMES, NAMES)
def test_a_connection_comes_back_from_its_address(source: str, target: str) -> None:
    assert read_edge(write_edge((source, target))) == (source, target)


@given(FILTERS)
def test_each_part_can_be_taken_away_alone(wanted: JourneyFilter) -> None:
    parts = wanted.parts()
    assert len(parts) == len(wanted.with_) + len(wanted.without) + len(wanted.edges) + len(wanted.no_edges)
    for part in parts:
        left = read_filter(parse_qsl(part.removed, keep_blank_values=True))
        assert left.journey == wanted.journey
        assert len(left.parts()) == len(parts) - 1
        assert part not in left.parts()


def test_the_words_of_the_address_are_the_promised_ones() -> None:
    address = "/journeys?journey=Bestellung&with=Anruf&without=Besuch&edge=A%3EB&no_edge=B%3EC&page=2"
    assert read_filter(parse_qsl(urlsplit(address).query)) == JourneyFilter(
        journey="Bestellung", with_=("Anruf",), without=("Besuch",), edges=(("A", "B"),), no_edges=(("B", "C"),)
    )


def test_what_is_no_connection_is_left_alone() -> None:
    assert read_filter([("edge", "A"), ("edge", "A>B>C"), ("with", "")]) == JourneyFilter()


def test_an_address_with_thousands_of_parts_is_cut() -> None:
    assert len(read_filter([("with", str(number)) for number in range(5000)]).parts()) == MAX_PARTS
