"""Files as they came: kept with their name and checksum, because they are the truth of what was imported from them."""

import hashlib
import uuid
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk
from tanteemma.store.operational import files
from tanteemma.store.operational.operational import Operational
from tanteemma.store.operational.records import StoredFile

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
        try:
            return self._keep(path, files.NewFile(name, source, "", 0, "", ""), ticket, move=move)
        except FileNotFoundError as gone:
            raise Problem(ProblemCode.NOT_FOUND, status=404, file=name) from gone

    def _keep(self, path: Path, entry: files.NewFile, ticket: str, *, move: bool) -> StoredFile:
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
            if ticket:
                files.note_ticket(tx, ticket, stored.number)
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


def _copy(stream: BinaryIO, out: BinaryIO, digest: "hashlib._Hash") -> None:
    while block := stream.read(_BLOCK):
        digest.update(block)
        out.write(block)
