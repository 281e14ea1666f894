"""One request at a door: what is known of it before its body is read, and what it is answered."""

import msgspec

from tanteemma.serve.edge.asgi import Headers, Receive, Scope
from tanteemma.serve.edge.body import header
from tanteemma.serve.edge.visitor import Visitor

Reply = tuple[int, bytes, Headers]


class Knock(msgspec.Struct, frozen=True, kw_only=True):
    """One request at a door, before its body was read."""

    scope: Scope
    receive: Receive
    visitor: Visitor
    language: str

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name."""
        return header(self.scope["headers"], name)

    @property
    def address(self) -> str:
        """The sender's, for hashing only; it is never stored."""
        client = self.scope.get("client")
        return client[0] if client else ""
