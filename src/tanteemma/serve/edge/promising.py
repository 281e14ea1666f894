"""How is a request that was read settled and promised? Against what is known, made durable, and only then said.

What happens is told by a call, so that a door needs no task while the disk works; whoever likes to wait awaits ``promise``.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec

from tanteemma.ingest.doors.shape import Answer, Decoded, settle
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.answers import refusal_headers
from tanteemma.serve.edge.asgi import Headers
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.knocking import Reply

T = TypeVar("T")

NATIVE: Final = "native"
#: what is told: the answer, or why there is none
Told = Callable[[Answer | Exception], None]


async def promise(edge: Edge, decoded: Decoded, dialect: str = NATIVE) -> Answer:
    """Settle against what is known, make it durable, and only then say so. Raises Problem BUSY, NO_ROOM."""
    done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    begin_promise(edge, decoded, dialect, partial(_told, done))
    return await done


def begin_promise(edge: Edge, decoded: Decoded, dialect: str, told: Told) -> None:
    """The same; ``told`` hears of it exactly once, with the answer or with what went wrong. Raises nothing."""
    ids = [event.event_id for event in decoded.events]
    if not edge.intake.claim(ids):
        edge.intake.when_free(ids, partial(begin_promise, edge, decoded, dialect, told))
        return

    def settled() -> Answer | None:
        answer = settle(decoded, edge.intake.look_up(ids, [event.content for event in decoded.events]))
        if answer.entry is not None:
            edge.intake.hand_in(answer.entry, partial(durable, answer))
            return None
        if answer.rejected:
            edge.intake.rejected(decoded.source, answer.rejected)
        return _noted(edge, decoded, answer, dialect, None)

    def durable(answer: Answer, outcome: int | Problem) -> None:
        edge.intake.release(ids)
        told(outcome if isinstance(outcome, Problem) else tried(partial(_noted, edge, decoded, answer, dialect, outcome)))

    outcome = tried(settled)
    if outcome is not None:
        edge.intake.release(ids)
        told(outcome)


def tried(work: Callable[[], T]) -> T | Exception:
    """What came of it, or what went wrong, for whoever is told instead of waiting: the end of a request that has no task."""
    try:
        return work()
    except Exception as failure:  # noqa: BLE001 - the request boundary: told as it is, answered as any fault of ours
        return failure


def _noted(edge: Edge, decoded: Decoded, answer: Answer, dialect: str, sequence: int | None) -> Answer:
    """The answer, once it is counted and shown to whoever looks at what arrives."""
    counts = (answer.accepted, answer.duplicates, answer.quarantined, answer.rejected)
    reasons = [result.code for result in answer.results if result.status == "quarantined" and result.code]
    edge.counters.took(decoded.source, counts, reasons)
    edge.sightings.came(decoded.source, dialect, decoded.user_agent)
    edge.arrivals.took(decoded, answer, dialect, sequence)
    return answer


def count_rejected(edge: Edge, source: str, problem: Problem) -> None:
    """Count what was refused without being kept; over load nothing is counted as received: it will come again."""
    if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        edge.counters.took(source, (0, 0, 0, 1))
        edge.intake.rejected(source, 1)


def count_refusal(edge: Edge, answer: Answer) -> None:
    """Count why a request that was settled is refused, if it is."""
    if answer.problem is not None and answer.status >= HTTPStatus.BAD_REQUEST:
        edge.counters.refused(answer.problem.code.value)


def reply_of(edge: Edge, answer: Answer, language: str, status: int | None = None) -> Reply:
    """What the sender is told of a request that was settled; ``status``: where a door answers with another one."""
    count_refusal(edge, answer)
    status = answer.status if status is None else status
    told = answer if status == answer.status else msgspec.structs.replace(answer, status=status)
    more: Headers = []
    if answer.problem is not None and status >= HTTPStatus.BAD_REQUEST:
        more = refusal_headers(answer.problem)
    return status, msgspec.json.encode(told.document(language)), more


def _told(done: asyncio.Future[Answer], outcome: Answer | Exception) -> None:
    if done.done():
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
