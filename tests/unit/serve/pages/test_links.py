"""A figure leads to exactly the journeys behind it."""

from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.ask import ask_durations, ask_paths
from tanteemma.journeys.kernels.paths import PathsQuestion
from tanteemma.journeys.where.parse import parse
from tanteemma.serve.pages.filters import JourneyFilter, read_filter
from tanteemma.serve.pages.links import journeys_behind, step_links
from tanteemma.serve.pages.views_ways import Paths, PathsAsked
from tests.unit.journeys.buckets import Buckets, any_buckets

NAMES = ("anruf", "besuch", "kauf", "mahnung", "paket")


def led_to(log: Buckets, link: str) -> int:
    """How many journeys the address shows."""
    return ask_durations(log, None, selection=read_filter(parse_qsl(urlsplit(link).query))).journeys


@given(
    any_buckets(max_journeys=8),
    st.sampled_from((None, *NAMES)),
    st.sampled_from(("from", "to")),
    st.sampled_from(("first", "last")),
    st.booleans(),
    st.integers(2, 4),
)
def test_every_box_band_and_stub_leads_to_its_journeys(
    log: Buckets, touchpoint: str | None, direction: str, occurrence: str, merge: bool, nodes: int
) -> None:
    question = PathsQuestion(
        touchpoint=touchpoint,
        direction=direction,  # type: ignore[arg-type]  # one of its words
        steps=2,
        occurrence=occurrence,  # type: ignore[arg-type]  # one of its words
        merge=merge,
        nodes=nodes,
    )
    paths = msgspec.json.decode(msgspec.json.encode(ask_paths(log, None, question)), type=Paths)
    asked = PathsAsked(direction=direction, touchpoint=touchpoint or "", steps=2, occurrence=occurrence, merge=merge)
    links = step_links(JourneyFilter(), asked, paths)
    for column in paths.columns:
        for node in column.nodes:
            assert led_to(log, links.node(column.place, node.name)) == node.journeys
            assert led_to(log, links.ended(column.place, node.name)) == node.ended
    for flow in paths.flows:
        assert led_to(log, links.flow(flow.place, flow.source, flow.target)) == flow.journeys


def test_a_link_keeps_the_filter_it_was_clicked_in() -> None:
    wanted = JourneyFilter(journey="Bestellung", with_=("A",), where=("starts B",))
    link = journeys_behind(parse("ends 'C'", ZoneInfo("UTC")), wanted)
    assert read_filter(parse_qsl(urlsplit(link).query)) == msgspec.structs.replace(wanted, where=("starts B", "ends 'C'"))
    assert journeys_behind(None, JourneyFilter()) == "/journeys/list"
