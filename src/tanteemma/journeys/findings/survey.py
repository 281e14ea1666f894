"""What do detectors know before they look for places? All journeys from far away, and how to ask more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol

import numpy as np

from tanteemma.journeys.ask import Answer, Journey, Partial, Question, Snapshot
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.findings.outline import N_EVENTS, Outline
from tanteemma.journeys.findings.recast import Recast
from tanteemma.journeys.findings.roles import Roles, roles_of
from tanteemma.journeys.findings.touchpoints import fewer_touchpoints, without_touchpoints
from tanteemma.journeys.kernels.outline import OutlineKernel, OutlineQuestion
from tanteemma.journeys.kernels.positions import PositionsKernel, PositionsQuestion
from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.journeys.where.wish import Wish
from tanteemma.model.arrays import Kernel, Touchpoints


class Asking(Protocol):
    """Runs a kernel over all journeys that are looked at."""

    def __call__(
        self, kernel: Kernel[Question, Partial, Answer], question: Question, *, touchpoints: Touchpoints | None = None
    ) -> Answer:
        """The answer, with the touchpoints of the survey or with others."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: ``is_case``: each journey is about one thing (an order, a complaint), not a life or a visit.

    ``properties``: names of properties that events have; ``goals``: touchpoints that somebody named as the goal.
    """

    is_case: bool
    properties: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    has_scores: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything before the first place: the outline, the parts of touchpoints, and ``ask`` for more."""

    scope: Scope
    touchpoints: Touchpoints
    outline: Outline
    roles: Roles
    ask: Asking

    @property
    def plain(self) -> Touchpoints:
        """The touchpoints without surveys: what is asked of customers is not where they go."""
        return without_touchpoints(self.touchpoints, self.roles.surveys)

    @property
    def now_us(self) -> int:
        """The newest event: the data know nothing later."""
        return self.outline.last_us


class _Asked(Generic[Journey]):
    def __init__(self, snapshot: Snapshot[Journey], journey: Journey, wish: Wish | None) -> None:
        self.snapshot, self.journey, self.wish = snapshot, journey, wish
        self.touchpoints = snapshot.touchpoints()

    def __call__(
        self, kernel: Kernel[Question, Partial, Answer], question: Question, *, touchpoints: Touchpoints | None = None
    ) -> Answer:
        recast = Recast(kernel, self.touchpoints if touchpoints is None else touchpoints)
        return self.snapshot.ask(narrowed(recast, self.wish), question, journey=self.journey)


def survey(snapshot: Snapshot[Journey], journey: Journey, scope: Scope, *, selection: Wish | None = None) -> Survey:
    """Look at all journeys from far away. Raises Problem UNKNOWN_TOUCHPOINT if a goal is none."""
    touchpoint_numbers(scope.goals, snapshot.touchpoints())
    ask = _Asked(snapshot, journey, selection)
    outline = ask(OutlineKernel(), OutlineQuestion())
    fewer = fewer_touchpoints(ask.touchpoints, outline.nodes[:, N_EVENTS])
    if fewer is not ask.touchpoints:
        ask.touchpoints = fewer
        outline = ask(OutlineKernel(), OutlineQuestion())
    direct = np.ascontiguousarray(outline.matrix).tobytes()
    positions = ask(PositionsKernel(), PositionsQuestion(direct))
    roles = roles_of(outline, positions, ask.touchpoints, known(scope.goals, ask.touchpoints))
    return Survey(scope, ask.touchpoints, outline, roles, ask)


def known(names: Sequence[str], touchpoints: Touchpoints) -> tuple[str, ...]:
    """Those of the names that are touchpoints here."""
    return tuple(name for name in names if name in touchpoints.names)
