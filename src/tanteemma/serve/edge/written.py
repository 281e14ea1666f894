"""How does an answer stand on the wire? Status line, headers, body, as one piece of bytes."""

from collections.abc import Iterable
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from tanteemma.serve.edge.asgi import Headers

NO_BODY: Final = frozenset((204, 304))


def written_head(status: int, headers: Iterable[tuple[bytes, bytes]], *, keep_alive: bool) -> tuple[bytes, bool]:
    """Status line and headers with the empty line after them; does the connection go on?

    Raises RuntimeError for a header with a line end in it: the rest of it would be read as headers or as a body.
    """
    parts, lines, closes = [STATUS_LINE[status]], 1, False
    for name, value in headers:
        closes = closes or (name == b"connection" and b"close" in value)
        parts += (name, b": ", value, b"\r\n")
        lines += 1
    if not (keep_alive or closes):
        parts.append(b"connection: close\r\n")
        lines += 1
    head = b"".join(parts)
    if not head.count(b"\n") == head.count(b"\r") == lines:
        raise RuntimeError("a header with a line end in it")
    return head + b"\r\n", keep_alive and not closes


class Heads:
    """Heads of answers that differ only in length and number: written once, the others of the same second are put together.

    What is kept is cut out of a head that was written as any other.
    """

    __slots__ = ("_kept", "_of")

    def __init__(self) -> None:
        self._of: object = None
        self._kept: dict[int, tuple[bytes, bytes]] = {}

    def find(self, status: int, of: object) -> tuple[bytes, bytes] | None:
        """What stands before and after the part that differs; None if it was not written yet with these first headers."""
        return self._kept.get(status) if self._of is of else None

    def keep(self, status: int, of: Headers, cut: tuple[bytes, bytes]) -> None:
        """Remember it for as long as the server's own first headers (the date) are these."""
        if self._of is not of:
            self._of, self._kept = of, {}
        self._kept[status] = cut
