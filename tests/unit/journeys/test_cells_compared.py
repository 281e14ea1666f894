"""Weights of steps against an ordinary regression, two sides of a map by hand, and as they should behave."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given

from tanteemma.journeys.ask_cells import ask_measured, cells_of, map_question
from tanteemma.journeys.cells.comparing import compared_cells
from tanteemma.journeys.cells.question import Phase, Wanted
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.cells.weighing import weights_answer
from tanteemma.journeys.drivers.outcomes import read_outcome
from tanteemma.journeys.kernels.cell_weights import CellWeights, CellWeightsKernel, Products
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.workshop.binding import parse_binding
from tests.unit.journeys.test_cells import logs, questions
from tests.unit.journeys.told import DAY, Event, Log, scored

RULES = tuple(Bound(name.casefold(), parse_binding(f"event = {name}")) for name in ("Anruf", "Chat", "Besuch"))
WANTED = Wanted(RULES, (Phase("contact", ("anruf", "chat")),))


def journeys(count: int = 200) -> list[list[Event]]:
    """A call costs four points, a visit brings one, a chat nothing; what comes after the answer does not count."""
    dice = np.random.default_rng(4)
    found = []
    for number in range(count):
        call, chat, visit = (bool(one) for one in dice.integers(0, 2, 3))
        value = float(8 - 4 * call + visit)
        names = [name for name, there in (("Anruf", call), ("Chat", chat), ("Besuch", visit)) if there]
        steps = [Event(name, number * DAY + place + 1) for place, name in enumerate(names)]
        found.append([*steps, scored("Umfrage", value, at=number * DAY + 60), Event("Chat", number * DAY + 90)])
    return found


def products(log: Log, outcome: str, *, phases: bool = False) -> Products:
    question = CellWeights(map_question(log, None, WANTED), read_outcome(outcome), phases)
    return log.ask(CellWeightsKernel(), question, journey=None)


def test_the_weight_of_a_step_is_its_share_of_what_the_regression_explains() -> None:
    answer = weights_answer([one.id for one in RULES], "nps", products(Log(journeys(), buckets=3), "nps"))
    assert answer.r2 == pytest.approx(1.0)
    assert [step.id for step in answer.steps] == ["anruf", "besuch", "chat"]
    call, visit, chat = answer.steps
    assert sum(step.lmg for step in answer.steps) == pytest.approx(answer.r2)
    assert call.share == pytest.approx(16 / 17, abs=0.03)
    assert visit.share == pytest.approx(1 / 17, abs=0.03)
    assert chat.share < 0.02
    assert call.effect == pytest.approx(-4, abs=0.4)
    assert answer.method == "lmg"


def test_goals_and_phases_are_weighed_too() -> None:
    log = Log([[*journey, *([Event("Kauf", journey[-1].at + 9)] if len(journey) > 3 else [])] for journey in journeys()])
    goal = weights_answer([one.id for one in RULES], "goal:Kauf", products(log, "goal:Kauf"))
    assert goal.n == 200
    phases = weights_answer(["contact"], "nps", products(log, "nps", phases=True))
    assert [step.id for step in phases.steps] == ["contact"]


def test_too_few_outcomes_are_refused() -> None:
    with pytest.raises(Problem) as caught:
        weights_answer(["anruf"], "nps", products(Log(journeys(20)), "nps"))
    assert caught.value.code is ProblemCode.TOO_FEW_ROWS


def test_two_sides_differ_where_they_differ() -> None:
    both: Sequence[list[Event]] = [
        [
            Event("Bestellung", place * DAY, None, {"property.team": team}),
            *([Event("Anruf", place * DAY + 60)] if calls else []),
        ]
        for place, (team, calls) in enumerate(
            [("nord", True)] * 40 + [("nord", False)] * 20 + [("sued", True)] * 10 + [("sued", False)] * 50
        )
    ]
    wanted = Wanted((Bound("call", parse_binding("event = Anruf")), Bound("order", parse_binding("event = Bestellung"))))
    sides = [[place < 60 for place in range(120)], [place >= 60 for place in range(120)]]
    one, other = (cells_of(ask_measured(Log(both, chosen), None, wanted), "en")[0] for chosen in sides)
    call, order = compared_cells(one, other, independent=True)
    assert call.share.value == pytest.approx(40 / 60 - 10 / 60)
    assert call.share.low is not None
    assert call.share.low > 0.3
    assert call.share.differs
    assert (order.share.value, order.share.differs) == (0.0, False)
    dependent = compared_cells(one, other, independent=False)[0]
    assert (dependent.share.low, dependent.share.p, dependent.share.differs) == (None, None, False)


@given(logs(), questions())
def test_a_side_does_not_differ_from_itself(log: Log, wanted: Wanted) -> None:
    cells, phases = cells_of(ask_measured(log, None, wanted), "en")
    for found in compared_cells((*cells, *phases), (*cells, *phases), independent=True):
        assert not found.share.differs
        assert found.share.value in {None, 0.0}
        assert found.waiting.value in {None, 0.0}
