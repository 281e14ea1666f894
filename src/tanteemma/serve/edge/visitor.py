"""Who asks, and what may they do? Every route names the permission it needs; nobody gets more than that."""

from enum import StrEnum
from typing import Final

import msgspec


class Permission(StrEnum):
    """What a route needs. PUBLIC routes give nothing of the company's away."""

    PUBLIC = "public"
    EVENTS_WRITE = "events.write"
    DATA_READ = "data.read"
    DATA_WRITE = "data.write"
    KEYS_WRITE = "keys.write"
    METRICS_READ = "metrics.read"


class Kind(StrEnum):
    """How a visitor showed who they are."""

    NOBODY = "nobody"
    OWNER = "owner"
    WRITE_KEY = "write"
    READ_KEY = "read"
    ADMIN_KEY = "admin"


_MAY: Final[dict[Kind, frozenset[Permission]]] = {
    Kind.NOBODY: frozenset(),
    Kind.OWNER: frozenset({Permission.DATA_READ, Permission.DATA_WRITE, Permission.KEYS_WRITE, Permission.METRICS_READ}),
    Kind.WRITE_KEY: frozenset({Permission.EVENTS_WRITE}),
    Kind.READ_KEY: frozenset({Permission.DATA_READ}),
    Kind.ADMIN_KEY: frozenset({Permission.DATA_READ, Permission.DATA_WRITE, Permission.KEYS_WRITE, Permission.METRICS_READ}),
}


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends this request. ``csrf_token``: what their forms must carry; ``csrf_open``: not checked yet (an upload).

    ``key``: the number of the key that was shown, ``origins`` and ``events_per_s``: what it is bound to.
    """

    kind: Kind = Kind.NOBODY
    source: str | None = None
    csrf_token: str = ""
    csrf_open: bool = False
    loopback: bool = False
    key_said: bool = False
    key: int | None = None
    origins: tuple[str, ...] = ()
    events_per_s: int | None = None

    def may(self, permission: Permission) -> bool:
        """Is this visitor allowed to?"""
        return permission is Permission.PUBLIC or permission in _MAY[self.kind]


NOBODY: Final = Visitor()
