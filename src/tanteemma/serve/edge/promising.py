"""How is a request that was read settled and promised? Against what is known, made durable, and only then said.

What happens is told by a call, so that a door needs no task while the disk works; whoever likes to wait awaits ``promise``.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from tanteemma.ingest.doors.shape import Answer, Decoded, settle
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.context import Edge

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

    def durable(answer: Answer, sequence: int | Problem | None) -> None:
        edge.intake.release(ids)
        try:
            outcome: Answer | Exception = (
                sequence if isinstance(sequence, Problem) else _noted(edge, decoded, answer, dialect, sequence)
            )
        except Exception as failure:  # noqa: BLE001 - told to whoever waits, and raised there
            outcome = failure
        told(outcome)

    try:
        answer = settle(decoded, edge.intake.look_up(ids, [event.content for event in decoded.events]))
        if answer.entry is not None:
            edge.intake.hand_in(answer.entry, partial(durable, answer))
            return
    except Exception as failure:  # noqa: BLE001 - as above
        edge.intake.release(ids)
        told(failure)
        return
    if answer.rejected:
        edge.intake.rejected(decoded.source, answer.rejected)
    durable(answer, None)


def _noted(edge: Edge, decoded: Decoded, answer: Answer, dialect: str, sequence: int | None) -> Answer:
    """The answer, once it is counted and shown to whoever looks at what arrives."""
    counts = (answer.accepted, answer.duplicates, answer.quarantined, answer.rejected)
    reasons = [result.code for result in answer.results if result.status == "quarantined" and result.code]
    edge.counters.took(decoded.source, counts, reasons)
    edge.sightings.came(decoded.source, dialect, decoded.user_agent)
    edge.arrivals.took(decoded, answer, dialect, sequence)
    return answer


def _told(done: asyncio.Future[Answer], outcome: Answer | Exception) -> None:
    if done.done():
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
