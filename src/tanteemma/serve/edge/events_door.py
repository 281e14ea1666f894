"""The project's own doors for events: read, decode, settle, make durable, answer."""

import asyncio
import time
from typing import Final

import msgspec

from tanteemma.ingest.doors.shape import Decoded, Door, DoorRequest, Path
from tanteemma.model.hooks import doors
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.admitting import limits_of, spend
from tanteemma.serve.edge.body import BodyReader
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.day_salt import SALT
from tanteemma.serve.edge.knocking import Knock, Reply
from tanteemma.serve.edge.promising import count_rejected, promise, reply_of
from tanteemma.serve.edge.uploads import check_room

#: from this size on a body is decoded on a thread, so that other requests are answered meanwhile
LARGE: Final = 64 * 1024
_LARGEST_KEPT: Final = 200


class EventsDoor(msgspec.Struct, frozen=True):
    """How the door ``name`` of the hook takes a request that came by ``path``."""

    name: str
    path: Path

    async def __call__(self, edge: Edge, knock: Knock) -> Reply:
        """Read, decode, settle, make durable, answer."""
        check_room(edge)
        limits = limits_of(edge)
        try:
            with BodyReader(
                knock.receive, largest=limits.body_bytes, timeout_s=edge.settings.body_timeout_s, memory=edge.memory
            ) as reader:
                reader.check_length(knock.header(b"content-length"))
                body = await reader.whole()
                request = said_now(self.setting(edge, knock))
                if len(body) > LARGE:
                    decoded = await asyncio.get_running_loop().run_in_executor(edge.threads, self.decoded, body, request)
                else:
                    decoded = self.decoded(body, request)
                spend(edge, knock.visitor, decoded.received)
                return reply_of(edge, await promise(edge, decoded), knock.language)
        except Problem as problem:
            count_rejected(edge, knock.visitor.source or "", problem)
            raise

    def setting(self, edge: Edge, knock: Knock) -> DoorRequest:
        """What is known of a request without its body; the same for every request of a sender that says the same."""
        return DoorRequest(
            source=knock.visitor.source or "",
            received_us=0,
            content_type=knock.header(b"content-type"),
            content_encoding=knock.header(b"content-encoding"),
            zone=edge.settings.time_zone,
            path=self.path,
            limits=limits_of(edge),
            user_agent=(knock.header(b"user-agent") or "")[:_LARGEST_KEPT] or None,
            address=knock.address,
        )

    def decoded(self, body: bytes, request: DoorRequest) -> Decoded:
        """What the door reads, without the frames of a problem that became a value.

        They hold the unpacked body in a circle that is freed only when Python looks for garbage (64 MB stayed behind after five
        bombs, measured 2026-11).
        """
        door: Door = doors.named(self.name)()
        decoded = door.decode(body, request)
        if decoded.problem is not None:
            decoded.problem.__traceback__ = decoded.problem.__cause__ = decoded.problem.__context__ = None
        return decoded


def said_now(setting: DoorRequest) -> DoorRequest:
    """The same, received now."""
    return msgspec.structs.replace(setting, received_us=time.time_ns() // 1000, day_salt=SALT.today())
