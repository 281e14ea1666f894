"""Files as they came: kept with their name and checksum, because they are the truth of what was imported from them."""

import hashlib
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk
from tanteemma.store.operational import files
from tanteemma.store.operational.operational import Operational
from tanteemma.store.operational.records import StoredFile
from tanteemma.store.operational.transaction import Transaction

_BLOCK: Final = 1 << 20


class StoredFiles:
    """Stored under their number; the name a person gave is only ever text in a table."""

    def __init__(self, folder: Path, operational: Operational) -> None:
        self._folder = folder
        self._operational = operational

    def path_of(self, number: int) -> Path:
        """Where the bytes of a file are."""
        return self._folder / f"{number:08d}"

    def incoming(self) -> Path:
        """A place to write an upload to before it has a number (same disk, so that keeping it is a rename)."""
        return self._folder / f"{uuid.uuid4().hex}{disk.TEMPORARY}"

    def keep(self, path: Path, name: str, *, source: str = "file", move: bool = False, ticket: str = "") -> StoredFile:
        """Keep a file durably under the next number; ``move`` takes it (an upload), else it is copied.

        ``ticket``: of whoever hands it in. Raises Problem NOT_FOUND if the file is not there (any more); then nothing was kept.
        """

        def noted(tx: Transaction, stored: StoredFile) -> None:
            if ticket:
                files.note_ticket(tx, ticket, stored.number)

        return self._keep(path, files.NewFile(name, source, "", 0, "", ""), noted, move=move)

    def keep_with(self, path: Path, name: str, source: str, also: Callable[[Transaction, StoredFile], None]) -> StoredFile:
        """Take a file durably, and in the same step whatever else must be true from then on.

        Raises Problem NOT_FOUND, and what ``also`` raises; then nothing was kept.
        """
        return self._keep(path, files.NewFile(name, source, "", 0, "", ""), also, move=True)

    def _keep(
        self, path: Path, entry: files.NewFile, also: Callable[[Transaction, StoredFile], None], *, move: bool
    ) -> StoredFile:
        try:
            return self._kept(path, entry, also, move=move)
        except FileNotFoundError as gone:
            raise Problem(ProblemCode.NOT_FOUND, status=404, file=entry.name) from gone

    def _kept(
        self, path: Path, entry: files.NewFile, also: Callable[[Transaction, StoredFile], None], *, move: bool
    ) -> StoredFile:
        digest = hashlib.sha256()
        place = path if move else self.incoming()
        with path.open("rb") as stream:
            if move:
                while block := stream.read(_BLOCK):
                    digest.update(block)
            else:
                with place.open("wb") as out:
                    _copy(stream, out, digest)
        disk.fsync_file(place)
        entry = msgspec.structs.replace(entry, sha256=digest.hexdigest(), bytes=place.stat().st_size)
        with self._operational.begin() as tx:
            stored = files.add(tx, entry)
            also(tx, stored)
            place.replace(self.path_of(stored.number))
            disk.fsync_folder(self._folder)
        return stored

    def drop(self, number: int) -> None:
        """Remove the bytes of a file (its line in the table stays)."""
        disk.remove_durably(self.path_of(number))

    def sweep(self) -> None:
        """Remove uploads that a crash left unfinished."""
        for path in self._folder.glob(f"*{disk.TEMPORARY}"):
            disk.remove_durably(path)
        for folder in self._folder.glob(f"*{disk.TEMPORARY}.d"):
            shutil.rmtree(folder, ignore_errors=True)


def _copy(stream: BinaryIO, out: BinaryIO, digest: "hashlib._Hash") -> None:
    while block := stream.read(_BLOCK):
        digest.update(block)
        out.write(block)
