"""Where do journeys go from a touchpoint, or how do they come to it?"""

import msgspec

from tanteemma.journeys import ask as journeys
from tanteemma.journeys.answers_paths import PathsAnswer
from tanteemma.journeys.kernels.paths import NODES, STEPS, Direction, Occurrence, PathsQuestion
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asking import Put, Question


class PathsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from", "target": "to"}):
    """``steps`` from a touchpoint, or to it; with neither from the first event of each journey (``direction`` to: to its last).

    ``occurrence``: first or last of several; ``merge``: neighbours of one touchpoint count as one step; ``nodes``: most nodes
    of a column.
    """

    source: str | None = None
    target: str | None = None
    direction: Direction = "from"
    steps: int = STEPS
    occurrence: Occurrence = "first"
    merge: bool = False
    nodes: int = NODES


def _paths(put: Put[PathsOptions]) -> PathsAnswer:
    asked = put.options
    if asked.source and asked.target:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="to", value=asked.target, allowed="from | to")
    question = PathsQuestion(
        touchpoint=asked.source or asked.target or None,
        direction="to" if asked.target else "from" if asked.source else asked.direction,
        steps=asked.steps,
        occurrence=asked.occurrence,
        merge=asked.merge,
        nodes=asked.nodes,
    )
    return journeys.ask_paths(put.watched, put.journey, question, selection=put.filter)


questions.add("paths")(Question(PathsOptions, _paths))
