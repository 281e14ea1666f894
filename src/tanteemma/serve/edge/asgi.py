"""What passes between server and application, as the edge reads it: plain mappings, whatever library made them."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

Scope = Mapping[str, Any]
Received = Mapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Received]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

#: an extension of ours: a message that is a whole answer (status, headers, body), so that it is written with one call
WHOLE: Final = "emma.response.whole"
#: messages that hold the headers of an answer
STARTS: Final = frozenset(("http.response.start", WHOLE))
