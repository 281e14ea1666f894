"""What the process that pulls is told, and what it says at the end: one line of JSON each."""

from typing import Final

import msgspec

from tanteemma.ingest.sources.pulling.plan import Plan

#: Digests of the rows of the last pull that are remembered, so that rows seen again at once are not even stored.
MOST_SEEN: Final = 20_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one pull may take. ``rows``: after so many it pauses where the cursor allows it, and goes on at once."""

    seconds: float = 900.0
    memory_bytes: int = 1 << 30
    bytes: int = 2 << 30
    rows: int = 500_000
    reply_bytes: int = 64 << 20
    patience_s: float = 30.0


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the next pull begins.

    ``cursor``: the highest value seen, ``cursor_type`` its type. ``seen``: digests of rows not to be stored again. ``files``:
    name -> date and size as last read. ``more``: the last pull paused before the end. ``tag``: version of a file at an address.
    """

    cursor: str | None = None
    cursor_type: str = "str"
    seen: tuple[str, ...] = ()
    files: dict[str, str] = {}
    more: bool = False
    tag: str = ""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch. ``out``: file to write (folder ``<out>.d`` for several). ``networks``, ``folders``: may be reached."""

    plan: Plan
    out: str
    secret: str = ""
    state: State = State()
    limits: Limits = Limits()
    networks: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    sample: bool = False


class GotFile(msgspec.Struct, frozen=True):
    """One file that was copied: where it is now, its name, and the mark by which it is known again."""

    path: str
    name: str
    mark: str


class Fetched(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """It went well: so many rows are in the file, with these columns; the next pull begins at ``state``."""

    rows: int
    state: State
    columns: tuple[str, ...] = ()
    complete: bool = False
    files: tuple[GotFile, ...] = ()


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """It did not: a problem code with what may be shown. ``wait_s``: how long the source asked to be left alone."""

    code: str
    params: dict[str, str] = {}
    wait_s: float = 0.0


Outcome = Fetched | Failed
