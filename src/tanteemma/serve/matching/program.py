"""``python -m tanteemma.serve.matching.program``: match one set of records, in a process that may be stopped any time.

The task comes as one line on the standard input, the answer goes to the standard output, how far it is to the standard error, a
line for each step. Its memory is limited by the system. It ends when its standard input does, so also with whoever started it.
"""

import os
import resource
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from tanteemma.model.problems import Problem, Problems
from tanteemma.serve.matching.task import Answer, Refused, Step, Task
from tanteemma.serve.worker.without_pandas import keep_pandas_out

if TYPE_CHECKING:
    from tanteemma.identity.matching.matching import Matched
    from tanteemma.identity.matching.reading import Cleaned
    from tanteemma.serve.matching.tables import People

#: of the memory of the process, what the database may take of it; the rest is for records, keys and answers
_DATABASE: Final = 0.35
#: what allocators reserve and never use counts for the system (measured: 1.0 GB)
_RESERVED: Final = 1 << 30
_REASON: Final = 600


def answer(task: Task) -> Answer:
    """Match. Raises Problem."""
    from tanteemma.identity.matching.deciding import learned_threshold  # noqa: PLC0415 - what it loads needs memory: see main
    from tanteemma.identity.matching.matching import Wish, match  # noqa: PLC0415 - as above
    from tanteemma.identity.matching.reading import cleaned  # noqa: PLC0415 - as above
    from tanteemma.serve.matching.pairs import decided_places, explained_places  # noqa: PLC0415 - as above
    from tanteemma.serve.matching.tables import read_people  # noqa: PLC0415 - as above
    from tanteemma.store.engines.linking import Room  # noqa: PLC0415 - as above

    _tell("reading", 0.0)
    people = read_people(task.files, task.format, task.columns)
    _tell("cleaning", 0.05)
    records = cleaned(people.count, people.columns)
    wish = Wish(
        room=Room(task.threads, int(task.memory_bytes * _DATABASE), Path(task.folder)),
        least=learned_threshold(task.decided) if task.threshold is None else task.threshold,
        across=task.across,
        decided=decided_places(people, records, task.decided),
        explain=explained_places(task.explain, people.count),
        doubts=task.doubts,
    )
    found = match(records, people.origins.tolist() if len(task.files) > 1 else None, wish, _tell)
    return _answered(people, records, found)


def _answered(people: "People", records: "Cleaned", found: "Matched") -> Answer:
    from tanteemma.serve.matching.pairs import doubt_of, explained_of  # noqa: PLC0415 - as above

    numbers = np.unique(found.person, return_inverse=True)[1].astype(np.int64) + 1
    counts = np.bincount(numbers)
    return Answer(
        records=people.count,
        people=int((counts > 0).sum()),
        pairs=int((counts * (counts - 1) // 2).sum()),
        threshold=found.threshold,
        columns=people.named,
        person=numbers.tobytes(),
        row=people.rows.tobytes(),
        file=people.origins.tobytes(),
        bad_rows=people.bad_rows,
        equal=found.equal,
        left_out=dict(found.left_out),
        doubts=tuple(doubt_of(people, records, one) for one in found.doubts),
        explained=None if found.explained is None else explained_of(people, found.explained, found.person),
    )


def _tell(step: str, share: float) -> None:
    sys.stderr.buffer.write(msgspec.json.encode(Step(step, share)) + b"\n")
    sys.stderr.flush()


def main() -> int:
    """One task."""
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    most = task.memory_bytes + _RESERVED
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    keep_pandas_out()
    said: Answer | Refused
    try:
        said = answer(task)
    except Problems as several:
        said = _refused(several.problems[0])
    except Problem as problem:
        said = _refused(problem)
    except MemoryError:
        said = Refused(too_large=True)
    except Exception as wrong:  # what splink raises holds the reason as text only
        if "out of memory" not in str(wrong).lower():
            raise
        sys.stderr.write(f"{str(wrong)[-_REASON:]}\n")
        said = Refused(too_large=True)
    sys.stdout.buffer.write(msgspec.msgpack.encode(said))
    sys.stdout.flush()
    return 0


def _refused(problem: Problem) -> Refused:
    params = {name: str(value) for name, value in problem.params.items() if value is not None}
    return Refused(code=problem.code.value, status=problem.status, params=params)


def _end_with_whoever_asked() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    code = main()
    os._exit(code)
