"""OCEL, object-centric event logs, in JSON, XML and SQLite: one event belongs to several objects and stays one event."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Final

from tanteemma.ingest.formats.charset import as_utf8
from tanteemma.ingest.formats.ocel_events import ID, NAME, OBJECTS, TIME, Events, Progress, chunk_of, is_object_centric
from tanteemma.ingest.formats.ocel_json import events_of_json
from tanteemma.ingest.formats.ocel_sqlite import events_of_sqlite
from tanteemma.ingest.formats.ocel_xml import events_of_xml
from tanteemma.ingest.formats.opened import first_bytes, opened, unpacked
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Role
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.foreign import MAGIC, foreign_tables

ROLES: Final = {Role.TOUCHPOINT: NAME, Role.TIME: TIME}
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_MOST_EVENTS: Final = 50_000


class OcelFormat:
    """Object-centric event logs."""

    name = "ocel"
    suffixes = (".jsonocel", ".xmlocel", ".ocel.json", ".ocel.xml", ".ocel", ".sqlite", ".sqlite3")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """JSON or XML that speaks of object types, or any SQLite file?"""
        if head.startswith(MAGIC):
            return True
        name = file_name.lower().removesuffix(".gz")
        start = head.lstrip(_BLANK)
        return start.startswith((b"{", b"<")) and (name.endswith(self.suffixes) or is_object_centric(head))

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """The first events. Raises Problem UNREADABLE_FILE, INVALID_JSON, DTD_FORBIDDEN, TOO_LARGE."""
        chunks = self.chunks(path, Mapping(format=self.name))
        first = next(chunks, None)
        columns = tuple(first.table.column_names) if first else (ID, NAME, TIME, OBJECTS)
        again = chain([first] if first else [], chunks)
        dialect = known.dialect if known else Dialect(decimal=".")
        return build_look(Found(format=self.name, columns=columns, chunks=again, dialect=dialect, known=known, fixed=ROLES))

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """The events in the order of the file, each with its objects."""
        progress = Progress(path.stat().st_size)
        with _events(path, progress) as events:
            before = 0
            for number, taken in enumerate(iter(lambda: list(islice(events, min(rows, _MOST_EVENTS))), [])):
                if number >= start:
                    yield chunk_of(number, before, taken, progress)
                before += len(taken)


file_formats.add("ocel")(OcelFormat())


@contextmanager
def _events(path: Path, progress: Progress) -> Iterator[Events]:
    head = as_utf8(first_bytes(path))
    if head.startswith(MAGIC):
        with unpacked(path) as whole, foreign_tables(whole) as tables:
            yield events_of_sqlite(tables, progress)
        return
    start = head.lstrip(_BLANK)
    if not start.strip():
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    with opened(path) as source:
        yield events_of_xml(path, source, progress) if start.startswith(b"<") else events_of_json(path, source, progress)
