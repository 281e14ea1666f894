"""What the page of first contacts shows. As in ``views``: a template reads nothing else."""

from collections.abc import Mapping

import msgspec

from tanteemma.journeys.answers_firsts import FirstContact, FirstsAnswer
from tanteemma.serve.pages.views import View


class FirstsView(View, frozen=True, kw_only=True):
    """The first contacts of one map. ``names``: of touchpoints by id; ``goals``: those that may be the goal, by id.

    ``known``: touchpoints whose events say who it was; ``counted``: those that have daily counts alone.
    """

    key: str
    document: str
    bound: bool
    goal: str = ""
    goal_said: str = ""
    since_said: str = ""
    until_said: str = ""
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
    goals: tuple[tuple[str, str], ...] = ()
    known: tuple[FirstContact, ...] = ()
    counted: tuple[FirstContact, ...] = ()
    unbound: tuple[str, ...] = ()
    journeys: int = 0
    answered: bool = False
    problem: str = ""


def with_firsts(view: FirstsView, answer: FirstsAnswer) -> FirstsView:
    """The page with its answer."""
    only = [one for one in answer.firsts if not one.journeys and one.counted is not None]
    return msgspec.structs.replace(
        view,
        known=tuple(one for one in answer.firsts if one.journeys),
        counted=tuple(only),
        unbound=tuple(view.names.get(one, one) for one in answer.unbound),
        journeys=answer.journeys,
        goal=view.goal,
        answered=True,
    )
