"""What the process that matches is told, and what it answers."""

from typing import Any

import msgspec

from tanteemma.identity.matching.deciding import Decided, Doubt, Told


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """``files``: paths of one or more tables of people. ``columns``: role -> column, beside what is recognised.

    ``threshold``: weight from which on two records are one person, None for the one in force; ``explain``: the numbers of two
    records (through all files, 1 = the first); ``doubts``: how many undecided pairs are wanted; ``across``: only compare
    records
    of different files. ``memory_bytes``: for the whole process; ``folder``: for what does not fit into it.
    """

    files: tuple[str, ...]
    folder: str
    memory_bytes: int
    format: str | None = None
    columns: dict[str, str] = {}
    threshold: float | None = None
    explain: tuple[int, int] | None = None
    doubts: int = 0
    across: bool = False
    decided: tuple[Decided, ...] = ()
    threads: int = 2


class Explained(msgspec.Struct, frozen=True):
    """Why two records are taken for one person, or not."""

    left: dict[str, str]
    right: dict[str, str]
    weight: float
    same: bool
    told: tuple[Told, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Who is who.

    ``person``, ``row`` (int64) and ``file`` (int32), one for each record in order: the number of its person, of its row in its
    file (1 = the first below the head), of its file. ``columns``: column -> field, of each file; ``pairs``: pairs of records
    that are one person; ``equal``: records that say exactly what another one says; ``left_out``: key -> records whose key too
    many share to be compared by it; ``bad_rows``: rows that could not be read.
    """

    records: int
    people: int
    pairs: int
    threshold: float
    columns: tuple[dict[str, str], ...]
    person: bytes
    row: bytes
    file: bytes
    bad_rows: int = 0
    equal: int = 0
    left_out: dict[str, int] = {}
    doubts: tuple[Doubt, ...] = ()
    explained: Explained | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A Problem, or (``too_large``) more memory was needed than there may be."""

    code: str = ""
    status: int = 422
    params: dict[str, Any] = {}
    too_large: bool = False


class Step(msgspec.Struct, frozen=True):
    """How far it is: reading, cleaning, blocking, learning, weighing, grouping; ``share`` of the whole."""

    step: str
    share: float
