"""A company's file, from its path to events in the store. The face of everything under ``formats`` and ``importing``."""

from pathlib import Path

import msgspec

from tanteemma.ingest.formats.choose import check_settled, choose
from tanteemma.ingest.formats.find import count_rows, find_format, preview_file
from tanteemma.ingest.formats.shape import Mapping, Preview
from tanteemma.ingest.importing.context import Advance, FileProblem, ImportContext, ImportReport, Mapped, Told
from tanteemma.ingest.importing.mapping import map_chunk
from tanteemma.ingest.importing.replay import replay_rows
from tanteemma.ingest.importing.run import FileImport, Intake, dry_run, import_file
from tanteemma.store.house import Store
from tanteemma.store.operational import files, mappings
from tanteemma.store.operational.records import FileState

__all__ = [
    "Advance",
    "FileImport",
    "FileProblem",
    "ImportContext",
    "ImportReport",
    "Intake",
    "Mapped",
    "Told",
    "Wish",
    "count_rows",
    "dry_run",
    "find_format",
    "import_file",
    "look_at_file",
    "map_chunk",
    "preview_file",
    "replay_rows",
    "run_import",
]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants a file to be read; what is left open is known from the last file of this kind, or guessed.

    ``columns``: role -> column as ``formats.choose.parse_columns`` gives it. ``dry``: count, store nothing.
    """

    format: str | None = None
    mapping: Mapping | None = None
    columns: dict[str, str] = {}
    source: str = "file"
    dry: bool = False


def look_at_file(path: Path, file_name: str, wish: Wish, saved: Mapping | None = None, first: Preview | None = None) -> Preview:
    """The preview of a file under a wish. ``saved``: how files with this header were read last time; ``first``: a look at it.

    Raises Problem COLUMN_UNKNOWN and what reading the file raises.
    """
    found = first or preview_file(path, file_name, wanted=wish.format, known=wish.mapping)
    if wish.mapping is None and saved is not None:
        found = preview_file(path, file_name, wanted=found.format, known=saved)
    if wish.columns:
        chosen = choose(found, wish.columns)
        found = preview_file(path, file_name, wanted=found.format, known=chosen)
    return found


def run_import(store: Store, path: Path, file_name: str, wish: Wish, told: Told | None = None) -> ImportReport:
    """Look at a file, keep it, read it in, and remember how for the next file of this kind.

    Raises Problem MAPPING_NEEDED naming what only a person can settle and how to say it; then nothing was kept.
    """
    first = preview_file(path, file_name, wanted=wish.format, known=wish.mapping)
    with store.operational.read() as tx:
        saved = mappings.find(tx, first.fingerprint)
    known = msgspec.json.decode(saved.mapping, type=Mapping) if saved else None
    found = look_at_file(path, file_name, wish, known, first) if known or wish.columns else first
    check_settled(found)
    if wish.dry:
        return dry_run(path, found.mapping, told)
    stored = store.files.keep(path, file_name, source=wish.source)
    mapping = msgspec.json.encode(found.mapping).decode()
    with store.operational.begin() as tx:
        files.read_as(tx, stored.number, mapping)
        files.move(tx, stored.number, FileState.IMPORTING)
        mappings.save(tx, found.fingerprint, file_name, mapping)
    order = FileImport(number=stored.number, path=store.files.path_of(stored.number), mapping=found.mapping, source=wish.source)
    report = import_file(store, order, told)
    with store.operational.begin() as tx:
        files.move(tx, stored.number, FileState.DONE)
    return report
