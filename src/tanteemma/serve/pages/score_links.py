"""Where do the figures of scores and of attribution lead? To the journeys that answered, or have a step and reach the goal."""

from typing import Final

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import Compare, Expr
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.links import journeys_behind
from tanteemma.serve.pages.views_scores import Metric

#: Under which names the scores of a metric are stored.
_ASKED: Final[dict[str, tuple[str, ...]]] = {
    "nps": ("nps",),
    "enps": ("enps",),
    "csat": ("csat",),
    "csat_mean": ("csat",),
    "ces1": ("ces", "ces1"),
    "ces2": ("ces", "ces2"),
    "ces2_share": ("ces", "ces2"),
    "wrs_top": ("nps", "wrs"),
    "wrs_mean": ("nps", "wrs"),
    "stars": ("stars",),
}


def answered(metric: Metric, wanted: JourneyFilter, touchpoint: str | None = None) -> str:
    """The journeys with an answer (at a touchpoint); empty where its name is used on several scales."""
    asked = _ASKED.get(metric.name, ())
    if not asked or metric.other_scales:
        return ""
    return journeys_behind(tree.Says("score.metric", Compare.EQUAL, asked, touchpoint), wanted)


def reached(goal: str, wanted: JourneyFilter) -> str:
    """The journeys that reach the goal."""
    return journeys_behind(tree.Passes(goal), wanted)


def credited(step: str, by: str, goal: str, wanted: JourneyFilter) -> str:
    """The journeys that reach the goal and have the step: the touchpoint before it, or the channel, source or word at all."""
    if by == "touchpoint":
        return journeys_behind(tree.Follows(step, goal), wanted)
    has: Expr = tree.Channel(step)
    if by != "channel":
        fact = "source" if by == "source" else f"property.{by.partition(':')[2]}"
        has = tree.Says(fact, Compare.EQUAL, (step,))
    return journeys_behind(tree.Every((has, tree.Passes(goal))), wanted)


SCORE_LINKS: Final = {"answered": answered, "goal_reached": reached, "credited": credited}
