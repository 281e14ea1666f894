"""Rows on their way into a file: one JSON object a line, the highest cursor noted, rows seen at the last pull left out."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import IO, Any, Final

import msgspec

from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.sources.pulling.task import MOST_SEEN, Limits, State
from tanteemma.model.problems import Problem, ProblemCode

_DIGEST: Final = 8
_MOST_COLUMNS: Final = 2_000

Row = Mapping[str, Any]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and where the next pull begins."""

    rows: int
    state: State
    columns: tuple[str, ...]


class Writer:
    """Writes rows until they end or a limit is reached."""

    def __init__(self, out: IO[bytes], cursor: str, before: State, limits: Limits) -> None:
        self._out = out
        self._path = cursor.split(".") if cursor else []
        self._before = before
        self._limits = limits
        self._known = frozenset(before.seen)
        self._seen: deque[str] = deque(maxlen=MOST_SEEN)
        self._columns: dict[str, None] = {}
        self._start = cursor_value(before)
        self._highest = self._start
        self._last: object = None
        self._size = 0
        self.rows = 0

    def write(self, rows: Iterable[Row], *, pauses: bool = False, most: int | None = None) -> Written:
        """Write them. ``pauses``: they come in the order of the cursor, so that a large pull may pause between two values."""
        more = False
        for row in rows:
            if most is not None and self.rows >= most:
                break
            value = self._cursor_of(row)
            if pauses and self.rows >= self._limits.rows and value not in {self._last, None} and self._advanced():
                more = True
                break
            self._keep(row)
            self._note(value)
        cursor, kind = cursor_text(self._highest)
        state = State(cursor=cursor, cursor_type=kind, seen=tuple(self._seen), more=more)
        return Written(rows=self.rows, state=state, columns=tuple(self._columns))

    def _advanced(self) -> bool:
        return bool(self._highest != self._start)

    def _keep(self, row: Row) -> None:
        if not isinstance(row, Mapping):
            raise Problem(ProblemCode.PULL_REPLY, status=502, value=type(row).__name__)
        line = encode_row(row)
        digest = blake2b(line, digest_size=_DIGEST).hexdigest()
        self._seen.append(digest)
        for name in names_of(row):
            if len(self._columns) < _MOST_COLUMNS:
                self._columns[name] = None
        if digest in self._known:
            return
        self._size += len(line) + 1
        if self._size > self._limits.bytes:
            raise Problem(ProblemCode.PULL_TOO_LARGE, status=413, limit=self._limits.bytes)
        self._out.write(line + b"\n")
        self.rows += 1

    def _cursor_of(self, row: Row) -> Any:  # noqa: ANN401 - whatever the source counts with
        value: Any = row
        for part in self._path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value if self._path else None

    def _note(self, value: Any) -> None:  # noqa: ANN401 - as above
        if value is None:
            return
        self._last = value
        try:
            higher = self._highest is None or value > self._highest
        except TypeError:
            higher = type(value) is not type(self._highest)
        if higher:
            self._highest = value


def names_of(row: Row) -> Iterator[str]:
    """The columns a row has for an import: its members, those of an object one level down under ``outer.inner``."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from (f"{clean_name(str(name))}.{clean_name(str(inner))}" for inner in value)
        else:
            yield clean_name(str(name))


def encode_row(row: Row) -> bytes:
    """The row as one line of JSON. Numbers of a database keep their digits; what no text can hold becomes U+FFFD."""
    try:
        return _encode(row)
    except (TypeError, UnicodeEncodeError, OverflowError):
        return _encode(_plain(row))


def _as_text(value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(_plain(str(name))): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if value is None or isinstance(value, bool | float | datetime | date | time | Decimal):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else str(value)
    return str(_as_text(value))


_encode: Final = msgspec.json.Encoder(enc_hook=_as_text, decimal_format="number").encode

_READERS: Final[dict[str, Callable[[str], object]]] = {
    "int": int,
    "float": float,
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "str": str,
}


def cursor_value(state: State) -> Any:  # noqa: ANN401 - whatever the source counts with
    """The cursor in its own type, None before the first pull."""
    return None if state.cursor is None else _READERS[state.cursor_type](state.cursor)


def cursor_text(value: object) -> tuple[str | None, str]:
    """A cursor as text, and its type."""
    if value is None:
        return None, "str"
    if isinstance(value, datetime):
        return datetime.isoformat(value), "datetime"
    if isinstance(value, date):
        return value.isoformat(), "date"
    for kind, name in ((int, "int"), (float, "float"), (Decimal, "decimal")):
        if isinstance(value, kind):
            return str(value), name
    return str(value), "str"


def start_of(state: State, overlap_s: int) -> Any:  # noqa: ANN401 - whatever the source counts with
    """Where the next pull begins: the cursor, and if it is a time some time before it, for rows that were committed late.

    >>> start_of(State(cursor="2026-11-26T10:00:00Z"), 60)
    '2026-11-26T09:59:00Z'
    """
    value = cursor_value(state)
    if value is None or state.more or not overlap_s:
        return value
    back = timedelta(seconds=overlap_s)
    if isinstance(value, datetime):
        return value - back
    if isinstance(value, date):
        return value - max(back, timedelta(days=1))
    return _earlier(value, back) if isinstance(value, str) else value


def _earlier(text: str, back: timedelta) -> str:
    """A time written as text, that much earlier and written the same way; other texts stay."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if "T" not in text and " " not in text:
        return text
    sign = "T" if "T" in text else " "
    spec = "microseconds" if "." in text else "seconds"
    earlier = (moment - back).isoformat(sign, spec)
    return earlier.removesuffix("+00:00") + "Z" if text.endswith(("Z", "z")) else earlier
