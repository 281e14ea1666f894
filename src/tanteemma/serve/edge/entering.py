"""A file on its way from a visitor into the worker's hands: the answer is true even if the worker dies on the way.

The worker enters a file and the ticket of its message in one transaction. So when no answer came, the tables know whether
the file is in: then its import goes on by itself and is reported; else the file is handed over once more, or taken back.
"""

import asyncio
import secrets
from functools import partial
from pathlib import Path
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.uploads import forget_upload
from tanteemma.serve.worker.documents import ImportState
from tanteemma.serve.worker.import_reading import RUNNING, one_state, state_of_ticket
from tanteemma.serve.worker.messages import KeepFile, StartImport

#: After these nobody knows what the worker has done.
_UNSURE: Final = frozenset({ProblemCode.WORKER_AWAY, ProblemCode.QUESTION_TOO_SLOW})
#: How often a file is handed over: one that kills each worker that looks at it must not do so for ever.
_TRIES: Final = 2
#: Until the end of a worker is noticed everywhere.
_NOTICED_S: Final = 0.5
_LOOK_S: Final = 0.1


def new_ticket() -> str:
    """A ticket nobody else has."""
    return secrets.token_hex(16)


async def enter_file(edge: Edge, message: KeepFile | StartImport) -> ImportState:
    """Hand a received file over and say what became of it. Raises Problem; then nothing is stored and the file is gone."""
    path = Path(message.path)
    unsure: Problem | None = None
    for _ in range(_TRIES):
        try:
            return await asking.document(edge, message, ImportState)
        except Problem as problem:
            if problem.code not in _UNSURE:
                forget_upload(path)
                raise
            unsure = problem
        entered = await edge.access.read(lambda tx: state_of_ticket(tx, message.ticket))
        if entered is not None and not _must_be_ordered(message, entered):
            return await _followed(edge, message, entered)
        if unsure.code is ProblemCode.QUESTION_TOO_SLOW:
            break
        await asyncio.sleep(_NOTICED_S)
    return await _taken_back(edge, message, unsure or Problem(ProblemCode.WORKER_AWAY, status=503))


def _must_be_ordered(message: KeepFile | StartImport, entered: ImportState) -> bool:
    """Did the worker die between entering the file and ordering its reading?"""
    return isinstance(message, StartImport) and entered.state == "uploaded"


async def _followed(edge: Edge, message: KeepFile | StartImport, entered: ImportState) -> ImportState:
    """The state of an import that goes on by itself, when it is done or its sender has waited long enough."""
    end = asyncio.get_running_loop().time() + (message.wait_s if isinstance(message, StartImport) else 0.0)
    while entered.state in RUNNING and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_LOOK_S)
        entered = await edge.access.read(partial(one_state, number=entered.number))
    return entered


async def _taken_back(edge: Edge, message: KeepFile | StartImport, unsure: Problem) -> ImportState:
    """No worker took the file in time. Whoever removes it first has it: then no worker can enter it any more."""
    if forget_upload(Path(message.path)):
        raise unsure
    for _ in range(int(_NOTICED_S / _LOOK_S)):
        # a worker has moved it, and says so in the tables in a moment unless it died between the two
        entered = await edge.access.read(lambda tx: state_of_ticket(tx, message.ticket))
        if entered is not None:
            return entered
        await asyncio.sleep(_LOOK_S)
    raise unsure
