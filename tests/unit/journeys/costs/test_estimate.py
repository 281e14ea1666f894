"""From a difference to a range of euros: by hand, without an assumption no figure, and how sure one may sound."""

from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.costs.answers import Claim, CostEstimate, MissingAssumption, Worth
from tanteemma.journeys.costs.estimate import estimate
from tanteemma.journeys.costs.question import Confounder, CostQuestion, Design, Outcome, OutcomeKind
from tanteemma.journeys.costs.sums import StrataSums, no_sums
from tanteemma.model.assumptions import Assumption, AssumptionKind, Assumptions, is_money
from tests.unit.journeys.costs.hit_and_not import Places

CALLS = Outcome(kind=OutcomeKind.EVENTS, channel="phone")
ORDERS = Outcome(kind=OutcomeKind.GOAL, touchpoints=("Bestellung",))
CHECKS_BY_MAIL = Outcome(kind=OutcomeKind.EVENTS, touchpoints=("Prüfung",), channel="mail")
SPENT = Outcome(kind=OutcomeKind.MONEY)


def assumed(kind: AssumptionKind, low: str, mid: str, high: str, about: str = "") -> Assumption:
    currency = "EUR" if is_money(kind) else None
    return Assumption(kind=kind, about=about, low=Decimal(low), mid=Decimal(mid), high=Decimal(high), currency=currency)


CALL_COST = assumed(AssumptionKind.CONTACT_COST, "4.50", "6.50", "9.00", "phone")
MARGIN = assumed(AssumptionKind.MARGIN, "0.24", "0.30", "0.36")
ORDER_VALUE = assumed(AssumptionKind.ORDER_VALUE, "50", "60", "70")


def question(
    *outcomes: Outcome, confounders: tuple[Confounder, ...] = (Confounder.MONTH,), design: Design = Design.OBSERVED
) -> CostQuestion:
    return CostQuestion(Places(()), outcomes, confounders, design=design)


def sums(hit: int, hit_sum: int, unhit: int, unhit_sum: int, *, outcomes: int = 1, counted: int = 0) -> StrataSums:
    """One stratum, outcomes of 0 and 1, each outcome the same."""
    met = np.tile(np.array([unhit_sum, hit_sum], np.int64), (1, outcomes, 1))
    squares = np.stack([np.zeros_like(met), met], axis=-1)
    counts = np.tile(np.array([unhit, hit], np.int64), (1, outcomes, 1))
    return StrataSums(hit + unhit, hit, np.zeros(1, np.int64), counts, met, squares, np.full(outcomes, counted, np.int64))


def test_calls_that_are_the_weak_spot_are_counted_and_priced() -> None:
    counted = msgspec.structs.replace(CALLS, counted=True)
    found = estimate(question(counted), sums(542, 0, 800, 0, counted=700), Assumptions([CALL_COST]))
    assert (found.low, found.mid, found.high, found.currency) == (3150.0, 4550.0, 6300.0, "EUR")
    assert found.claim is Claim.GOES_WITH
    assert found.parts[0].compared_unhit == 0
    assert [used.about for used in found.parts[0].assumptions] == ["phone"]


def test_more_calls_cost_their_contacts() -> None:
    found = estimate(question(CALLS), sums(1000, 700, 9000, 900), Assumptions([CALL_COST]))
    (part,) = found.parts
    assert part.loss == pytest.approx(0.6)
    assert part.loss_low is not None
    assert part.loss_high is not None
    assert found.mid == pytest.approx(1000 * 0.6 * 6.5)
    assert found.low == pytest.approx(1000 * part.loss_low * 4.5, abs=0.01)
    assert found.high == pytest.approx(1000 * part.loss_high * 9.0, abs=0.01)
    assert found.claim is Claim.LIKELY_EFFECT


def test_missed_orders_cost_the_margin_of_an_order() -> None:
    found = estimate(question(ORDERS), sums(312, 100, 5000, 4000), Assumptions([MARGIN, ORDER_VALUE]))
    assert found.mid == pytest.approx(312 * (0.8 - 100 / 312) * 0.3 * 60, abs=0.01)


def test_without_an_assumption_there_is_no_figure_but_its_name() -> None:
    found = estimate(question(CALLS, ORDERS), sums(10, 7, 90, 9, outcomes=2), Assumptions([CALL_COST, MARGIN]))
    assert (found.low, found.mid, found.high, found.currency) == (None, None, None, None)
    assert found.missing == (MissingAssumption(AssumptionKind.ORDER_VALUE),)
    assert found.parts[0].mid is not None
    assert found.parts[1].mid is None
    assert "EUR" not in msgspec.json.encode(msgspec.structs.replace(found, parts=())).decode()


def test_a_contact_cost_for_all_channels_counts_where_none_is_its_own() -> None:
    general = assumed(AssumptionKind.CONTACT_COST, "1", "2", "3")
    found = estimate(question(CALLS), sums(1000, 700, 9000, 900), Assumptions([general]))
    assert found.mid == pytest.approx(1200)
    found = estimate(question(CALLS), sums(1000, 700, 9000, 900), Assumptions([general, CALL_COST]))
    assert found.mid == pytest.approx(3900)


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        (CALLS, MissingAssumption(AssumptionKind.CONTACT_COST, "phone")),
        (Outcome(kind=OutcomeKind.EVENTS, touchpoints=("Prüfung",)), MissingAssumption(AssumptionKind.STEP_COST, "Prüfung")),
        (CHECKS_BY_MAIL, MissingAssumption(AssumptionKind.CONTACT_COST, "mail")),
        (SPENT, MissingAssumption(AssumptionKind.MARGIN)),
        (Outcome(kind=OutcomeKind.RETURN), MissingAssumption(AssumptionKind.CUSTOMER_VALUE)),
    ],
)
def test_each_outcome_names_what_it_needs(outcome: Outcome, missing: MissingAssumption) -> None:
    assert estimate(question(outcome), sums(10, 7, 90, 9), Assumptions()).missing == (missing,)


def test_a_score_is_compared_and_has_no_price() -> None:
    found = estimate(question(Outcome(kind=OutcomeKind.SCORE)), sums(10, 7, 90, 9), Assumptions([CALL_COST]))
    assert (found.mid, found.missing) == (None, ())
    assert found.parts[0].loss is not None


def test_only_the_lot_proves_and_only_adjusted_robust_differences_are_likely() -> None:
    clear, unclear = sums(1000, 700, 9000, 900), sums(20, 4, 900, 170)
    known = Assumptions([CALL_COST])
    assert estimate(question(CALLS, design=Design.HOLDOUT), clear, known).claim is Claim.PROVEN
    assert estimate(question(CALLS, design=Design.HOLDOUT), unclear, known).claim is Claim.GOES_WITH
    assert estimate(question(CALLS, confounders=()), clear, known).claim is Claim.GOES_WITH
    assert estimate(question(CALLS), unclear, known).claim is Claim.GOES_WITH
    barely = sums(20_000, 2_300, 200_000, 20_000)  # a risk ratio of 1.15: clear, but a weak circumstance could be behind it
    assert estimate(question(CALLS), barely, known).claim is Claim.GOES_WITH


def test_a_contact_is_worth_its_time_where_only_that_is_known() -> None:
    time = assumed(AssumptionKind.HANDLING_TIME, "5", "6", "8")
    rate = assumed(AssumptionKind.HOURLY_RATE, "30", "40", "50")
    found = estimate(question(CALLS), sums(1000, 700, 9000, 900), Assumptions([time, rate]))
    assert found.parts[0].worth is Worth.TIME
    assert found.parts[0].worth_low == pytest.approx(2.5)
    assert found.mid == pytest.approx(600 * 6 * 40 / 60)
    assert found.currency == "EUR"


def test_a_customer_is_worth_the_margin_of_what_they_buy_again() -> None:
    known = [
        assumed(AssumptionKind.REPEAT_VALUE, "80", "100", "120"),
        MARGIN,
        assumed(AssumptionKind.HORIZON, "12", "24", "36"),
        assumed(AssumptionKind.DISCOUNT_RATE, "0.05", "0.1", "0.15"),
    ]
    lost = Outcome(kind=OutcomeKind.RETURN)
    found = estimate(question(lost), sums(1000, 200, 9000, 4500), Assumptions(known))
    assert found.parts[0].worth is Worth.REPEAT
    assert found.mid == pytest.approx(1000 * 0.3 * 100 * 0.3 * sum(1.1 ** (-m / 12) for m in range(1, 25)) / 12, rel=1e-6)
    assert found.parts[0].worth_low == pytest.approx(80 * 0.24 * sum(1.15 ** (-m / 12) for m in range(1, 13)) / 12)
    whole = estimate(
        question(lost),
        sums(1000, 200, 9000, 4500),
        Assumptions([*known, assumed(AssumptionKind.CUSTOMER_VALUE, "1", "2", "3")]),
    )
    assert whole.mid == pytest.approx(600)


def test_of_nobody_nothing_is_said() -> None:
    found = estimate(question(CALLS), no_sums(1), Assumptions([CALL_COST]))
    assert (found.affected, found.mid, found.parts[0].loss) == (0, None, None)


_ENDS = st.lists(st.integers(0, 10_000), min_size=3, max_size=3).map(lambda ends: [Decimal(end) / 100 for end in sorted(ends)])


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 5000), st.integers(0, 5000), _ENDS)
def test_low_mid_and_high_stand_in_this_order_and_the_total_is_the_sum_of_its_parts(
    hit: int, hit_sum: int, unhit: int, unhit_sum: int, ends: list[Decimal]
) -> None:
    cost = Assumption(kind=AssumptionKind.CONTACT_COST, low=ends[0], mid=ends[1], high=ends[2], currency="EUR")
    known = Assumptions([cost, MARGIN])
    found: CostEstimate = estimate(
        question(CALLS, SPENT), sums(hit, min(hit, hit_sum), unhit, min(unhit, unhit_sum), outcomes=2), known
    )
    assert found.low is not None
    assert found.mid is not None
    assert found.high is not None
    assert found.low <= found.mid <= found.high
    for end in ("low", "mid", "high"):
        assert getattr(found, end) == pytest.approx(sum(getattr(part, end) for part in found.parts), abs=0.011)
