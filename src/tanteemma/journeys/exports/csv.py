"""CSV that every spreadsheet opens and never calculates; read in again it gives the same events."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.own import COLUMNS, guarded
from tanteemma.journeys.exports.members import WHOLE, Survey, columns_of, surveyed, whole
from tanteemma.journeys.exports.shape import Sink, Source, Style
from tanteemma.journeys.exports.texts import amounts, iso, joined, persons, plain, unique_names, where, written
from tanteemma.model.hooks import export_formats
from tanteemma.store.chosen import Batch
from tanteemma.store.engines.properties import NUMBERS, Said, told

LAKE_COLUMNS: Final = ("name", "channel", "occurred_at", "subject", "value", "currency", "properties")
_BOM: Final = b"\xef\xbb\xbf"
_LINE: Final = "\r\n"
#: Three digits behind the point could be thousands; a zero more says that they are not.
_THREE: Final = r"(\.[0-9]{3})$"
_FOUR: Final = r"\10"


class CsvExport:
    """A line for each event."""

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv; charset=utf-8"
    passes = 2

    def write(self, source: Source, sink: Sink, style: Style) -> None:
        """Header, then the events."""
        survey = surveyed(source, inside=True)
        writer = _Writer(survey, style)
        sink.write((_BOM if style is Style.GERMAN else b"") + writer.header())
        for batch in source.batches(LAKE_COLUMNS):
            sink.write(writer.rows(batch))


export_formats.add(CsvExport.name)(CsvExport())


class _Writer:
    def __init__(self, survey: Survey, style: Style) -> None:
        self._members = survey.members
        self._more = survey.more
        self._german = style is Style.GERMAN
        self._between = ";" if self._german else ","

    def header(self) -> bytes:
        """The names of the columns."""
        own = unique_names([member.name for member in self._members], (*COLUMNS, WHOLE), _cleaned)
        names = pa.array([*COLUMNS, *own, *([WHOLE] if self._more else [])])
        return (self._between.join(_quoted(guarded(names)).to_pylist()) + _LINE).encode()

    def rows(self, batch: Batch) -> bytes:
        """The lines of some events."""
        cells = [_quoted(column) for column in self._columns(batch)]
        return written(joined([joined(cells, self._between), _LINE]))

    def _columns(self, batch: Batch) -> Iterator[pa.Array]:
        table = batch.table
        yield guarded(batch.journey)
        yield iso(plain(table["occurred_at"]))
        yield guarded(plain(table["name"]))
        yield guarded(plain(table["channel"]))
        yield guarded(persons(plain(table["subject"])))
        yield self._number(pc.replace_substring_regex(amounts(plain(table["value"])), _THREE, _FOUR))
        yield guarded(plain(table["currency"]))
        yield from self._said(table["properties"])
        if self._more:
            yield guarded(whole(table["properties"]))

    def _said(self, properties: pa.ChunkedArray) -> Iterator[pa.Array]:
        columns = columns_of(properties, self._members)
        mixed = [member for member in self._members if member.kinds & NUMBERS and not member.kinds <= NUMBERS]
        kinds = dict(zip([member.name for member in mixed], told(properties, mixed, Said.KIND), strict=True))
        for member, column in zip(self._members, columns, strict=True):
            if member.kinds <= NUMBERS:
                yield self._number(column)
            elif member.name in kinds:
                is_number = np.isin(np.asarray(kinds[member.name].fill_null("")), list(NUMBERS))
                yield where(is_number, self._number(column), guarded(column))
            else:
                yield guarded(column)

    def _number(self, column: pa.Array) -> pa.Array:
        return pc.replace_substring(column, ".", ",") if self._german else column


def _cleaned(name: str) -> str:
    return clean_name(name).replace("\r", " ").replace("\n", " ")


def _quoted(column: pa.Array) -> pa.Array:
    """Cells that hold a separator, a quote or a line end stand in quotes; NUL, which no table takes, is replaced."""
    column = pc.replace_substring(column, "\x00", "\ufffd")
    special = pc.match_substring_regex(column, '[,;"\r\n\t]|^\\s|\\s$').fill_null(fill_value=False)
    if not pc.any(special).as_py():
        return column
    return where(special, joined(['"', pc.replace_substring(column, '"', '""'), '"']), column)
