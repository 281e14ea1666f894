"""Which machines count? This one, or with ``--engine`` the executors of a Spark cluster."""

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once, reading_house

if TYPE_CHECKING:
    from tanteemma.serve.worker.asked import Watched
    from tanteemma.serve.worker.journey_questions import JourneyQuestion
    from tanteemma.serve.worker.messages import Analyse
    from tanteemma.store.snapshot import Snapshot

Engine = Annotated[str | None, typer.Option("--engine", metavar="spark://HOST:PORT", help="cli.journeys.engine")]

_MASTER: Final = re.compile(r"spark://[^/\s]+|local(\[[\d*, ]+\])?|local-cluster\[\d+,\d+,\d+\]|yarn|k8s://\S+")
_ALLOWED: Final = "spark://HOST:PORT, local[N], local-cluster[N,CORES,MB], yarn, k8s://…"
_WAITS_S: Final = 5.0
_PORT: Final = 7077


def ask_engine(engine: str | None, data: Path, message: "JourneyQuestion | Analyse") -> bytes:
    """The document of one question, counted by this engine. Raises Problem."""
    if engine is None:
        return ask_once(data, message)
    if not _MASTER.fullmatch(engine):
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--engine", value=engine, allowed=_ALLOWED)
    _check_reachable(engine)
    from tanteemma.serve.worker import asking, journey_questions
    from tanteemma.serve.worker.asked import Asked, Distributed
    from tanteemma.serve.worker.messages import Analyse
    from tanteemma.store.engines.spark import OnSpark, spark_session

    with reading_house(data) as house, spark_session(engine) as session:

        def place(snapshot: "Snapshot", asked: Asked) -> "Watched":
            return Distributed(OnSpark(session, snapshot), snapshot, asked)

        if isinstance(message, Analyse):
            return asking.analyse(house, message, Asked(), place).body
        return journey_questions.answer_question(house, message, Asked(), place).body


def _check_reachable(engine: str) -> None:
    """Spark itself would try for minutes. Raises Problem SPARK_AWAY."""
    if not engine.startswith("spark://"):
        return
    masters = engine.removeprefix("spark://").split(",")
    reason = ""
    for master in masters:
        host, _, port = master.rpartition(":") if ":" in master else (master, "", str(_PORT))
        try:
            socket.create_connection((host, int(port)), timeout=_WAITS_S).close()
        except (OSError, ValueError) as error:
            reason = str(error)
        else:
            return
    raise Problem(ProblemCode.SPARK_AWAY, status=503, value=engine, said=reason)
