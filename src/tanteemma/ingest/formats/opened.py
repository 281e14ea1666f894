"""How is a company's file opened? Plain, gzip or a zip of one file, with every limit checked before anything is unpacked."""

import errno
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from tanteemma.model.problems import Problem, ProblemCode

#: Bytes handed on at a time.
BLOCK: Final = 1 << 20
#: Unpacked bytes for one packed byte, once a file has given more than ``FREE`` bytes.
MAX_RATIO: Final = 200
FREE: Final = 16 << 20
#: Unpacked bytes of one file.
MAX_UNPACKED: Final = 64 << 30
#: Names in one zip, counting folders and what archive programs leave beside the file.
MAX_NAMES: Final = 32

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
#: Files that are zips themselves and are read by their own format.
_SPREADSHEET_MARKS: Final = ("[Content_Types].xml", "mimetype")


class Opened:
    """The unpacked bytes of one file, block by block.

    ``done_bytes`` of ``total_bytes`` count what is on disk, for progress. ``cut`` is true when the packing ended or broke
    before its end: what came before is whole, the rest is missing.
    """

    def __init__(self, blocks: Iterator[bytes], source: IO[bytes], total_bytes: int) -> None:
        self._blocks = blocks
        self._source = source
        self.total_bytes = total_bytes
        self.cut = False

    @property
    def done_bytes(self) -> int:
        """How much of the file on disk was read."""
        return min(self._source.tell(), self.total_bytes)

    def __iter__(self) -> Iterator[bytes]:
        given = 0
        while True:
            try:
                block = next(self._blocks)
            except StopIteration:
                return
            except _Cut:
                if not given:
                    raise Problem(ProblemCode.BAD_COMPRESSION, status=400) from None
                self.cut = True
                return
            given += len(block)
            _check_size(given, self.done_bytes)
            yield block


#: all that Python's zipfile makes of an archive that is none
_BROKEN_ZIP: Final = (zipfile.BadZipFile, ValueError, RuntimeError, OverflowError, EOFError, IndexError, struct.error)


class _Cut(Exception):
    """The packing ended before its end or is damaged."""


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > FREE and unpacked > MAX_RATIO * max(packed, 1)):
        raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=MAX_UNPACKED)


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open ``path`` for reading its unpacked bytes. Raises Problem for an unsafe or unreadable packing."""
    with path.open("rb") as source:
        first = source.read(4)
        source.seek(0)
        total = path.stat().st_size
        if first.startswith(_GZIP):
            yield Opened(_inflate(source), source, total)
        elif first.startswith((_ZIP, _EMPTY_ZIP)) and not is_spreadsheet(path):
            with _zip(path) as archive, _member(archive) as member:
                yield Opened(_member_blocks(member), archive.fp or source, total)
        else:
            yield Opened(iter(lambda: source.read(BLOCK), b""), source, total)


def _inflate(source: IO[bytes]) -> Iterator[bytes]:
    """Unpack gzip, one member after the other; zero bytes after the last member are padding."""
    unpack = zlib.decompressobj(wbits=31)
    packed = source.read(BLOCK)
    while packed:
        try:
            block = unpack.decompress(packed, BLOCK)
        except zlib.error as error:
            raise _Cut from error
        if block:
            yield block
        if unpack.eof:
            packed = (unpack.unused_data or source.read(BLOCK)).lstrip(b"\0")
            packed = packed or source.read(BLOCK).lstrip(b"\0")
            unpack = zlib.decompressobj(wbits=31)
            if not packed:
                return
        else:
            packed = unpack.unconsumed_tail or source.read(BLOCK)
    raise _Cut


def _member_blocks(member: IO[bytes]) -> Iterator[bytes]:
    while True:
        try:
            block = member.read(BLOCK)
        except (*_BROKEN_ZIP, zlib.error) as error:
            raise _Cut from error
        if not block:
            return
        yield block


@contextmanager
def _zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN_ZIP as error:
        raise Problem(ProblemCode.BAD_COMPRESSION, status=400) from error
    with archive:
        yield archive


def _member(archive: zipfile.ZipFile) -> IO[bytes]:
    wanted = only_member(archive)
    try:
        return archive.open(wanted)
    except (*_BROKEN_ZIP, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # this one: a place before the beginning
            raise
        raise Problem(ProblemCode.BAD_COMPRESSION, status=400) from error


def is_spreadsheet(path: Path) -> bool:
    """Is this zip an Excel or OpenDocument file, which its own format reads? Its sizes are checked here too."""
    with path.open("rb") as source:
        if not source.read(4).startswith(_ZIP):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _BROKEN_ZIP:
        return False
    return any(entry.filename in _SPREADSHEET_MARKS for entry in entries)


def check_entries(entries: list[zipfile.ZipInfo], limit: int) -> None:
    """Refuse an archive before unpacking: too large together, or packed tighter than real files are."""
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > limit or (total > FREE and total > MAX_RATIO * max(packed, 1)):
        raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=limit)


def only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one file a zip may hold. Raises Problem 413 for more files, unsafe names, too much or too tightly packed content."""
    entries = archive.infolist()
    if len(entries) > MAX_NAMES or any(_unsafe(entry.filename) for entry in entries):
        raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=MAX_NAMES)
    check_entries(entries, MAX_UNPACKED)
    files = [entry for entry in entries if not entry.is_dir() and not _is_leftover(entry.filename)]
    if not files:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    if len(files) > 1:
        raise Problem(ProblemCode.TOO_LARGE_UNCOMPRESSED, status=413, limit=1)
    if files[0].flag_bits & 1:
        raise Problem(ProblemCode.BAD_COMPRESSION, status=400)
    return files[0]


def _unsafe(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not name or name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name


def _is_leftover(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in {".DS_Store", "Thumbs.db", "desktop.ini"}


def first_bytes(path: Path, size: int = 1 << 16) -> bytes:
    """The first unpacked bytes of a file. Raises Problem EMPTY_BODY 400 for a file with nothing in it."""
    found = b""
    with opened(path) as source:
        for block in source:
            found += block
            if len(found) >= size:
                break
    if not found:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    return found[:size]


def inner_name(path: Path, file_name: str) -> str:
    """The name of the file itself: without ``.gz``, or the one inside the zip."""
    with path.open("rb") as source:
        first = source.read(4)
    if first.startswith(_ZIP) and not is_spreadsheet(path):
        with _zip(path) as archive:
            return only_member(archive).filename
    return file_name[:-3] if file_name.lower().endswith(".gz") else file_name


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A path with the unpacked bytes, for readers that jump about in a file; packed ones are written to a temporary file."""
    with path.open("rb") as source:
        first = source.read(4)
    if not first.startswith(_GZIP) and (not first.startswith(_ZIP) or is_spreadsheet(path)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="emma-") as folder, opened(path) as source:
        whole = Path(folder) / "file"
        with whole.open("wb") as target:
            for block in source:
                target.write(block)
        yield whole
