"""What names say: stems in German and English, and the parts that touchpoints play."""

import pytest

from tanteemma.journeys.findings import words
from tests.unit.journeys.breaks import shop
from tests.unit.journeys.breaks.made import Event, Made, steps


@pytest.mark.parametrize("name", ["call_centre", "Telefon", "chat", "Filiale Kassel", "e-mail", "store 12", "Kundendienst"])
def test_channels_on_which_somebody_is_met_are_known(name: str) -> None:
    assert words.says(name, words.ASSISTED)


@pytest.mark.parametrize("name", ["web", "Online-Shop", "app", "Kundenportal", "mobile_app", "internet"])
def test_channels_on_which_customers_serve_themselves_are_known(name: str) -> None:
    assert words.says(name, words.SELF_SERVED)


@pytest.mark.parametrize(
    ("name", "stems"), [("wrapped", words.SELF_SERVED), ("Anmeldung", words.COMPANY), ("recall", words.CONTACTS)]
)
def test_a_short_stem_counts_only_where_a_word_begins(name: str, stems: object) -> None:
    assert not words.says(name, stems)  # type: ignore[arg-type]  # a pattern


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Bestellbestätigung", "Stornierung"),
        ("confirmed", "cancelled"),
        ("zugestellt", "unterwegs"),
        ("Delivered", "in transit"),
        ("genehmigt", "abgelehnt"),
        ("A_APPROVED", "A_DECLINED"),
        ("bezahlt", "Mahnung"),
        ("verfügbar", "ausverkauft"),
    ],
)
def test_what_takes_back_what_was_said_is_known_in_both_languages_and_only_that_way_round(before: str, after: str) -> None:
    assert words.takes_back(before, after)
    assert not words.takes_back(after, before)


def test_states_have_the_order_in_which_things_go() -> None:
    ordered = [words.rank_of_state(state) for state in ("bestellt", "bestätigt", "unterwegs", "zugestellt")]
    assert ordered == [words.rank_of_state(state) for state in ("ordered", "confirmed", "shipped", "delivered")] == [0, 1, 2, 3]
    assert words.rank_of_state("blau") is None


def test_the_parts_of_touchpoints_are_told_by_name_channel_and_way() -> None:
    log, _ = shop.orders(800, shop.by_hand)
    roles = log.survey().roles
    assert roles.goals == ("Zustellung",)
    assert {"Anruf", "Sendungsverfolgung"} <= roles.asides
    assert roles.contacts == {"Anruf"}
    assert {"Anruf", "Sendungsverfolgung", "Bestellung"} <= roles.customer
    assert "Zustellung" not in roles.customer


def test_the_goal_is_the_most_frequent_successful_end() -> None:
    def log(*ends: tuple[str, int]) -> Made:
        return Made.of(
            steps(number * 100.0, ("Antrag", 0), ("Prüfung", 10), (end, 10), ("Notiz", 1))
            for end, count in ends
            for number in range(count)
        )

    assert log(("Approved", 40), ("Declined", 60)).survey().roles.goals == ("Approved",)
    assert log(("Abgelehnt", 60), ("Bewilligung", 40)).survey().roles.goals == ("Bewilligung",)
    assert log(("X", 60), ("Y", 40)).survey().roles.goals == ("Notiz",)
    assert log(("X", 60), ("Y", 40)).survey(goals=("Y",)).roles.goals == ("Y",)
    assert Made.of([[Event("Storno", 0)]] * 9).survey().roles.goals == ()
