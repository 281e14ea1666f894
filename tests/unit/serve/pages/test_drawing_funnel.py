"""The bars of a funnel: as long as their shares, nothing outside, nothing lost unsaid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.serve.pages import drawing_funnel as drawing
from tanteemma.serve.pages.views_funnel import FunnelStep


def steps_of(*journeys: int, name: str | None = "Schritt") -> list[FunnelStep]:
    return [
        FunnelStep(
            name=name,
            journeys=count,
            share_of_start=count / max(1, journeys[0]),
            low=None,
            high=None,
            share_of_previous=count / max(1, before),
            median_s=None,
            mean_s=None,
            p90_s=None,
            dropped=0,
        )
        for count, before in zip(journeys, (journeys[0], *journeys), strict=False)
    ]


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=50).map(lambda found: sorted(found, reverse=True)))
def test_reached_and_lost_are_as_long_as_the_step_before(journeys: list[int]) -> None:
    picture = drawing.funnel_picture(steps_of(*journeys))
    room = drawing.WIDTH - drawing.NAMES - drawing.NUMBERS
    assert sum(bar.lost for bar in picture.bars) == journeys[0] - journeys[-1]
    for number, bar in enumerate(picture.bars):
        assert 0 <= bar.width <= room + 0.1
        assert bar.y + drawing.BAR <= picture.height
        if number and journeys[number]:
            assert bar.width + bar.lost_width == pytest.approx(room * journeys[number - 1] / journeys[0], abs=1.8)


def test_a_conversion_of_nobody_is_none() -> None:
    nobody = drawing.conversion((0, 0))
    assert (nobody.share, nobody.low, nobody.high) == (None, None, None)
    half = drawing.conversion((10, 7, 5))
    assert half.low is not None
    assert half.high is not None
    assert half.low < 0.5 < half.high
    assert (half.started, half.reached) == (10, 5)


def test_a_step_without_a_name_and_a_long_name_have_their_room() -> None:
    long = drawing.funnel_picture(steps_of(3, 2, name="Ein sehr langer Name eines Touchpoints")).bars[0]
    assert len(long.name) <= drawing.LETTERS
    assert drawing.funnel_picture(steps_of(3, 2, name=None)).bars[0].name == ""
