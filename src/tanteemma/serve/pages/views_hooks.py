"""What pages say of those who are told about segments."""

from datetime import datetime

import msgspec

from tanteemma.serve.pages.views import View


class MadeHook(msgspec.Struct, frozen=True):
    """A new one with its key, which is said once."""

    number: int
    segment: str
    url: str
    secret: str


class HookMadeView(View, frozen=True, kw_only=True):
    """The page after one was made."""

    made: MadeHook


class HookRow(msgspec.Struct, frozen=True):
    """One address that is told; when it was last, why not since and how often."""

    number: int
    segment: str
    url: str
    made: datetime
    delivered: datetime | None
    failed: str | None
    failures: int


class Hooks(msgspec.Struct, frozen=True):
    """Those of one segment."""

    hooks: tuple[HookRow, ...]
