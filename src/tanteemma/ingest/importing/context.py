"""What all chunks of one import share: where they come from, the clock, and which rows and people were met before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import pyarrow as pa

from tanteemma.ingest.formats.shape import Warn
from tanteemma.ingest.steps.columns_ids import Occurrences
from tanteemma.ingest.steps.columns_people import Namer
from tanteemma.model.events import BadItem


@dataclass(slots=True)
class ImportContext:
    """``source`` and ``origin`` (``file:<number>``) go into every event; ``now_us`` is the moment of the import."""

    source: str
    origin: str
    now_us: int
    occurrences: Occurrences = field(default_factory=Occurrences)
    namer: Namer = field(default_factory=Namer)


#: pairs of subjects, and the newest day (since 1970) on which a row names both
Links = Mapping[tuple[str, str], int]


class Mapped(msgspec.Struct, frozen=True):
    """A chunk as events (schema EVENT) and bad rows; every row is in one of them. ``links``: who is one person by its rows."""

    table: pa.Table
    bad: tuple[BadItem, ...]
    warnings: tuple[Warn, ...] = ()
    links: Links = {}


class FileProblem(msgspec.Struct, frozen=True):
    """One kind of trouble with its first example and how often it occurs."""

    code: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    count: int = 1


class ImportReport(msgspec.Struct, frozen=True):
    """What became of a file. Always: received = accepted + duplicate + quarantined + rejected."""

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0
    seconds: float = 0.0
    problems: tuple[FileProblem, ...] = ()


class Advance(msgspec.Struct, frozen=True):
    """How far an import is: bytes of the stored file, the last chunk in the store, and the report until now."""

    done_bytes: int
    total_bytes: int
    chunk: int
    report: ImportReport


Told = Callable[[Advance], None]


def count_problems(before: Sequence[FileProblem], bad: Sequence[BadItem]) -> tuple[FileProblem, ...]:
    """Count bad rows by code and field; the first example stays."""
    found = {(problem.code, problem.field): problem for problem in before}
    for item in bad:
        place = (str(item.code), item.field)
        known = found.get(place)
        if known is None:
            value = item.params.get("value")
            found[place] = FileProblem(str(item.code), item.index, item.field, value)
        else:
            found[place] = msgspec.structs.replace(known, count=known.count + 1)
    return tuple(found.values())
