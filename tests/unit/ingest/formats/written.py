"""Files as companies write them, for the tests."""

from pathlib import Path

from tanteemma.ingest.formats.csv import CsvFormat, sniff
from tanteemma.ingest.formats.shape import Chunk, Dialect, Mapping
from tanteemma.model.events import BadItem


def chunks_of(path: Path, dialect: Dialect | None = None, rows: int = 250_000) -> list[Chunk]:
    return list(CsvFormat().chunks(path, Mapping(format="csv", dialect=dialect or sniff(path)), rows=rows))


def read(path: Path, dialect: Dialect | None = None, rows: int = 250_000) -> tuple[list[list[str]], list[BadItem]]:
    """Good rows as lists of texts, and bad ones."""
    good: list[list[str]] = []
    bad: list[BadItem] = []
    for chunk in chunks_of(path, dialect, rows):
        columns = [column.to_pylist() for column in chunk.table.columns]
        good += [list(row) for row in zip(*columns, strict=True)]
        bad += chunk.bad
    return good, bad


def names(path: Path) -> list[str]:
    return list(CsvFormat().look(path, path.name, None).columns)
