"""A cost in words: its range, its formula with the numbers put in, what is missing; never a bare figure."""

import re
from decimal import Decimal

import pytest

from tanteemma.journeys.costs.answers import CostEstimate
from tanteemma.journeys.costs.estimate import estimate
from tanteemma.journeys.costs.question import Outcome, OutcomeKind
from tanteemma.model.assumptions import Assumption, AssumptionKind, Assumptions
from tanteemma.serve.pages.costs import cost_sentence, cost_view
from tanteemma.serve.pages.render import Renderer
from tanteemma.serve.pages.views import Shell
from tanteemma.serve.pages.views_costs import CostView
from tests.unit.journeys.costs.test_estimate import CALL_COST, CALLS, MARGIN, ORDER_VALUE, ORDERS, SPENT, question, sums

EVERY = (*(Outcome(kind=kind) for kind in OutcomeKind), Outcome(kind=OutcomeKind.EVENTS, counted=True))


def _found(*known: Assumption, outcome: Outcome = CALLS) -> CostEstimate:
    return estimate(question(outcome), sums(1000, 700, 9000, 900), Assumptions(known))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_cost_is_one_sentence_with_its_range_and_its_claim() -> None:
    found = _found(CALL_COST)
    assert _plain(cost_sentence(found, "de")) == "Wahrscheinlich zwischen 2.570 € und 5.660 € (wahrscheinliche Wirkung)."
    assert cost_sentence(found, "en") == "Probably between €2,570 and €5,660 (likely effect)."


def test_the_formula_is_written_out_with_its_numbers() -> None:
    (line,) = cost_view(_found(CALL_COST), "de").lines
    rows = {row.end: " × ".join(map(_plain, row.terms)) + f" = {_plain(row.result)}" for row in line.rows}
    assert rows == {
        "low": "1.000 × 0,57 × 4,50 € = 2.570 €",
        "mid": "1.000 × 0,60 × 6,50 € = 3.900 €",
        "high": "1.000 × 0,63 × 9,00 € = 5.660 €",
    }
    assert line.title == "Weitere Kontakte: phone"
    assert _plain(line.sentence) == "1.000 betroffene Journeys brauchten je 0,60 mehr davon als vergleichbare (0,57 bis 0,63)."
    assert _plain(line.worth) == "Ein Kontakt kostet 6,50 € (4,50 € bis 9,00 €)."
    assert [used.name for used in line.used] == ["Kosten je Kontakt"]
    assert len(line.compared) == 4


def test_an_order_is_its_value_times_its_margin() -> None:
    (line,) = cost_view(estimate(question(ORDERS), sums(500, 100, 5000, 4000), Assumptions([MARGIN, ORDER_VALUE])), "en").lines
    assert [row.terms for row in line.rows if row.end == "mid"] == [("500", "60.0%", "€60.00", "30%")]
    assert "60.0 percentage points less often" in line.sentence


def test_without_an_assumption_the_sentence_names_it_and_links_to_where_it_is_entered() -> None:
    found = _found()
    view = cost_view(found, "de")
    assert cost_sentence(found, "de") == "Kein Betrag: Es fehlt die Annahme Kosten je Kontakt (phone)."
    assert [one.href for one in view.missing] == ["/assumptions/edit?kind=contact_cost&about=phone"]
    assert "€" not in _rendered(view, "de")


def test_a_range_around_zero_says_so() -> None:
    unclear = estimate(question(CALLS), sums(20, 4, 900, 170), Assumptions([CALL_COST]))
    view = cost_view(unclear, "de")
    assert view.unclear
    assert "kein sicherer Unterschied" in view.lines[0].sentence


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("outcome", EVERY, ids=lambda outcome: f"{outcome.kind}{'+' if outcome.counted else ''}")
def test_every_outcome_reads_well_in_both_languages(outcome: Outcome, language: str) -> None:
    kinds = ("customer_value", "repeat_value", "horizon", "discount_rate", "step_cost", "handling_time", "hourly_rate")
    figures = [CALL_COST, MARGIN, ORDER_VALUE]
    figures += [
        Assumption(kind=AssumptionKind(kind), low=Decimal(1), mid=Decimal(1), high=Decimal(1), currency="EUR") for kind in kinds
    ]
    for known in (figures, figures[:3], [*figures[:3], *figures[4:]]):
        shown = _rendered(cost_view(_found(*known, outcome=outcome), language), language)
        assert "…" not in re.sub(r"<[^>]+>", "", shown)


def test_the_sample_is_stamped() -> None:
    invented = Assumption(kind=AssumptionKind.MARGIN, low=Decimal(0), mid=Decimal(0), high=Decimal(1), sample=True)
    view = cost_view(estimate(question(SPENT), sums(10, 7, 90, 9), Assumptions([invented])), "en")
    assert view.sample
    assert 'class="stamp"' in _rendered(view, "en")


def _rendered(view: CostView, language: str) -> str:
    page = Renderer(language)._jinja.from_string("{% include 'partials/cost.html' %}")
    return page.render(cost=view, shell=Shell(path="/", csrf_token=""), day=lambda _at: "–")
