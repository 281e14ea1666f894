"""An import is followed to its end, also when whoever reads it in dies meanwhile: the next one goes on with it."""

import contextlib
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import Desk, OnProgress, desk, open_folder, settings_of
from tanteemma.serve.cli.output import tell
from tanteemma.serve.cli.speaking import say

if TYPE_CHECKING:
    from tanteemma.serve.worker.messages import StartImport

#: How many ends of a worker are waited out; a file that kills each of them is given up by its job a little later.
_DEATHS: Final = 5
#: How long the worker of a server that is gone may still hold the folder.
_PATIENCE_S: Final = 30.0
_LOOK_S: Final = 0.2
_NOBODY: Final = frozenset({ProblemCode.WORKER_AWAY, ProblemCode.DATA_LOCKED})


def ask_to_the_end(counter: Desk, data: Path, message: "StartImport", progress: OnProgress | None) -> bytes:
    """The state of the import when it is done, as JSON; asked again under the same ticket where an answer did not come.

    Raises Problem: that of the import, or IMPORT_GOES_ON when nobody is left to wait for.
    """
    deaths, patience = 0, 0.0
    with contextlib.ExitStack() as closing:
        while True:
            try:
                here = counter if not deaths else closing.enter_context(desk(data, write=True))
                return here.ask(message, progress).body
            except Problem as problem:
                if problem.code not in _NOBODY:
                    raise
                if problem.code is ProblemCode.DATA_LOCKED and time.monotonic() < patience:
                    threading.Event().wait(_LOOK_S)  # the worker of a server that was killed is still putting things in order
                    continue
                number = _entered(data, message.ticket)
                if deaths == _DEATHS or problem.code is ProblemCode.DATA_LOCKED:
                    raise problem if number is None else Problem(ProblemCode.IMPORT_GOES_ON, number=number) from problem
            deaths += 1
            patience = time.monotonic() + _PATIENCE_S
            tell(say("cli.import.resuming"))


def _entered(data: Path, ticket: str) -> int | None:
    """The number under which the file was entered, None if it was not."""
    from tanteemma.store.operational import Operational, files

    folder = open_folder(data)
    url = settings_of(folder).database_url
    with Operational.open(url or folder.operational_db) as operational, operational.read() as tx:
        entered = files.of_ticket(tx, ticket)
    return None if entered is None else entered.number
