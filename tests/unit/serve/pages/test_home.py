"""The page Start: which weak spots come first, what they cost in a week, what the sentence may say."""

from datetime import UTC, datetime, timedelta

import msgspec

from tanteemma.journeys.answers_breaks import Break, BreakCost, BreaksAnswer, Direction, Trend
from tanteemma.journeys.costs.answers import Claim, CostEstimate, MissingAssumption
from tanteemma.model.assumptions import AssumptionKind
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.home import Counted, HomeWords, Lately, Quote, by_weight
from tanteemma.serve.pages.searching import pages_named, touchpoints_named
from tanteemma.serve.pages.views_start import HomeFound

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LAST = FIRST + timedelta(weeks=20)


def cost(low: float, high: float, currency: str = "EUR") -> BreakCost:
    estimate = CostEstimate(
        affected=9, came=99, claim=Claim.GOES_WITH, low=low, mid=(low + high) / 2, high=high, currency=currency
    )
    return BreakCost(low, (low + high) / 2, high, currency, Claim.GOES_WITH, (), estimate)


def spot(name: str, **more: object) -> Break:
    plain: dict[str, object] = {
        "kind": "loop",
        "at": name,
        "journeys": 40,
        "share": 0.1,
        "evidence": {},
        "id": name,
        "spot": f"spot-{name}",
        "steps": (name,),
        "persons": 40,
        "came": 400,
        "low": 0.07,
        "high": 0.13,
        "since": None,
        "until": None,
        "trend": Trend(Direction.STEADY, None, None, None, ()),
        "where": (),
        "who": (),
        "definition": "/journeys/breaks/loop",
    }
    return msgspec.convert(plain | more, Break, strict=False, from_attributes=True)


def page(*several: Break, owners: dict[str, str] | None = None) -> HomeFound:
    answer = BreaksAnswer("Bestellung", ("Zustellung",), 1_000, several)
    ordered = by_weight(answer, FIRST, LAST)
    told = {
        one.spot: Lately(
            one.spot, LAST, Counted(90, 9), Counted(80, 8), "unclear", 5, (Quote("NPS", LAST, "Nie wieder!", 1.0),)
        )
        for one in several
    }
    return HomeWords("de", "Europe/Berlin", owners or {}).found(answer, JourneyFilter(), ordered, told)


def test_those_that_go_on_come_first_by_what_they_cost_in_a_week() -> None:
    ended = spot("vorbei", cost=cost(9_000, 9_900), until=FIRST + timedelta(weeks=4))
    short = spot("neu", cost=cost(200, 400), since=LAST - timedelta(weeks=2))
    long = spot("lange", cost=cost(1_000, 2_000))
    unpriced = spot("ohne", missing=(MissingAssumption(AssumptionKind.STEP_COST, "Kasse"),))
    found = page(unpriced, ended, long, short)
    assert [card.row.at for card in found.cards] == ["neu", "lange", "ohne"]
    assert [card.weekly.replace("\u00a0", " ") for card in found.cards] == ["100 € – 200 €", "50 € – 100 €", ""]
    assert (found.priced, found.total.replace("\u00a0", " "), found.others) == (2, "150 € – 300 €", 1)
    assert found.largest is not None
    assert found.largest.row.at == "neu"
    assert [(one.kind, one.about) for one in found.missing] == [("step_cost", "Kasse")]


def test_without_any_price_there_is_no_figure_but_what_is_missing() -> None:
    missing = (MissingAssumption(AssumptionKind.CONTACT_COST, "Telefon"),)
    found = page(spot("A", missing=missing), spot("B", missing=missing))
    assert (found.priced, found.total, found.largest, found.unpriced) == (0, "", None, 2)
    assert len(found.missing) == 1


def test_different_currencies_are_not_added() -> None:
    found = page(spot("A", cost=cost(100, 200)), spot("B", cost=cost(100, 200, "CHF")))
    assert found.total == ""


def test_a_card_has_its_owner_its_week_and_its_quotes() -> None:
    (card,) = page(spot("A", cost=cost(100, 200)), owners={"A": "Team Versand"}).cards
    assert (card.owner, card.could_undo, card.comments) == ("Team Versand", True, 5)
    assert card.week is not None
    assert (card.week.share, card.week.share_before) == (0.1, 0.1)
    assert [quote.text for quote in card.quotes] == ["Nie wieder!"]


def test_delight_points_are_no_weak_spots() -> None:
    assert page(spot("A", kind="delight")).cards == ()


def test_the_search_knows_umlauts_and_the_order_of_what_fits() -> None:
    names = ("Rücksendung", "Anruf", "Rückruf", "Reklamationsprüfung")
    assert [hit.name for hit in touchpoints_named("rueck", names)] == ["Rückruf", "Rücksendung"]
    assert [hit.name for hit in touchpoints_named("PRÜFUNG", names)] == ["Reklamationsprüfung"]
    assert touchpoints_named("", names) == ()
    found = pages_named("annah", lambda key: "Annahmen" if key == "assumptions.title" else key)
    assert [hit.href for hit in found] == ["/assumptions"]
