"""What stands in the properties of many events? Their members as columns, told by DuckDB out of the JSON texts at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

import duckdb
import msgspec
import pyarrow as pa

#: A member inside of others is a member of its own down to here; what lies deeper is kept as JSON text.
DEEPEST: Final = 6
NUMBERS: Final = frozenset(("UBIGINT", "BIGINT", "DOUBLE"))
_PLAIN: Final = frozenset(("VARCHAR", "BOOLEAN", *NUMBERS))
_OTHER: Final = "JSON"


class Said(StrEnum):
    """How is a member told: as text without quotes, as the JSON it is, or only of which kind it is (VARCHAR, OBJECT …)?"""

    TEXT = "l[{place}]"
    JSON = "nullif(CAST(l[{place}] AS VARCHAR), 'null')"
    KIND = "nullif(l[{place}], 'NULL')"


_LISTED: Final = {
    Said.TEXT: "json_extract_string(said, $pointers)",
    Said.JSON: "json_extract(said, $pointers)",
    Said.KIND: "json_type(said, $pointers)",
}


class Member(msgspec.Struct, frozen=True):
    """One member of the properties.

    ``name`` (``address.city`` for one inside of another); ``pointers``: where it stands (JSON pointers; the first that says
    something counts); ``kinds``: VARCHAR, BOOLEAN, UBIGINT, BIGINT, DOUBLE, or JSON for all else.
    """

    name: str
    pointers: tuple[str, ...]
    kinds: frozenset[str]

    def joined(self, other: "Member") -> "Member":
        """As two shapes know it; where it stands under its whole name counts before where it stands inside of another."""
        pointers = sorted({*self.pointers, *other.pointers}, key=lambda pointer: (pointer.count("/"), pointer))
        return Member(self.name, tuple(pointers), self.kinds | other.kinds)


class Fitting(msgspec.Struct, frozen=True):
    """Is every value of a column a whole number of 64 bits; is every one a number that a double holds?"""

    whole: bool
    double: bool


def shapes(properties: pa.ChunkedArray, names: pa.ChunkedArray) -> dict[tuple[str, str], int]:
    """Which shapes (member -> kind, as JSON text) have the properties of events of each name? Each with how many have it."""
    with _over(properties, names) as connection:
        question = "SELECT name, json_structure(said) AS shape, count(*) FROM rows WHERE said IS NOT NULL GROUP BY name, shape"
        return {(str(name), str(shape)): int(n) for name, shape, n in connection.sql(question).fetchall() if shape}


def members(shape: str, *, inside: bool) -> dict[str, Member]:
    """The members in one shape by name; those within others on their own if ``inside``, else the outer one as a whole.

    >>> [(one.name, one.pointers) for one in members('{"a":"VARCHAR","b":{"c":"BIGINT"},"d":"NULL"}', inside=True).values()]
    [('a', ('/a',)), ('b.c', ('/b/c',))]
    """
    found: dict[str, Member] = {}
    for name, pointer, kind in _leaves(msgspec.json.decode(shape), "", "", DEEPEST if inside else 1):
        one = Member(name, (pointer,), frozenset((kind,)))
        found[name] = one if name not in found else found[name].joined(one)
    return found


def _leaves(shape: object, name: str, pointer: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if isinstance(shape, str):
        if pointer and shape != "NULL":
            yield name, pointer, shape if shape in _PLAIN else _OTHER
    elif isinstance(shape, dict) and shape and depth:
        for key, inner in shape.items():
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _leaves(inner, f"{name}.{key}" if pointer else key, f"{pointer}/{step}", depth - 1)
    elif pointer:
        yield name, pointer, _OTHER


def told(properties: pa.ChunkedArray, wanted: Sequence[Member], how: Said) -> list[pa.Array]:
    """What each row says of each member, as a ``string`` column; null where it says nothing. Every text is parsed once."""
    pointers = list(dict.fromkeys(pointer for member in wanted for pointer in member.pointers))
    if not pointers:
        return []
    place = {pointer: number + 1 for number, pointer in enumerate(pointers)}
    columns = ", ".join(
        f"coalesce({', '.join(how.value.format(place=place[pointer]) for pointer in member.pointers)}) AS m{number}"
        for number, member in enumerate(wanted)
    )
    question = f"SELECT {columns} FROM (SELECT {_LISTED[how]} AS l FROM rows)"  # noqa: S608 - numbers and names of our own
    with _over(properties) as connection:
        found: pa.Table = connection.sql(question, params={"pointers": pointers}).to_arrow_table()
    return [found[f"m{number}"].combine_chunks().cast(pa.string()) for number in range(len(wanted))]


def fitting(column: pa.Array) -> Fitting:
    """How can the numbers in a column of texts be kept without losing anything?"""
    question = """
        SELECT coalesce(bool_and(TRY_CAST(said AS BIGINT) IS NOT NULL AND NOT contains(said, '.')), true),
               coalesce(bool_and(coalesce(isfinite(TRY_CAST(said AS DOUBLE)), false)
                                 AND NOT regexp_matches(said, '^-?[0-9]{16,}$')), true)
        FROM rows WHERE said IS NOT NULL"""
    with _over(column) as connection:
        whole, double = connection.sql(question).fetchall()[0]
    return Fitting(bool(whole), bool(double))


@contextmanager
def _over(said: pa.ChunkedArray, names: pa.ChunkedArray | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET enable_external_access = false")
        connection.register("rows", pa.table({"said": said} if names is None else {"said": said, "name": names}))
        yield connection
