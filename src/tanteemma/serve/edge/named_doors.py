"""Which doors have a name in their path, and who answers there?"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from tanteemma.serve.edge import form_door, hook_door
from tanteemma.serve.edge.asgi import Receive, Scope, Send
from tanteemma.serve.edge.context import Edge

Serve = Callable[[Edge, Scope, Receive, Send], Awaitable[None]]

#: every door by the beginning of its path
NAMED_DOORS: Final[Mapping[str, Serve]] = {
    hook_door.PREFIX: hook_door.serve_hook,
    form_door.PREFIX: form_door.serve_form,
}


def named_door(path: str) -> Serve | None:
    """Who answers at this path, None if it is no such door."""
    return next((serve for prefix, serve in NAMED_DOORS.items() if path.startswith(prefix)), None)
