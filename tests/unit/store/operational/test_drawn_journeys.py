"""Drawn journeys keep their names and their versions."""

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, drawn_journeys


def save(operational: Operational, name: str, drawn: str) -> int:
    with operational.begin() as tx:
        return drawn_journeys.save(tx, name, drawn, "anna").version


def test_the_same_name_is_the_next_version_and_the_same_again_is_none(operational: Operational) -> None:
    assert save(operational, "  Soll  2026 ", "A > B") == 1
    assert save(operational, "Soll 2026", "A > B") == 1
    assert save(operational, "Soll 2026", "A > B > C") == 2
    save(operational, "Reklamation", "X > Y")
    with operational.read() as tx:
        assert [(one.name, one.version, one.drawn) for one in drawn_journeys.every(tx)] == [
            ("Reklamation", 1, "X > Y"),
            ("Soll 2026", 2, "A > B > C"),
        ]
        assert [one.drawn for one in drawn_journeys.history(tx, "Soll 2026")] == ["A > B > C", "A > B"]


def test_a_forgotten_name_stays_readable_and_can_come_again(operational: Operational) -> None:
    save(operational, "Soll", "A > B")
    with operational.begin() as tx:
        assert drawn_journeys.remove(tx, "Soll", "berta").removed
        assert drawn_journeys.every(tx) == []
        assert drawn_journeys.known(tx, "Soll") is None
        with pytest.raises(Problem) as refused:
            drawn_journeys.named(tx, "Soll")
    assert (refused.value.code, refused.value.params["field"]) == (ProblemCode.QUESTION_INVALID, "drawn")
    assert save(operational, "Soll", "A > B") == 3


@pytest.mark.parametrize(
    ("name", "code"),
    [(" ", ProblemCode.FIELD_MISSING), ("A > B", ProblemCode.SETTING_INVALID), ("x" * 300, ProblemCode.SETTING_INVALID)],
)
def test_what_is_no_name_is_named(operational: Operational, name: str, code: ProblemCode) -> None:
    with pytest.raises(Problem) as refused:
        save(operational, name, "A > B")
    assert refused.value.code is code


def test_every_change_is_counted(operational: Operational) -> None:
    save(operational, "Soll", "A > B")
    with operational.read() as tx:
        before = drawn_journeys.state_number(tx)
    save(operational, "Soll", "A > C")
    with operational.read() as tx:
        assert drawn_journeys.state_number(tx) > before
