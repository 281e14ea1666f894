"""Columns as text, whole columns at once: times, amounts, persons, and rows put together out of pieces."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.keys import Kind

_KINDS: Final = tuple(f"{kind.value}:" for kind in Kind)
_ANON: Final = f"{Kind.ANON.value}:"
_NOBODY: Final = "event:"


def iso(times: pa.Array, zone: str = "Z") -> pa.Array:
    """Times as ISO 8601 in UTC, to the microsecond.

    >>> iso(pa.array([0], pa.timestamp("us", tz="UTC"))).to_pylist()
    ['1970-01-01T00:00:00.000000Z']
    """
    return pc.binary_join_element_wise(pc.strftime(times, "%Y-%m-%dT%H:%M:%S"), zone, "")


def amounts(values: pa.Array) -> pa.Array:
    """Amounts without zeros at the end.

    >>> from decimal import Decimal
    >>> amounts(pa.array([Decimal("100"), Decimal("12.50"), None], pa.decimal128(28, 6))).to_pylist()
    ['100', '12.5', None]
    """
    return pc.replace_substring_regex(values.cast(pa.string()), r"\.?0+$", "") if len(values) else pa.array([], pa.string())


def persons(subjects: pa.Array) -> pa.Array:
    """Whom events name, as the sources call them: without ``user:`` and ``mail:``; nobody where an event belongs to nobody.

    Visitors without a name keep their ``anon:``, and a user whose own id looks like one of these keeps his ``user:``.

    >>> persons(pa.array(["user:4711", "mail:a@b.de", "anon:x", "user:anon:y", "event:00", None])).to_pylist()
    ['4711', 'a@b.de', 'anon:x', 'user:anon:y', None, None]
    """
    return by_word(subjects, _person)


def _person(subject: str) -> str | None:
    kind, _, own = subject.partition(":")
    if subject.startswith(_NOBODY):
        return None
    return subject if kind == _ANON[:-1] or own.startswith(_KINDS) or f"{kind}:" not in _KINDS else own


def by_word(column: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Every text changed, each different one once."""
    coded = column.dictionary_encode()
    return pa.array([change(word) for word in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def joined(pieces: Sequence[pa.Array | str], between: str = "") -> pa.Array:
    """Pieces of each row put together; null pieces are empty."""
    return pc.binary_join_element_wise(*pieces, between, null_handling="replace", null_replacement="")


def where(flags: npt.NDArray[np.bool_] | pa.Array, then: pa.Array | str, other: pa.Array | str | None) -> pa.Array:
    """``then`` where a flag is set, ``other`` elsewhere."""
    chosen = pa.array(flags) if isinstance(flags, np.ndarray) else flags
    fill = pa.scalar(other, pa.string()) if other is None or isinstance(other, str) else other
    return pc.if_else(chosen, pa.scalar(then) if isinstance(then, str) else then, fill)


def written(rows: pa.Array) -> bytes:
    """All texts of a column one after the other."""
    if not len(rows):
        return b""
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, np.int32)[rows.offset : rows.offset + len(rows) + 1]
    return bytes(memoryview(data)[int(ends[0]) : int(ends[-1])]) if data is not None else b""


def plain(column: pa.ChunkedArray) -> pa.Array:
    """A column of a batch as one array."""
    found = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(found, pa.ChunkedArray):
        return found.chunk(0) if found.num_chunks == 1 else pa.concat_arrays(found.chunks)
    return found


def unique_names(names: Iterable[str], taken: Iterable[str], cleaned: Callable[[str], str]) -> list[str]:
    """Names that differ from each other and from those taken, after cleaning: ``property.`` in front, or a number behind.

    >>> unique_names(["time", "a", "a ", ""], ["time"], str.strip)
    ['property.time', 'a', 'a (2)', 'property.']
    """
    reserved, found = set(taken), dict[str, None]()
    for name in names:
        clean = cleaned(name)
        best = f"property.{clean}" if clean in reserved or not clean else clean
        number, tried = 1, best
        while tried in found or tried in reserved:
            number += 1
            tried = f"{best} ({number})"
        found[tried] = None
    return list(found)
