"""First contacts: a known answer, the slow version, money by currency, what daily counts cost."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.answers_cells import CellCounted, Change
from tanteemma.journeys.ask_firsts import ask_firsts, first_contacts
from tanteemma.journeys.cells.counted import counted, varying
from tanteemma.journeys.cells.question import Cells, Wanted, cells_question
from tanteemma.journeys.cells.reading import read_touchpoints
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.kernels.cell_firsts import CellFirsts
from tanteemma.journeys.kernels.extent import ExtentKernel, ExtentQuestion
from tanteemma.model.daily_counts import CountSeries, DayCount
from tanteemma.workshop.binding import Seen, catches, parse_binding
from tests.unit.journeys.told import DAY, Event, Log, any_log, told
from tests.unit.workshop.rules import RULES


def asked_of(log: Log, *rules: str, goal: str = "", since: datetime | None = None) -> CellFirsts:
    wanted = Wanted(read_touchpoints([f"{rule.lower()}='{rule}'" for rule in rules]), since=since)
    return CellFirsts(cells_question(wanted, log.ask(ExtentKernel(), ExtentQuestion(), journey=None)), parse_binding(goal))


def test_a_known_answer() -> None:
    ad, home = Event("Ad"), Event("Home")
    order = Event("Order", says={"value": 20.0, "currency": "EUR"})
    log = Log(
        [
            told(ad, home, order),
            told(ad, ad, home),
            told("Other", ad),
            told(home, ad, order, order),
            told("Other"),
        ],
        buckets=2,
    )
    question = asked_of(log, "Ad", "Home", goal="'Order'")
    first, second = first_contacts(question, ask_firsts(log, None, question), {}, 3)
    assert (first.id, first.journeys, first.share.of) == ("ad", 3, 4)
    assert [(one.id, one.journeys) for one in first.following] == [("home", 2), (None, 1)]
    assert first.reached is not None
    assert (first.reached.hits, first.reached.of) == (1, 3)
    (brought,) = first.brought
    assert (brought.currency, brought.total, brought.paying, round(brought.mean, 4)) == ("EUR", 20.0, 1, 6.6667)
    assert brought.low is None  # three journeys say nothing of a mean
    assert (second.id, second.journeys, second.brought[0].total) == ("home", 1, 40.0)


def slow(
    journeys: Sequence[Sequence[Event]], cells: Cells, goal: str
) -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    """First touchpoints with the next one and whether the goal is reached; hundredths by first touchpoint and currency."""
    counted: Counter[tuple[object, ...]] = Counter()
    money: Counter[tuple[object, ...]] = Counter()
    for journey in journeys:
        of = [[place for place, bound in enumerate(cells.rules) if catches(bound.rule, _seen(event))] for event in journey]
        begin = next((place for place, targets in enumerate(of) if targets), None)
        if begin is None or not cells.from_us <= journey[begin].at < cells.until_us:
            continue
        first, rest = of[begin][0], range(begin + 1, len(journey))
        following = next((of[place][0] for place in rest if of[place] and first not in of[place]), None)
        reached = any(catches(parse_binding(goal), _seen(event)) for event in journey[begin:])
        counted[first, following, reached] += 1
        for event in journey[begin:]:
            if isinstance(value := event.says.get("value"), float):
                money[first, event.says.get("currency", "")] += round(value * 100)
    return counted, money


def _seen(event: Event) -> Seen:
    return Seen(event.name, event.channel, {**event.says})


_RULES = st.lists(st.one_of(st.none(), RULES), min_size=1, max_size=4)


@given(any_log(), _RULES, st.sampled_from(("", "event = a", "event in (b, c) or channel exists")), st.integers(0, 3))
def test_counts_are_those_of_the_slow_version(log: Log, rules: list[object], goal: str, days: int) -> None:
    bound = tuple(Bound(f"t{place}", rule) for place, rule in enumerate(rules))  # type: ignore[arg-type]  # rules or None
    since = datetime.fromtimestamp(days * DAY // 1_000_000, UTC) if days else None
    extent = log.ask(ExtentKernel(), ExtentQuestion(), journey=None)
    question = CellFirsts(cells_question(Wanted(bound, since=since), extent), parse_binding(goal))
    found = ask_firsts(log, None, question)
    expected, money = slow(log.plain(), question.cells, goal)
    for first in range(len(bound)):
        mine = {key: count for key, count in expected.items() if key[0] == first}
        assert found.journeys[first] == sum(mine.values())
        assert found.reached[first] == sum(count for key, count in mine.items() if key[2])
        for place in range(len(bound) + 1):
            following = place if place < len(bound) else None
            there = sum(count for key, count in mine.items() if key[1] == following)
            assert found.following[first, place] == there
        for place, currency in enumerate((*found.currencies, "")):
            assert found.money.sums[first, place] == money[first, currency]


def test_in_any_number_of_buckets_it_is_the_same() -> None:
    order = Event("Order", says={"value": 1.5, "currency": "EUR"})
    dollars = Event("Order", says={"value": 2.5, "currency": "USD"})
    journeys = [told("Ad", order), told("Ad", "Home", dollars), told("Home", order, dollars), told("Ad")]
    answers = []
    for buckets in (1, 2, 3, 4):
        log = Log(journeys, buckets=buckets)
        question = asked_of(log, "Ad", "Home", goal="'Order'")
        answers.append(first_contacts(question, ask_firsts(log, None, question), {}, 3))
    assert all(answer == answers[0] for answer in answers)


def days_of(count: int, contacts: int, name: str = "Ad", currency: str = "EUR") -> list[DayCount]:
    return [DayCount(name, date(2026, 3, 1 + place), contacts, 500_000, currency) for place in range(count)]


def series(name: str = "Ad") -> CountSeries:
    return CountSeries(name, 2, 30, {}, date(2026, 3, 1), date(2026, 3, 2), datetime(2026, 3, 3, tzinfo=UTC), "ads.csv")


def test_what_was_spent_is_put_to_who_came_and_who_reached_the_goal() -> None:
    log = Log([told("Ad", "Order"), told("Ad"), told("Ad", "Order"), told("Ad")])
    question = asked_of(log, "Ad", goal="'Order'")
    counts = counted(("Ad",), days_of(2, 15, currency="EUR"), [series()], question.cells)
    (first,) = first_contacts(question, ask_firsts(log, None, question), {0: counts}, 3)
    assert counts.per_contact == pytest.approx(1 / 30)
    assert first.per_journey is not None
    assert first.per_journey.value == pytest.approx(0.25)
    assert first.per_goal is not None
    assert first.per_goal.value == pytest.approx(0.5)
    assert first.per_goal.low is not None
    assert first.per_goal.high is not None
    assert first.per_goal.low < 0.5 < first.per_goal.high


def test_two_currencies_have_no_price_and_a_series_that_is_not_there_is_named() -> None:
    cells = asked_of(Log([told("Ad")]), "Ad").cells
    mixed = [*days_of(1, 5, currency="EUR"), *days_of(1, 5, "Banner", currency="USD")]
    found = counted(("Ad", "Banner", "Gone"), mixed, [series(), series("Banner")], cells)
    assert (found.contacts, found.spend, found.currency, found.per_contact) == (10, {"EUR": 0.5, "USD": 0.5}, None, None)
    assert found.missing == ("Gone",)


def test_a_period_counts_its_days_on_the_clocks_of_the_installation() -> None:
    begin = datetime(2026, 3, 2, 23, tzinfo=UTC)  # the third of March in Berlin
    wanted = Wanted(read_touchpoints(["ad='Ad'"]), since=begin, zone="Europe/Berlin")
    cells = cells_question(wanted, Log([told("Ad")]).ask(ExtentKernel(), ExtentQuestion(), journey=None))
    found = counted(("Ad",), days_of(5, 1, currency="EUR"), [series()], cells)
    assert (found.first_day, found.days) == (date(2026, 3, 3), 3)


@pytest.mark.parametrize(("now", "before", "clear"), [((100,) * 28, (50,) * 28, True), ((0, 200) * 14, (0, 150) * 14, False)])
def test_a_trend_is_clear_only_beyond_how_much_days_vary(now: list[int], before: list[int], clear: bool) -> None:
    found = varying(now, before)
    assert found.clear is clear
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_nothing_before_says_nothing_of_a_trend() -> None:
    assert varying([1], []) == Change(1, 0, None, None, None, clear=False)
    assert isinstance(counted((), (), (), asked_of(Log([told("Ad")]), "Ad").cells), CellCounted)
