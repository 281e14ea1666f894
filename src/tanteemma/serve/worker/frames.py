"""How a question and its answers travel between two processes.

Every message is one frame: four bytes of length (big endian), then msgpack. A question frame is ``Ask``; the answers to it are
``Reply`` frames with the same number, the last of them with ``last=True``. The unix socket lies in the data folder and is
readable by its owner only.
"""

from typing import Final

import msgspec

from tanteemma.serve.worker.messages import Content, Message

FRAME_LENGTH: Final = 4
LARGEST_FRAME: Final = 256 * 1024 * 1024


class Ask(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question frame. A newer question of the same ``slot`` (client and place on its page) cancels the older."""

    number: int
    message: Message
    slot: str | None = None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody waits for question ``number`` of this connection any more."""

    number: int


class AskFrame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client sends: a question, or that a question is no longer of interest."""

    ask: Ask | None = None
    stop: Stop | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer frame to question ``number``."""

    number: int
    content: Content
    last: bool = True


_pack = msgspec.msgpack.Encoder()
_unpack_ask = msgspec.msgpack.Decoder(AskFrame)
_unpack_reply = msgspec.msgpack.Decoder(Reply)


def frame(message: AskFrame | Reply) -> bytes:
    """The bytes of one frame: length, then msgpack."""
    packed = _pack.encode(message)
    return len(packed).to_bytes(FRAME_LENGTH, "big") + packed


def read_ask(packed: bytes) -> AskFrame:
    """A client's frame. Raises ``msgspec.DecodeError`` for anything else."""
    return _unpack_ask.decode(packed)


def read_reply(packed: bytes) -> Reply:
    """A worker's frame. Raises ``msgspec.DecodeError`` for anything else."""
    return _unpack_reply.decode(packed)
