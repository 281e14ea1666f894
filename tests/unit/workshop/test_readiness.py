"""The readiness check: six factors, worked by hand; more is never less; a slow count says the same."""

from datetime import date
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.document import Content, Part, Value
from tanteemma.workshop.readiness import FACTORS, FEWEST, HIGHEST, check_of, checks, factor_of, moved

ALL = [f"{factor}_{question}" for factor, questions in FACTORS.items() for question in questions]


def answers(day: str, said: dict[str, int], identity: str = "a") -> Part:
    fields = {"day": Value(day, 1)} | {name: Value(value, 1) for name, value in said.items()}
    return Part(id=identity, kind="answers", fields=fields)


def test_the_document_asks_exactly_these_questions() -> None:
    part = document_kinds.named("readiness").part("answers")
    assert [field.name for field in part.fields if field.group] == ALL
    assert len(FACTORS) == 6
    assert all(4 <= len(questions) <= 5 for questions in FACTORS.values())


def test_a_check_worked_by_hand() -> None:
    """Journey: 4, 2, 1, 1, 2 of 4 are 10 of 20. Persona: 3 answers of 1 are 3 of 12. Nothing else counts."""
    said = dict(zip([f"journey_{question}" for question in FACTORS["journey"]], [4, 2, 1, 1, 2], strict=True))
    said |= {f"persona_{question}": 1 for question in FACTORS["persona"][:3]}
    said["lifecycle_phases"] = 4
    found = check_of(answers("2026-11-02", said))
    assert found is not None
    values = {factor.name: factor.value for factor in found.factors}
    assert values == {
        "centricity": None,
        "persona": 0.25,
        "touchpoints": None,
        "journey": 0.5,
        "lifecycle": None,
        "experience": None,
    }
    assert found.value == pytest.approx((0.25 + 0.5) / 2)
    assert [factor.name for factor in found.next] == ["persona", "journey"]
    assert found.next[1].weakest == "gaps"


def test_what_is_nearly_perfect_is_not_to_be_done_next() -> None:
    found = check_of(answers("2026-11-02", dict.fromkeys(ALL, HIGHEST)))
    assert found is not None
    assert found.value == 1
    assert found.next == ()
    assert all(factor.weakest is None for factor in found.factors)


def test_checks_come_in_the_order_of_their_days_and_show_the_way() -> None:
    late = answers("2026-11-02", dict.fromkeys(ALL, 3), "late")
    early = answers("2026-05-04", dict.fromkeys(ALL, 1), "early")
    found = checks(Content(parts=(late, early)))
    assert [(one.part, one.day) for one in found] == [("early", date(2026, 5, 4)), ("late", date(2026, 11, 2))]
    assert moved(*found) == dict.fromkeys(FACTORS, 0.5)


def test_answers_without_a_day_are_no_check() -> None:
    assert checks(Content(parts=(Part(id="a", kind="answers"),))) == ()


@given(st.dictionaries(st.sampled_from(ALL), st.integers(0, 4)))
def test_the_slow_count_says_the_same_and_no_value_leaves_its_range(said: dict[str, int]) -> None:
    found = check_of(answers("2026-11-02", said))
    assert found is not None
    for factor in found.factors:
        mine = [value for name, value in said.items() if name.startswith(f"{factor.name}_")]
        assert factor.answered == len(mine)
        if len(mine) < FEWEST:
            assert factor.value is None
        else:
            assert factor.value == pytest.approx(fmean(mine) / 4)
            assert 0 <= (factor.value or 0) <= 1


@given(st.sampled_from(list(FACTORS)), st.lists(st.integers(0, 3), min_size=5, max_size=5), st.integers(0, 4))
def test_a_better_answer_never_makes_a_factor_worse(name: str, given_answers: list[int], place: int) -> None:
    said = dict(zip(FACTORS[name], given_answers, strict=True))
    better = said | {FACTORS[name][place]: given_answers[place] + 1}
    assert (factor_of(name, better).value or 0) > (factor_of(name, said).value or 0)
