"""The figures of scores and of attribution lead to the journeys behind them."""

from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.journeys.where.parse import parse
from tanteemma.model.hooks import metrics
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.score_links import _ASKED, answered, credited, reached
from tanteemma.serve.pages.views_scores import Metric, OtherScale, ScaleEnds

EVERYBODY = JourneyFilter(journey="Bestellung")
NPS = Metric(name="nps", title="NPS", value=1.0, n=2, low=None, high=None, unit="points", definition="", version=1, few=True)


def where(address: str) -> str:
    """The one condition of the address, which can be read."""
    (condition,) = [part.removeprefix("where=") for part in address.partition("?")[2].split("&") if part.startswith("where=")]
    parse(unquote_plus(condition), ZoneInfo("UTC"))
    return unquote_plus(condition)


def test_answers_lead_to_the_journeys_that_gave_them() -> None:
    assert where(answered(NPS, EVERYBODY)) == "score.metric = 'nps'"
    assert where(answered(NPS, EVERYBODY, "Besuch vor Ort")) == "score.metric = 'nps' at 'Besuch vor Ort'"
    assert "journey=Bestellung" in answered(NPS, EVERYBODY)


def test_a_name_that_stands_for_several_scales_leads_nowhere() -> None:
    other = OtherScale(n=1, scale=ScaleEnds(low=0, high=5, best=5))
    assert answered(msgspec.structs.replace(NPS, other_scales=(other,)), EVERYBODY) == ""
    assert answered(msgspec.structs.replace(NPS, name="own"), EVERYBODY) == ""


def test_every_built_in_metric_is_known_by_the_names_its_scores_are_stored_under() -> None:
    assert {name: set(asked) for name, asked in _ASKED.items()} == {name: set(one.asked) for name, one in metrics.all().items()}


def test_credit_leads_to_the_journeys_that_reach_the_goal_by_the_step() -> None:
    assert where(credited("A", "touchpoint", "Kauf", EVERYBODY)) == "passes 'A' before 'Kauf'"
    assert where(credited("web", "channel", "Kauf", EVERYBODY)) == "channel 'web' and passes 'Kauf'"
    assert (
        where(credited("x", "property:Art der Werbung", "Kauf", EVERYBODY))
        == "property.'Art der Werbung' = 'x' and passes 'Kauf'"
    )
    assert where(credited("shop", "source", "Kauf", EVERYBODY)) == "source = 'shop' and passes 'Kauf'"
    assert where(reached("Kauf", EVERYBODY)) == "passes 'Kauf'"
