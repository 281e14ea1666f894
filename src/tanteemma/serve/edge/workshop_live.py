"""What happens in a workshop, told to every window of it: its version, where it stands, how many did what."""

from collections.abc import AsyncIterator, Callable
from typing import Final, TypeVar

import msgspec
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tanteemma.serve.edge.context import Edge
from tanteemma.store.operational import Transaction, workshops
from tanteemma.workshop.gathering import Workshop

T = TypeVar("T")
_LOOK_S: Final = 5.0


def bell_of(number: int) -> str:
    """Under which name its windows wait."""
    return f"workshop {number}"


async def happened(edge: Edge, number: int, change: Callable[[Transaction], T]) -> T:
    """Change something in a workshop and tell all its windows."""

    def apply(tx: Transaction) -> tuple[T, int]:
        return change(tx), workshops.touch(tx, number)

    found, version = await edge.access.write(apply)
    await edge.drawn.tell(bell_of(number), version)
    return found


async def ring(edge: Edge, number: int, version: int) -> None:
    """A workshop is at this version now, or gone."""
    await edge.drawn.tell(bell_of(number), version)


def pulse_stream(edge: Edge, workshop: Workshop) -> ServerSentEvent:
    """Says ``pulse`` with each change, and once at the start. Raises Problem TOO_MANY_REQUESTS."""
    number = workshop.number
    edge.pulses.enter(number)

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        try:
            async for message in _pulses(edge, number, workshop.stored.version):
                yield message
        finally:
            edge.pulses.leave(number)

    return ServerSentEvent(told())


async def _pulses(edge: Edge, number: int, version: int) -> AsyncIterator[ServerSentEventMessage]:
    said = b""
    while not edge.stopping.is_set():
        pulse = await edge.pulses.of(edge.access, number, version)
        version = max(version, pulse.version)
        body = msgspec.json.encode(pulse)
        if body != said:
            said = body
            yield ServerSentEventMessage(event="pulse", data=body.decode())
        if pulse.stop < 0:
            return
        version = max(version, await edge.drawn.next_after(bell_of(number), version, _LOOK_S))
