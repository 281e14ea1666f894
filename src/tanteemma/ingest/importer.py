"""A company's file, from its path to events in the store. The face of everything under ``formats`` and ``importing``."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from tanteemma.ingest.formats.choose import answer, check_settled, choose
from tanteemma.ingest.formats.find import count_rows, find_format, look_into, preview_file
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

    ``columns``: role -> column as ``formats.choose.parse_columns`` gives it. ``answers``: question -> one of its choices.
    ``dry``: count, store nothing.
    """

    format: str | None = None
    mapping: Mapping | None = None
    columns: dict[str, str] = {}
    answers: dict[str, str] = {}
    source: str = "file"
    dry: bool = False


Saved = Callable[[str], Mapping | None]


def look_at_file(path: Path, file_name: str, wish: Wish, saved: Saved | None = None) -> Preview:
    """The preview of a file under a wish. ``saved``: how files with this fingerprint were read last time.

    The file is read once, and again only where what is said makes other cells of its bytes (another separator, another sheet).
    Raises Problem COLUMN_UNKNOWN and what reading the file raises.
    """
    look = look_into(path, file_name, wanted=wish.format, known=wish.mapping)
    found = look.preview()

    def read_as(mapping: Mapping) -> Preview:
        nonlocal look
        if look.fits(mapping):
            return look.preview(mapping)
        look = look_into(path, file_name, wanted=found.format, known=mapping)
        return look.preview()

    known = saved(look.fingerprint) if saved is not None and wish.mapping is None else None
    if known is not None:
        found = read_as(known)
    if wish.columns:
        found = read_as(choose(found, wish.columns))
    answered = found.mapping
    for question in found.questions:
        choice = wish.answers.get(question.code)
        if choice in question.choices:
            answered = answer(answered, question, choice)
    return found if answered == found.mapping else read_as(answered)


def run_import(store: Store, path: Path, file_name: str, wish: Wish, told: Told | None = None) -> ImportReport:
    """Look at a file, keep it, read it in, and remember how for the next file of this kind.

    Raises Problem MAPPING_NEEDED naming what only a person can settle and how to say it; then nothing was kept.
    """

    def saved(fingerprint: str) -> Mapping | None:
        with store.operational.read() as tx:
            kept = mappings.find(tx, fingerprint)
        return msgspec.json.decode(kept.mapping, type=Mapping) if kept else None

    found = look_at_file(path, file_name, wish, saved)
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
