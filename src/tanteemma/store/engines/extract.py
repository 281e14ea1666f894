"""What do the events of one lake file say of a fact? Read out of columns and JSON text by DuckDB, in the file's order."""

from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.model.arrays import Fact, Form

#: Facts that are a column of the lake, or stand at a fixed place in ``properties``.
_COLUMNS: Final = {"value": "value", "currency": "currency", "source": "source"}
_SCORE: Final = {
    "score": "/$score/value",
    "score.metric": "/$score/metric",
    "score.low": "/$score/low",
    "score.high": "/$score/high",
    "score.best": "/$score/best",
}
#: How long what somebody wrote is: enough to know whether anybody wrote, without keeping what.
_COMMENT: Final = {"comment": "/$comment"}
PROPERTY: Final = "property."
#: How many rows are looked at at once; bounds the memory of the JSON text.
_ROWS: Final = 250_000
_COMMA: Final = "-?([0-9]+|[0-9]{1,3}([.][0-9]{3})+),[0-9]+"


def is_fact(fact: Fact) -> bool:
    """Is there such a fact? A property may have any name.

    >>> is_fact(Fact("property.Land")), is_fact(Fact("weather"))
    (True, False)
    """
    is_property = fact.name.startswith(PROPERTY) and fact.name != PROPERTY
    is_comment = fact.name in _COMMENT and fact.form is Form.NUMBER
    return fact.name in _COLUMNS or fact.name in _SCORE or is_comment or is_property


def lake_column(fact: Fact) -> str:
    """The column of the lake a fact is read from."""
    return _COLUMNS.get(fact.name, "properties")


def pointers(fact: Fact) -> tuple[str, ...]:
    """Where in ``properties`` a fact stands (JSON pointers): under its whole name, else inside of others.

    >>> pointers(Fact("property.address.city"))
    ('/address.city', '/address/city')
    """
    fixed = _SCORE.get(fact.name) or _COMMENT.get(fact.name)
    if fixed is not None:
        return (fixed,)
    name = fact.name.removeprefix(PROPERTY).replace("~", "~0").replace("/", "~1")
    nested = name.replace(".", "/")
    return (f"/{name}",) if nested == name else (f"/{name}", f"/{nested}")


def values_of(column: pa.ChunkedArray, fact: Fact) -> tuple[npt.NDArray[np.float64] | npt.NDArray[np.int32], tuple[str, ...]]:
    """The fact of each row (see ``FactColumn``), and the words its codes stand for, in no order."""
    found = [_read(column.slice(start, _ROWS), fact) for start in range(0, len(column), _ROWS)]
    if fact.form is Form.NUMBER:
        numbers = [np.asarray(one.to_numpy(zero_copy_only=False), np.float64) for one in found]
        return np.concatenate(numbers or [np.empty(0, np.float64)]), ()
    coded = pa.chunked_array(found, pa.string()).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, tuple(coded.dictionary.to_pylist())


def _cast(said: str, fact: Fact) -> str:
    """A number may be written with a decimal comma (and dots between thousands)."""
    if fact.form is Form.WORD:
        return f"TRY_CAST({said} AS VARCHAR)"
    if fact.name in _COMMENT:
        return f"nullif(length(trim({said})), 0)"
    if lake_column(fact) != "properties":
        return f"TRY_CAST({said} AS DOUBLE)"
    comma = f"CASE WHEN regexp_full_match({said}, '{_COMMA}') THEN replace(replace({said}, '.', ''), ',', '.') END"
    return f"coalesce(TRY_CAST({said} AS DOUBLE), TRY_CAST({comma} AS DOUBLE))"


def _read(column: pa.ChunkedArray, fact: Fact) -> pa.Array:
    said, values = "said", {}
    if lake_column(fact) == "properties":
        values = {f"at{place}": pointer for place, pointer in enumerate(pointers(fact))}
        said = f"coalesce({', '.join(f'json_extract_string(said, ${name})' for name in values)})"
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET enable_external_access = false")
        connection.register("rows", pa.table({"said": column}))
        found = connection.sql(f"SELECT {_cast(said, fact)} AS found FROM rows", params=values)  # noqa: S608 - names of our own
        array: pa.Array = found.to_arrow_table()["found"].combine_chunks()
    return array.cast(pa.float64() if fact.form is Form.NUMBER else pa.string())
