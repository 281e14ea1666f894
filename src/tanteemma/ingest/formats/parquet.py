"""Parquet, as data platforms export it: typed columns, read batch by batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tanteemma.ingest.formats.layout import check_names
from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.opened import unpacked
from tanteemma.ingest.formats.preview import Found, Look, build_look
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

_MAGIC: Final = b"PAR1"
#: Unpacked bytes of one batch, told by the sizes that the file states.
_BATCH_BYTES: Final = 64 << 20


class ParquetFormat:
    """Parquet files."""

    name = "parquet"
    suffixes = (".parquet", ".pq")

    def recognises(self, head: bytes, file_name: str) -> bool:
        """Begins every Parquet file with its four letters?"""
        return head.startswith(_MAGIC)

    def look(self, path: Path, file_name: str, known: Mapping | None) -> Look:
        """The first batch. Numbers and times have types here, so nothing has two meanings. Raises Problem UNREADABLE_FILE."""
        with _file(path) as file:
            names = tuple(clean_name(name) for name in file.schema_arrow.names)
        check_names(names)
        dialect = known.dialect if known else Dialect(decimal=None)
        chunks = self.chunks(path, Mapping(format=self.name))
        return build_look(Found(format=self.name, columns=names, chunks=chunks, dialect=dialect, known=known))

    def chunks(self, path: Path, mapping: Mapping, *, start: int = 0, rows: int = 250_000) -> Iterator[Chunk]:
        """Batches of rows; the same in every run, for they follow from what the file states about itself."""
        with _file(path) as file:
            metadata = file.metadata
            size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
            batch = max(1, min(rows, _BATCH_BYTES * max(metadata.num_rows, 1) // max(size, 1)))
            names = [clean_name(name) for name in file.schema_arrow.names]
            before = 0
            for number, found in enumerate(_batches(file, batch)):
                table = _plain(pa.Table.from_batches([found]).rename_columns(names))
                if number >= start:
                    yield Chunk(
                        number=number,
                        table=table,
                        row_numbers=pa.array(np.arange(before + 1, before + 1 + table.num_rows)),
                        bad=(),
                        done_bytes=before + table.num_rows,
                        total_bytes=metadata.num_rows,
                    )
                before += table.num_rows


file_formats.add("parquet")(ParquetFormat())


@contextmanager
def _file(path: Path) -> Iterator[pq.ParquetFile]:
    with unpacked(path) as whole:
        try:
            file = pq.ParquetFile(whole)
        except (pa.ArrowInvalid, OSError) as error:
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
        with file:
            yield file


def _plain(table: pa.Table) -> pa.Table:
    """Text in whatever way it is packed (as other tools pack it) as plain text."""
    for place, field in enumerate(table.schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        packed = pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind)
        if packed or (kind is not field.type and pa.types.is_string(kind)):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table


def _batches(file: pq.ParquetFile, rows: int) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(batch_size=rows)
    except (pa.ArrowInvalid, OSError) as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
