"""What is wrong in a little shop is found: at its place, of its size, since when and whom; and nothing where nothing is."""

import pytest

from tanteemma.journeys.findings.find import Found
from tanteemma.journeys.findings.spot import BreakKind, Condition
from tests.unit.journeys.breaks import shop
from tests.unit.journeys.breaks.made import DAY, HOUR, SECOND, Event, Made, steps

COUNT = 3_000


def found_by(mishap: shop.Mishap, *kinds: str, count: int = COUNT) -> tuple[list[Found], int]:
    log, wrong = shop.orders(count, mishap)
    return log.breaks(*kinds), wrong


def only(found: list[Found], kind: BreakKind) -> Found:
    assert [one.chosen.place.kind for one in found] == [kind]
    return found[0]


def test_an_orderly_shop_has_no_weak_spots() -> None:
    log, _ = shop.orders(COUNT)
    assert log.breaks() == []


@pytest.mark.parametrize(
    "mishap", [None, shop.slow_carrier, shop.back_and_forth, shop.broken_payment, shop.told_otherwise, shop.by_hand]
)
def test_the_same_events_dealt_out_by_the_lot_have_no_weak_spots(mishap: shop.Mishap | None) -> None:
    log, _ = shop.orders(1_500, mishap)
    assert shop.shuffled(log).breaks() == []


def test_a_slow_carrier_is_a_time_eater_with_its_share_of_the_waiting_since_when_and_whom() -> None:
    found, wrong = found_by(shop.slow_carrier)
    spot = only(found, BreakKind.TIME_EATER)
    assert spot.chosen.place.at == "Versand → Zustellung"
    assert abs(spot.journeys - wrong) <= 0.02 * wrong
    assert spot.chosen.segment.where == (Condition("property.carrier", "Nord"),)
    assert spot.chosen.segment.since_us is not None
    assert abs(spot.chosen.segment.since_us / SECOND - 200 * DAY) <= 4 * DAY
    assert spot.chosen.segment.until_us is None
    assert 0.4 <= spot.verdict.share <= 1


def test_a_season_is_a_time_eater_though_it_is_little_of_the_year() -> None:
    found, wrong = found_by(shop.slow_december)
    spot = only(found, BreakKind.TIME_EATER)
    assert spot.chosen.place.at == "Versand → Zustellung"
    assert abs(spot.journeys - wrong) <= 0.1 * wrong
    assert spot.chosen.segment.since_us is not None
    assert abs(spot.chosen.segment.since_us / SECOND - 330 * DAY) <= 6 * DAY
    assert spot.verdict.share < 0.4


def test_an_answer_that_nearly_everybody_gets_is_no_media_break() -> None:
    found, _ = found_by(shop.offered)
    assert found == []


def test_a_call_after_a_look_is_a_media_break_of_those_who_looked() -> None:
    found, wrong = found_by(shop.call_after_look)
    spot = only(found, BreakKind.CHANNEL_SWITCH)
    assert spot.chosen.place.at == "Sendungsverfolgung → Anruf"
    assert abs(spot.journeys - wrong) <= 0.03 * wrong
    assert 0.3 <= spot.verdict.share <= 0.4
    assert spot.chosen.segment.is_whole


def test_being_sent_back_again_and_again_is_a_loop_and_those_who_give_up_there_go_with_it() -> None:
    found, wrong = found_by(shop.back_and_forth)
    spot = only(found, BreakKind.LOOP)
    assert spot.chosen.place.at == "Adresse → Fehler → Adresse"
    assert spot.journeys == wrong
    assert spot.verdict.evidence["came"] == COUNT


def test_a_broken_payment_is_an_abandonment_of_those_with_the_device_since_it_broke() -> None:
    found, wrong = found_by(shop.broken_payment)
    spot = only(found, BreakKind.ABANDONMENT)
    assert spot.chosen.place.at == "Zahlung"
    assert spot.chosen.segment.where == (Condition("property.device", "mobile"),)
    assert spot.chosen.segment.since_us is not None
    assert abs(spot.chosen.segment.since_us / SECOND - 260 * DAY) <= 6 * DAY
    assert abs(spot.journeys - wrong) <= 0.05 * wrong
    assert 0.4 <= spot.verdict.share <= 0.65


def test_another_word_on_another_channel_is_a_contradiction() -> None:
    found, wrong = found_by(shop.told_otherwise)
    spot = only(found, BreakKind.CONTRADICTION)
    assert (spot.chosen.place.at, spot.journeys) == ("Zustellung → Anruf", wrong)
    assert spot.chosen.place.said == ("zugestellt", "unterwegs")
    assert spot.chosen.segment.where == (Condition("property.carrier", "West"),)


def test_a_check_by_hand_with_the_same_end_is_a_detour_with_its_delay() -> None:
    found, wrong = found_by(shop.by_hand)
    spot = only(found, BreakKind.DETOUR)
    assert (spot.chosen.place.at, spot.journeys) == ("Prüfung von Hand", wrong)
    delay_s = spot.verdict.evidence["delay_s"]
    assert isinstance(delay_s, float)
    assert 12 * HOUR <= delay_s <= 36 * HOUR


def test_a_gift_after_which_scores_are_better_is_a_delight_point() -> None:
    found, wrong = found_by(shop.quick_gift)
    spot = only(found, BreakKind.DELIGHT)
    assert (spot.chosen.place.at, spot.journeys) == ("Geschenk", wrong)
    better = spot.verdict.evidence["better_by"]
    assert isinstance(better, float)
    assert 0.15 <= better <= 0.25


def test_only_the_kinds_that_are_asked_for_are_looked_for() -> None:
    log, _ = shop.orders(1_500, shop.back_and_forth)
    assert [one.chosen.place.kind for one in log.breaks(BreakKind.LOOP)] == [BreakKind.LOOP]
    assert log.breaks(BreakKind.TIME_EATER, BreakKind.DETOUR) == []


def test_a_look_that_only_the_late_take_is_no_detour() -> None:
    """Who waits long anyway looks; the look delays nothing."""
    journeys = []
    for number in range(400):
        after = (1 + number % 10) * HOUR
        look = [("Sendungsverfolgung@web", after - 600.0)] if after > 6 * HOUR else []
        rest = after - (after - 600.0 if look else 0.0)
        journeys.append(steps(number * DAY, ("Versand@mail", 0), *look, ("Zustellung@parcel", rest)))
    assert Made.of(journeys).breaks(BreakKind.DETOUR) == []


def test_what_was_confirmed_and_then_cancelled_is_a_contradiction_where_it_is_no_exception() -> None:
    def told(cancelled_every: int) -> Made:
        return Made.of(
            steps(
                number * HOUR,
                ("Bestellung@shop", 0),
                ("Bestellbestätigung@mail", 60),
                *([("Stornierung@shop", 2 * HOUR)] if number % cancelled_every == 0 else [("Zustellung@parcel", DAY)]),
            )
            for number in range(1_200)
        )

    (spot,) = told(10).breaks(BreakKind.CONTRADICTION)
    assert (spot.chosen.place.at, spot.journeys) == ("Bestellbestätigung → Stornierung", 120)
    assert told(60).breaks(BreakKind.CONTRADICTION) == []


def test_a_price_that_differs_between_channels_is_a_contradiction_only_where_it_mostly_stays_the_same() -> None:
    def told(differs_every: int) -> Made:
        return Made.of(
            [
                Event("Angebot@web", number * HOUR, {"price": "10"}),
                Event("Rechnung@mail", number * HOUR + 60, {"price": "12" if number % differs_every == 0 else "10"}),
            ]
            for number in range(600)
        )

    (spot,) = told(10).breaks(BreakKind.CONTRADICTION)
    assert (spot.chosen.place.at, spot.journeys) == ("Angebot → Rechnung", 60)
    assert told(2).breaks(BreakKind.CONTRADICTION) == []


def test_a_step_that_always_takes_most_of_the_time_is_said_to_be_usual() -> None:
    log = Made.of(  # a month, whatever the case
        steps(number * HOUR, ("Antrag", 0), ("Prüfung", 60), ("Bescheid", 30 * DAY + (number % 7) * HOUR), ("Erledigt", 60))
        for number in range(300)
    )
    (spot,) = log.breaks()
    assert (spot.chosen.place.at, spot.journeys) == ("Prüfung → Bescheid", 300)
    assert spot.verdict.evidence["is_usual"] is True


def test_a_log_of_nothing_has_no_weak_spots() -> None:
    assert Made.of([]).breaks() == []
    assert Made.of([[Event("a", 0)]]).breaks() == []
