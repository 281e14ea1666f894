"""What events say beside their kind and time, as one array for each lake file: read once, kept beside the index.

A lake file never changes, so what was read from it holds as long as it is there. The writer keeps it on disk
(``index/facts``), each file with its checksum in its name; a damaged one is read anew. When a lake file goes (compaction,
erasure), what was read from it goes too.
"""

import itertools
import re
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tanteemma.model.arrays import Fact, FactColumn, Form
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk
from tanteemma.store.engines import extract
from tanteemma.store.index import arrayfile
from tanteemma.store.index.arrayfile import AnyArray
from tanteemma.store.index.build import PERSON_ORDER
from tanteemma.store.index.rows import case_ids, fixed_words
from tanteemma.store.lakefiles import FileReader, LakeFile
from tanteemma.store.sorting import by_key_then

#: Arrays kept in memory, least recently used first to go.
_MOST_BYTES: Final = 192 * 1024 * 1024
_NAME: Final = re.compile(r"^(?P<file>[0-9a-f]{32})-(?P<fact>[0-9a-f]{16})-(?P<crc>[0-9a-f]{8})\.idx$")

Longs = npt.NDArray[np.int64]


class _Words:
    """The words of one fact: each has one number, whatever file it was met in first."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._words: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def numbers(self, words: Iterable[str]) -> npt.NDArray[np.int32]:
        with self._lock:
            found = [self._number.setdefault(word, len(self._number)) for word in words]
            if len(self._number) > len(self._words):
                self._words = tuple(self._number)
        return np.asarray([*found, -1], np.int32)

    @property
    def words(self) -> tuple[str, ...]:
        return self._words


class Facts:
    """Facts of lake files, and the place in the file of each row of a case order. Several threads may ask.

    ``folder``: where they are kept on disk; only who holds the writer's lock (``write``) adds to it. One object serves one
    generation of the index, so that after an erasure no word of before is remembered.
    """

    def __init__(self, reader: FileReader, folder: Path, *, write: bool) -> None:
        self.reader = reader
        self.folder = folder
        self._write = write
        self._kept: OrderedDict[tuple[str, str, str], AnyArray] = OrderedDict()
        self._bytes = 0
        self._words: dict[Fact, _Words] = {}
        self._lock = threading.Lock()

    def words(self, fact: Fact) -> tuple[str, ...]:
        """The words of a fact met so far; the place is the code."""
        return self._words_of(fact).words

    def learn(self, fact: Fact, words: Iterable[str]) -> None:
        """Number these words, in this order, if they have no number yet: readers that learn the same have the same numbers."""
        self._words_of(fact).numbers(words)

    def column(self, file: str, fact: Fact, order: str = PERSON_ORDER) -> AnyArray:
        """The values of a fact in a lake file, in the file's order or in that of a case key.

        Raises Problem QUESTION_INVALID if there is no such fact.
        """
        if not extract.is_fact(fact):
            allowed = "value, currency, source, score, property.…"
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="fact", value=fact.name, allowed=allowed)
        found = self._get(file, _told(fact), order)
        if found is None:
            found = self._in_file(file, fact) if order == PERSON_ORDER else self.column(file, fact)[self.places(file, order)]
            self._keep(file, _told(fact), order, found)
        return found

    def places(self, file: str, order: str) -> Longs:
        """Row in the file of each row of a case order."""
        found = self._get(file, "", order)
        if found is None:
            stored = self._stored(file, f"places {order}")
            found = stored["values"] if stored is not None else self._sorted(file, order)
            if stored is None:
                self._store(file, f"places {order}", {"values": found})
            self._keep(file, "", order, found)
        return found

    def joined(self, fact: Fact, values: AnyArray) -> FactColumn:
        """A column with the words its codes stand for."""
        return FactColumn(values, self.words(fact) if fact.form is Form.WORD else ())

    # --- reading ---------------------------------------------------------------------------------------------------------

    def _in_file(self, file: str, fact: Fact) -> AnyArray:
        stored = self._stored(file, _told(fact))
        if stored is None:
            column = extract.lake_column(fact)
            table = self.reader.read(LakeFile.named(file), [column])
            values, words = extract.values_of(table[column], fact)
            stored = {"values": values, **_packed(words)}
            self._store(file, _told(fact), stored)
        if fact.form is Form.NUMBER:
            return stored["values"]
        numbers = self._words_of(fact).numbers(_unpacked(stored))
        return numbers[stored["values"]]  # -1 (not said) is the last place, which holds -1

    def _sorted(self, file: str, order: str) -> Longs:
        key = order.removeprefix("case:")
        table = self.reader.read(LakeFile.named(file), ["keys", "occurred_at", "ordinal", "event_id"])
        ids = case_ids(table["keys"], key)
        rows = np.flatnonzero(ids.there)
        id_high, id_low = fixed_words(table["event_id"])
        time = table["occurred_at"].combine_chunks().cast("int64").to_numpy(zero_copy_only=False)
        ordinal = table["ordinal"].combine_chunks().to_numpy(zero_copy_only=False)
        then = (time[rows], ordinal[rows], id_high[rows], id_low[rows])
        return rows[by_key_then(ids.high[rows], ids.low[rows], then)]

    def _words_of(self, fact: Fact) -> _Words:
        with self._lock:
            return self._words.setdefault(fact, _Words())

    # --- keeping -----------------------------------------------------------------------------------------------------------

    def _get(self, file: str, fact: str, order: str) -> AnyArray | None:
        with self._lock:
            found = self._kept.get((file, fact, order))
            if found is not None:
                self._kept.move_to_end((file, fact, order))
            return found

    def _keep(self, file: str, fact: str, order: str, values: AnyArray) -> None:
        with self._lock:
            if (file, fact, order) in self._kept:
                return
            self._kept[file, fact, order] = values
            self._bytes += values.nbytes
            while self._bytes > _MOST_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def _stored(self, file: str, what: str) -> dict[str, AnyArray] | None:
        for path in self.folder.glob(f"{_file_id(file)}-{_digest(what)}-*.idx"):
            named = _NAME.match(path.name)
            try:
                return arrayfile.read(path, int(named["crc"], 16)) if named else None
            except Problem:
                return None
        return None

    def _store(self, file: str, what: str, arrays: dict[str, AnyArray]) -> None:
        if not self._write:
            return
        name = f"{_file_id(file)}-{_digest(what)}"
        with suppress(OSError):  # a full disk: the question is answered all the same, and the file is read again next time
            disk.make_folder(self.folder)
            path = self.folder / f"{name}-{uuid.uuid4().hex}{disk.TEMPORARY}"
            crc = arrayfile.write(path, arrays)
            path.replace(self.folder / f"{name}-{crc:08x}.idx")


def sweep(folder: Path, files: Iterable[str]) -> None:
    """Remove from disk what was read from other lake files than these, and what was never finished."""
    names = {_file_id(file) for file in files}
    for path in folder.glob("*"):
        named = _NAME.match(path.name)
        if named is None or named["file"] not in names:
            path.unlink(missing_ok=True)


def _file_id(file: str) -> str:
    return file.rpartition("/")[2][:32]


def _told(fact: Fact) -> str:
    return f"{fact.form} {fact.name}"


def _digest(what: str) -> str:
    return blake2b(what.encode(), digest_size=8).hexdigest()


def _packed(words: Iterable[str]) -> dict[str, AnyArray]:
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    return {"text": np.frombuffer(b"".join(encoded), np.uint8), "ends": ends}


def _unpacked(stored: dict[str, AnyArray]) -> list[str]:
    text, ends = stored["text"].tobytes(), stored["ends"].tolist()
    return [text[start:end].decode() for start, end in itertools.pairwise(ends)]
