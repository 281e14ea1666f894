"""Visitors without an id are told apart for one day, and by nobody else."""

from tanteemma.serve.edge.day_salt import DaySalt

DAY_S = 86_400.0


def test_the_salt_stays_for_a_day_and_is_another_one_on_the_next() -> None:
    now = [20_000 * DAY_S]
    salt = DaySalt(lambda: now[0])
    first = salt.today()
    now[0] += DAY_S - 1
    assert salt.today() == first
    now[0] += 1
    assert salt.today() != first
    now[0] -= 1
    assert salt.today() != first, "what is gone does not come back"


def test_another_process_on_the_same_day_has_another_salt() -> None:
    one, two = DaySalt(lambda: 0.0), DaySalt(lambda: 0.0)
    assert len(one.today()) == 32
    assert one.today() != two.today()
