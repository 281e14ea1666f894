"""Figures that people state: every change is kept, can be looked up and taken back, and nothing wrong gets in."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tanteemma.model.assumptions import RULES, AssumptionKind, Needed
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.model.stating import Computed, NewAssumption, problems_of
from tanteemma.store.operational import Operational, Transaction, assumptions
from tanteemma.store.operational.records import StoredAssumption
from tests.unit.store.operational.conftest import MovedClock

CALL = AssumptionKind.CONTACT_COST


def stated(
    mid: str = "6.50", about: str = "Telefon", kind: AssumptionKind = CALL, currency: str | None = "EUR"
) -> NewAssumption:
    """A figure whose low and high ends are half and twice the middle."""
    middle = Decimal(mid)
    return NewAssumption(
        kind=kind,
        about=about,
        low=middle / 2,
        mid=middle,
        high=middle * 2,
        currency=currency,
        source="Kostenstellenbericht",
        as_of=date(2026, 3, 1),
        approved_by="Controlling",
    )


def margin() -> NewAssumption:
    return stated("0.3", "", AssumptionKind.MARGIN, None)


class TestAssumptions:
    def _state(self, operational: Operational, new: NewAssumption, *, sample: bool = False) -> StoredAssumption:
        with operational.begin() as tx:
            return assumptions.state(tx, new, "anna", sample=sample)

    def test_a_figure_is_kept_as_stated_with_who_and_when(self, operational: Operational, clock: MovedClock) -> None:
        computed = Computed(n=812, value=6.4, low=6.1, high=6.7, what="Bestellung")
        self._state(operational, replace(stated(), computed=computed))
        with operational.read() as tx:
            (kept,) = assumptions.every(tx)
            found = assumptions.current(tx).find(Needed(CALL, "TELEFON"))
        assert (kept.low, kept.mid, kept.high, kept.currency, kept.version) == ("3.25", "6.50", "13.00", "EUR", 1)
        assert (kept.changed_by, kept.changed, kept.computed) == ("anna", clock(), computed)
        assert found is not None
        assert (found.mid, found.as_of, found.approved_by) == (Decimal("6.50"), date(2026, 3, 1), "Controlling")

    def test_a_change_is_a_new_version_and_the_same_again_is_none(self, operational: Operational) -> None:
        versions = [self._state(operational, stated(mid)).version for mid in ("6.50", "7.00", "7.00")]
        assert versions == [1, 2, 2]
        with operational.read() as tx:
            assert [one.mid for one in assumptions.history(tx, CALL, "telefon")] == ["7.00", "6.50"]
            assert assumptions.history(tx, CALL, "mail") == []
            assert len(assumptions.history(tx, CALL)) == len(assumptions.history(tx)) == 2

    def test_every_change_can_be_taken_back_up_to_there_having_been_none(self, operational: Operational) -> None:
        for mid in ("6.50", "7.00"):
            self._state(operational, stated(mid))
        with operational.begin() as tx:
            assumptions.remove(tx, CALL, "Telefon", "bert")
            assert assumptions.every(tx) == []
        seen = []
        for _ in range(3):
            with operational.begin() as tx:
                assumptions.undo(tx, CALL, "Telefon", "bert")
                seen.append([one.mid for one in assumptions.every(tx)])
        assert seen == [["7.00"], ["6.50"], []]
        with operational.begin() as tx, pytest.raises(Problem) as caught:
            assumptions.undo(tx, CALL, "Telefon", "bert")
        assert caught.value.code is ProblemCode.ASSUMPTION_UNKNOWN
        with operational.begin() as tx:
            assumptions.restore(tx, CALL, "Telefon", 2, "bert")
            assert [one.mid for one in assumptions.every(tx)] == ["7.00"]
            assert [one.version for one in assumptions.history(tx)] == [7, 6, 5, 4, 3, 2, 1]

    def test_an_undone_change_and_a_new_one_leave_what_was_before(self, operational: Operational) -> None:
        for mid in ("1.00", "2.00"):
            self._state(operational, stated(mid))
        with operational.begin() as tx:
            assumptions.undo(tx, CALL, "Telefon", "anna")
            assumptions.state(tx, stated("3.00"), "anna")
            assumptions.undo(tx, CALL, "Telefon", "anna")
            assert [one.mid for one in assumptions.every(tx)] == ["1.00"]

    def test_what_is_not_there_cannot_be_removed_or_restored(self, operational: Operational) -> None:
        with operational.begin() as tx:
            attempts: tuple[Callable[[], object], ...] = (
                lambda: assumptions.remove(tx, CALL, "Telefon", "anna"),
                lambda: assumptions.restore(tx, CALL, "Telefon", 1, "anna"),
                lambda: assumptions.undo(tx, CALL, "Telefon", "anna"),
            )
            for attempt in attempts:
                with pytest.raises(Problem) as caught:
                    attempt()
                assert (caught.value.code, caught.value.status) == (ProblemCode.ASSUMPTION_UNKNOWN, 404)

    def test_all_money_is_in_one_currency_until_the_last_of_the_other_is_gone(self, operational: Operational) -> None:
        self._state(operational, margin())
        self._state(operational, stated())
        with pytest.raises(Problems) as caught:
            self._state(operational, stated(about="Mail", currency="CHF"))
        (problem,) = caught.value.problems
        assert (problem.code, problem.params["allowed"]) == (ProblemCode.CURRENCY_MIXED, "EUR")
        assert self._state(operational, stated(currency="CHF")).currency == "CHF"
        with operational.begin() as tx:
            assumptions.state(tx, stated(about="Mail", currency="CHF"), "anna")
            with pytest.raises(Problems):
                assumptions.restore(tx, CALL, "Telefon", 1, "anna")

    def test_a_refused_figure_changes_nothing(self, operational: Operational) -> None:
        with pytest.raises(Problems):
            self._state(operational, replace(stated(), low=Decimal(99)))
        with operational.read() as tx:
            assert (assumptions.history(tx), assumptions.state_number(tx)) == ([], 0)

    def test_every_change_moves_the_state_number(self, operational: Operational) -> None:
        numbers = []
        changes: tuple[Callable[[Transaction], object], ...] = (
            lambda tx: assumptions.state(tx, stated(), "anna"),
            lambda tx: assumptions.remove(tx, CALL, "Telefon", "anna"),
            lambda tx: assumptions.undo(tx, CALL, "Telefon", "anna"),
            assumptions.forget_samples,
        )
        for change in changes:
            with operational.begin() as tx:
                change(tx)
                numbers.append(assumptions.state_number(tx))
        assert numbers == sorted(set(numbers))

    def test_the_sample_brings_its_figures_only_where_there_is_none_and_takes_them_away(self, operational: Operational) -> None:
        self._state(operational, stated("5.00"))
        with operational.begin() as tx:
            assumptions.state_samples(tx, [stated("6.50"), stated("2.00", "Mail"), margin()], "sample")
            kept = {one.about or one.kind: (one.mid, one.sample) for one in assumptions.every(tx)}
        assert kept == {"Telefon": ("5.00", False), "Mail": ("2.00", True), "margin": ("0.3", True)}
        changed = self._state(operational, stated("2.50", "Mail"))
        assert (changed.version, changed.sample) == (2, False)
        with operational.begin() as tx:
            assert assumptions.forget_samples(tx) == 2
            assert {one.about: one.mid for one in assumptions.every(tx)} == {"Telefon": "5.00", "Mail": "2.50"}
            assumptions.state_samples(tx, [margin()], "sample")
            assert len(assumptions.every(tx)) == 3

    def test_what_was_taken_back_in_favour_of_the_sample_does_not_come_back_without_it(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assumptions.state_samples(tx, [margin()], "sample")
        self._state(operational, replace(margin(), mid=Decimal("0.4")))
        with operational.begin() as tx:
            assumptions.undo(tx, AssumptionKind.MARGIN, "", "anna")
            assert [one.sample for one in assumptions.every(tx)] == [True]
            assumptions.forget_samples(tx)
            assert assumptions.every(tx) == []
            assumptions.undo(tx, AssumptionKind.MARGIN, "", "anna")
            assert [one.mid for one in assumptions.every(tx)] == ["0.4"]

    def test_the_sample_does_not_bring_a_second_currency(self, operational: Operational) -> None:
        self._state(operational, stated("5.00", currency="CHF"))
        with operational.begin() as tx:
            assumptions.state_samples(tx, [stated("2.00", "Mail"), margin()], "sample")
            assert sorted(one.kind for one in assumptions.every(tx)) == ["contact_cost", "margin"]


class TestStating:
    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        wrong = NewAssumption(
            kind=AssumptionKind.STEP_COST,
            low=Decimal(9),
            mid=Decimal("1.1234567"),
            high=Decimal(-1),
            currency="EURO",
            approved_by="x" * 501,
        )
        assert [(problem.code.value, problem.params["field"]) for problem in problems_of(wrong)] == [
            ("too_many_decimals", "mid"),
            ("amount_out_of_range", "high"),
            ("range_disordered", "low, mid, high"),
            ("about_missing", "about"),
            ("currency_unknown", "currency"),
            ("text_too_long", "approved_by"),
            ("source_missing", "source"),
        ]

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"kind": AssumptionKind.MARGIN, "about": "", "high": Decimal("1.01")}, ProblemCode.AMOUNT_OUT_OF_RANGE),
            (
                {"kind": AssumptionKind.MARGIN, "high": Decimal(1), "low": Decimal(0), "mid": Decimal(0)},
                ProblemCode.ABOUT_NOTHING,
            ),
            ({"kind": AssumptionKind.HORIZON, "about": "", "mid": Decimal("6.5")}, ProblemCode.TOO_MANY_DECIMALS),
            ({"kind": AssumptionKind.EFFORT_WEIGHT, "about": "contact"}, ProblemCode.RANGE_NOT_ONE),
            ({"kind": AssumptionKind.EFFORT_WEIGHT, "about": "mood"}, ProblemCode.ABOUT_UNKNOWN),
            ({"low": Decimal("NaN")}, ProblemCode.AMOUNT_OUT_OF_RANGE),
            ({"high": Decimal("Infinity")}, ProblemCode.AMOUNT_OUT_OF_RANGE),
            ({"high": Decimal(10) ** 12 + 1}, ProblemCode.AMOUNT_OUT_OF_RANGE),
        ],
    )
    def test_each_rule_is_watched(self, changed: dict[str, object], code: ProblemCode) -> None:
        assert code in [problem.code for problem in problems_of(replace(stated(), **changed))]

    def test_every_kind_has_a_rule(self) -> None:
        assert RULES.keys() == set(AssumptionKind)

    @given(st.lists(st.decimals(0, 10**9, places=2), min_size=3, max_size=3))
    def test_what_rises_is_fine_and_what_does_not_is_not(self, ends: list[Decimal]) -> None:
        low, mid, high = ends
        found = problems_of(replace(stated(), low=low, mid=mid, high=high))
        assert (not found) == (low <= mid <= high)
