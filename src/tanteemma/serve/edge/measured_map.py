"""What is measured at the touchpoints and phases of a map: asked of the worker by the rules that people wrote on it."""

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from tanteemma.journeys.answers_cells import CellsAnswer
from tanteemma.model.problems import Problem
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.map_asked import Measurable, filter_of, options_of
from tanteemma.serve.worker.messages import Analyse

#: what the page waits for figures before it is shown without them; the grid that comes after it waits longer
_AT_ONCE_S: Final = 0.15
_PATIENT_S: Final = 30.0
_RUNNING: Final[set[asyncio.Task[CellsAnswer]]] = set()


class Measured(msgspec.Struct, frozen=True):
    """The answer; ``pending``: it is still being counted; ``problem``: why there is none."""

    answer: CellsAnswer | None = None
    pending: bool = False
    problem: str = ""


async def measured(request: AnyRequest, asked: Measurable, *, patient: bool, said: Mapping[str, str] | None = None) -> Measured:
    """The figures, if they are there soon; a question that takes longer goes on and is answered to the next who asks.

    ``said``: period, segment and weights; None: as the address says them.
    """
    if not asked.evidenced:
        return Measured()
    edge, said = edge_of(request), request.query_params if said is None else said
    wished = options_of(asked, said, language_for(request)) | {"soon": said.get("soon") == "1"}
    wanted = filter_of(asked, said.get("segment", ""))
    message = Analyse(name="cells", options=msgspec.json.encode(wished), journey=wanted.journey, filter=wanted)
    task = asyncio.ensure_future(asking.document(edge, message, CellsAnswer))
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    done, _ = await asyncio.wait({task}, timeout=_PATIENT_S if patient else _AT_ONCE_S)
    if not done:
        task.add_done_callback(_heard)
        return Measured(pending=True)
    try:
        return Measured(answer=task.result())
    except Problem as problem:
        return Measured(problem=problem.sentence(language_for(request)))


def _heard(task: "asyncio.Task[CellsAnswer]") -> None:
    """Nobody waits for it any more: an error is no surprise."""
    if not task.cancelled():
        task.exception()
