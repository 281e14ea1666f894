"""Compile the loops that read files before somebody waits for them."""

import pyarrow as pa

from tanteemma.ingest.formats.csv import signs_of
from tanteemma.ingest.formats.layout import split_sample
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping, Role
from tanteemma.ingest.importing.context import ImportContext
from tanteemma.ingest.importing.mapping import map_chunk


def warm_up() -> None:
    """Map one row, so that every loop is compiled and kept on disk; seconds the first time, nothing later."""
    split_sample(b"a;b\n", signs_of(Dialect(delimiter=";")))
    cells = {"who": ["1"], "when": ["1.1.2026 10:00"], "what": ["x"], "worth": ["1,5"], "more": ["y"]}
    columns = {Role.PERSON: "who", Role.TIME: "when", Role.TOUCHPOINT: "what", Role.VALUE: "worth"}
    chunk = Chunk(number=0, table=pa.table(cells), row_numbers=pa.array([1]), bad=(), done_bytes=0, total_bytes=0)
    map_chunk(chunk, Mapping(format="csv", dialect=Dialect(decimal=","), columns=columns), ImportContext("", "", 1 << 60))
