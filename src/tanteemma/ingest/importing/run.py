"""One file into the store, chunk by chunk: resumed where a crash left it, counted to the last row."""

import time
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import msgspec
import pyarrow as pa

from tanteemma.ingest.formats.shape import Chunk, FileFormat, Mapping
from tanteemma.ingest.importing.context import Advance, ImportContext, ImportReport, Links, Mapped, Told, count_problems
from tanteemma.ingest.importing.mapping import map_chunk
from tanteemma.ingest.importing.objects import key_names
from tanteemma.model.hooks import file_formats
from tanteemma.store.intake import Flush, Receipt


class Answers(Protocol):
    """A pinned state of the store that can be asked."""

    def rows(self, select: str, values: MappingOf[str, object] | None = None) -> pa.Table:
        """The answer to one SELECT over ``events``."""
        ...

    def close(self) -> None:
        """Let go of the state."""
        ...


class Intake(Protocol):
    """What an import needs of the store."""

    def commit(self, *several: Flush) -> Receipt:
        """Take in one position of one app; once in effect and durable."""
        ...

    def link(self, pairs: Iterable[tuple[str, str]], days: Links, *, file: int) -> object:
        """Say that subjects are one person, by rows of this file."""
        ...

    def position(self, app: str) -> int:
        """The last committed position of an app, -1 if none."""
        ...

    def ensure_case_definition(self, key: str) -> None:
        """Journeys by this key can be asked for from now on."""
        ...

    def snapshot(self) -> Answers:
        """The store as it is now."""
        ...


class FileImport(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file and how it is read. ``number`` is its origin (``file:<number>``) for ever."""

    number: int
    path: Path
    mapping: Mapping
    source: str = "file"

    @property
    def app(self) -> str:
        """Under which name its positions are kept."""
        return f"import:{self.number}"

    @property
    def origin(self) -> str:
        """Where its events came from."""
        return f"file:{self.number}"


def import_file(store: Intake, order: FileImport, told: Told | None = None) -> ImportReport:
    """Read a stored file in. Called again after a crash it goes on behind the last chunk that the store has.

    The next chunk is read while the last one is stored. Raises Problem for an unreadable file, and what the store raises.
    """
    started = time.monotonic()
    done = store.position(order.app)
    context = ImportContext(order.source, order.origin, time.time_ns() // 1000)
    report = ImportReport()
    defined: set[str] = set()
    with ThreadPoolExecutor(1, "import") as ahead:
        mapped = _mapped(order, context)
        coming = ahead.submit(next, mapped, None)
        while (ready := coming.result()) is not None:
            coming = ahead.submit(next, mapped, None)
            chunk, events = ready
            for key in sorted(key_names(events.table) - defined):
                store.ensure_case_definition(key)
                defined.add(key)
            report = _counted(report, events, _commit(store, order, chunk.number, events) if chunk.number > done else None)
            if chunk.number == done:
                report = _settled_before(store, order, report)
            report = msgspec.structs.replace(report, seconds=time.monotonic() - started)
            if told is not None and chunk.number >= done:
                told(Advance(chunk.done_bytes, chunk.total_bytes, chunk.number, report))
    return msgspec.structs.replace(report, seconds=time.monotonic() - started)


def _mapped(order: FileImport, context: ImportContext) -> Iterator[tuple[Chunk, Mapped]]:
    """Chunks as events. Those the store already has are mapped too: occurrences are counted over the whole file."""
    form: FileFormat = file_formats.named(order.mapping.format)
    for chunk in form.chunks(order.path, order.mapping):
        yield (
            msgspec.structs.replace(chunk, table=chunk.table.slice(0, 0), original=None),
            map_chunk(chunk, order.mapping, context),
        )


def _commit(store: Intake, order: FileImport, number: int, events: Mapped) -> Receipt:
    if events.links:
        store.link(sorted(events.links), events.links, file=order.number)
    received = events.table.num_rows + len(events.bad)
    flush = Flush(app=order.app, position=number, source=order.source, table=events.table, bad=events.bad, received=received)
    return store.commit(flush)


def _counted(report: ImportReport, events: Mapped, receipt: Receipt | None) -> ImportReport:
    """The report with one chunk more. Of a chunk that the store had before, what was a duplicate is settled later."""
    rows, bad = events.table.num_rows, len(events.bad)
    accepted, duplicate, quarantined = rows, 0, bad
    if receipt is not None and not receipt.again:
        accepted, duplicate, quarantined = receipt.counts.accepted, receipt.counts.duplicate, receipt.counts.quarantined
    return msgspec.structs.replace(
        report,
        received=report.received + rows + bad,
        accepted=report.accepted + accepted,
        duplicate=report.duplicate + duplicate,
        quarantined=report.quarantined + quarantined,
        problems=count_problems(report.problems, events.bad),
    )


def _settled_before(store: Intake, order: FileImport, report: ImportReport) -> ImportReport:
    """What earlier runs brought: the lake knows which events are of this file; the other rows were duplicates."""
    snapshot = store.snapshot()
    try:
        found = snapshot.rows("SELECT count(*) AS events FROM events WHERE origin = $origin", {"origin": order.origin})
    finally:
        snapshot.close()
    accepted = int(found.column("events")[0].as_py())
    return msgspec.structs.replace(report, accepted=accepted, duplicate=report.accepted + report.duplicate - accepted)


def dry_run(path: Path, mapping: Mapping, told: Told | None = None) -> ImportReport:
    """What an import would bring, without storing: ``accepted`` are the rows that would be events (duplicates not known)."""
    started = time.monotonic()
    order = FileImport(number=0, path=path, mapping=mapping)
    report = ImportReport()
    for chunk, events in _mapped(order, ImportContext(order.source, order.origin, time.time_ns() // 1000)):
        report = msgspec.structs.replace(_counted(report, events, None), seconds=time.monotonic() - started)
        if told is not None:
            told(Advance(chunk.done_bytes, chunk.total_bytes, chunk.number, report))
    return msgspec.structs.replace(report, seconds=time.monotonic() - started)
