"""What is found does not depend on how journeys lie in buckets, and every figure of it leads to exactly its journeys."""

import random

import msgspec
import pytest

from tanteemma.journeys.answers_breaks import Direction
from tanteemma.journeys.ask import ask_durations
from tanteemma.journeys.ask_breaks import ask_breaks, with_cost
from tanteemma.journeys.costs.answers import Claim
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.findings.spot import BreakKind, Condition, Place, Segment, Spot
from tanteemma.journeys.findings.tokens import name_of, read_spot, write_spot
from tanteemma.journeys.kernels.durations import DurationsKernel, DurationsQuestion
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.wish import Passing
from tanteemma.journeys.where.written import written
from tanteemma.model.assumptions import Assumption, AssumptionKind, Assumptions
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys.breaks import shop
from tests.unit.journeys.breaks.made import Made

MISHAPS = (
    shop.slow_carrier,
    shop.call_after_look,
    shop.back_and_forth,
    shop.broken_payment,
    shop.told_otherwise,
    shop.by_hand,
    shop.quick_gift,
)


def told(log: Made) -> bytes:
    """Everything that is said of a log, without where the examples lie."""
    return msgspec.json.encode([one.told for one in ask_breaks(log.survey(), "order")])


@pytest.mark.parametrize("mishap", MISHAPS)
def test_the_parts_sum_to_the_whole_and_the_order_of_journeys_does_not_matter(mishap: shop.Mishap) -> None:
    log, _ = shop.orders(1_500, mishap)
    whole = told(log)
    assert len(msgspec.json.decode(whole)) == 1
    assert told(log.dealt(4)) == whole
    mixed = list(log.journeys)
    random.Random(5).shuffle(mixed)
    assert told(Made.of(mixed, 3)) == whole


@pytest.mark.parametrize("mishap", MISHAPS)
def test_the_condition_of_a_finding_chooses_exactly_its_journeys(mishap: shop.Mishap) -> None:
    log, _ = shop.orders(1_500, mishap)
    for one in ask_breaks(log.survey(), "order"):
        wish = Passing(where=(f"weak_spot {one.told.spot}",))
        assert ask_durations(log, None, selection=wish).journeys == one.told.journeys
        others = Passing(where=(f"not weak_spot {one.told.spot}",))
        assert ask_durations(log, None, selection=others).journeys == len(log.journeys) - one.told.journeys


def test_findings_of_a_selection_are_those_of_its_journeys() -> None:
    log, _ = shop.orders(1_500, shop.slow_carrier)
    wish = Passing(where=("property.carrier != Nord",))
    kernel = narrowed(DurationsKernel(), wish)
    assert log.ask(kernel, DurationsQuestion(), journey=None).journeys < len(log.journeys)
    fast = Made(tuple(one for one in log.journeys if all(event.says.get("carrier") != "Nord" for event in one)))
    assert fast.breaks() == []


def test_a_finding_says_how_sure_its_share_is_and_how_it_went_over_time() -> None:
    log, _ = shop.orders(3_000, shop.broken_payment)
    (one,) = ask_breaks(log.survey(), "order")
    assert one.told.low < one.told.journeys / one.told.came < one.told.high
    assert one.told.trend.direction is Direction.RISING
    points = one.told.trend.points
    assert sum(point.journeys for point in points) >= one.told.journeys
    assert one.told.where[0].property == "device"
    assert one.told.definition == "/journeys/breaks/abandonment"
    assert len(one.picks) == 3


def test_a_cost_names_what_it_lacks_and_is_a_range_where_nothing_is() -> None:
    log, wrong = shop.orders(2_000, shop.call_after_look)
    seen = log.survey()
    (one,) = ask_breaks(seen, "order")
    without = with_cost(seen, one, Assumptions())
    assert without.cost is None
    assert {missing.kind for missing in without.missing} == {AssumptionKind.CONTACT_COST, AssumptionKind.CUSTOMER_VALUE}
    call = Assumption(kind=AssumptionKind.CONTACT_COST, about="phone", low=4, mid=5, high=6, currency="EUR")  # type: ignore[arg-type]  # whole euros
    priced = with_cost(seen, one, Assumptions([call]))
    assert priced.cost is not None
    assert (priced.cost.currency, priced.cost.claim) == ("EUR", Claim.GOES_WITH)
    assert priced.cost.low < priced.cost.mid < priced.cost.high
    assert 4 * wrong * 0.97 <= priced.cost.low <= 4 * wrong * 1.1
    assert {missing.kind for missing in priced.cost.unpriced} == {AssumptionKind.CUSTOMER_VALUE}


def test_a_delight_point_has_no_cost_and_lacks_nothing() -> None:
    log, _ = shop.orders(1_500, shop.quick_gift)
    seen = log.survey()
    (one,) = ask_breaks(seen, "order")
    told_with = with_cost(seen, one, Assumptions())
    assert (told_with.cost, told_with.missing) == (None, ())


SPOT = Spot(
    Place(kind=BreakKind.LOOP, steps=("Größe", "B"), at="Größe → B → Größe", rounds=2),
    Segment((Condition("property.x", "ü"),), since_us=5),
)


def test_a_spot_is_one_word_that_can_be_read_back() -> None:
    word = write_spot(SPOT)
    assert read_spot(word) == SPOT
    assert word.replace("-", "").replace("_", "").isalnum()
    condition = f"weak_spot '{word}'"
    assert written(parse(condition, __import__("zoneinfo").ZoneInfo("UTC"))) == condition


@pytest.mark.parametrize("word", ["abc", "eJw", "ü", "x" * 7000, "eJyrVkrKyS9OVbJSUCouKcrMS1eqBQBKJwbR"])
def test_a_word_that_is_no_spot_is_refused_with_its_place(word: str) -> None:
    with pytest.raises(ValueError, match="no spot"):
        read_spot(word)
    with pytest.raises(Problem) as refused:
        parse(f"weak_spot '{word}'", __import__("zoneinfo").ZoneInfo("UTC"))
    assert refused.value.code is ProblemCode.WHERE_INVALID


def test_the_name_of_a_weak_spot_stays_while_its_figures_change() -> None:
    later = msgspec.structs.replace(SPOT.place, limit_us=7, rounds=3, now_us=9, skips=("z",))
    moved = Spot(later, msgspec.structs.replace(SPOT.segment, since_us=8))
    assert name_of(SPOT, "order") == name_of(moved, "order")
    assert name_of(SPOT, "order") != name_of(SPOT, "cart")
    assert name_of(SPOT, "order") != name_of(Spot(SPOT.place), "order")


def test_a_spot_of_touchpoints_that_are_gone_hits_nobody() -> None:
    log, _ = shop.orders(50)
    wish = Passing(where=(f"weak_spot '{write_spot(SPOT)}'",))
    assert ask_durations(log, None, selection=wish).journeys == 0
