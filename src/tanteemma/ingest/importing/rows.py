"""The columns of a chunk in their roles, whatever their types: text for ids and names, typed where the type says more."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.formats.cells import as_text, is_json, said
from tanteemma.ingest.formats.own import ROLES as OWN_ROLES
from tanteemma.ingest.formats.own import is_own, unguarded
from tanteemma.ingest.formats.shape import Chunk, Mapping, Role
from tanteemma.ingest.importing.faults import Faults
from tanteemma.ingest.steps.columns_ids import Ids
from tanteemma.ingest.steps.columns_text import Mask, composed, missing, storable, trimmed, whole


class Rows:
    """One chunk on its way to events: its cells as text, the roles of its columns, its faults and its flags."""

    def __init__(self, chunk: Chunk, mapping: Mapping) -> None:
        self.chunk = chunk
        self.mapping = mapping
        self.count = chunk.table.num_rows
        self.faults = Faults(self.count)
        self.flags = np.zeros(self.count, np.uint16)
        columns = []
        self.repaired: Mask | None = None
        for name in chunk.table.column_names:
            text, repaired = storable(whole(as_text(chunk.table.column(name))))
            columns.append(text)
            if repaired is not None:
                self.repaired = repaired if self.repaired is None else self.repaired | repaired
        self.texts = pa.table(columns, names=chunk.table.column_names)
        self.ids: Ids = np.empty((0, 2), np.uint64)
        #: by what two rows with one id are compared
        self.contents: np.ndarray[tuple[int], np.dtype[np.uint64]] = np.empty(0, np.uint64)
        #: the file is an export of ours whose texts are guarded against spreadsheets
        self.is_own = is_own(chunk.table.column_names) and set(mapping.columns.values()) >= set(OWN_ROLES.values())

    def unguard(self) -> None:
        """Take the marks of an export of ours away again; identity has been told by then, for it stands on the bytes."""
        if self.is_own and self.mapping.format == "csv":
            columns = [
                pa.chunked_array([unguarded(self.texts.column(name).combine_chunks())]) for name in self.texts.column_names
            ]
            self.texts = pa.table(columns, names=self.texts.column_names)

    def nothing(self, name: str, cells: pa.Array) -> Mask:
        """Which cells of a column say nothing? In an export of ours only the empty ones, for every word in it was meant."""
        if not self.is_own:
            return missing(cells)
        is_csv = self.mapping.format == "csv"
        return np.asarray(pc.equal(cells, "") if is_csv else self.chunk.table.column(name).is_null())

    def property_name(self, column: str) -> str:
        """Under which name a column without a role is kept."""
        marked = self.is_own and self.mapping.format == "csv"
        return str(unguarded(pa.array([column]))[0]) if marked else column

    def column_of(self, role: Role) -> str | None:
        """The column with this role, if the chunk has it."""
        name = self.mapping.columns.get(role)
        return name if name in self.texts.column_names else None

    def typed(self, name: str) -> pa.ChunkedArray | None:
        """The column itself where its type says more than its text."""
        column = self.chunk.table.column(name)
        return None if pa.types.is_string(column.type) else column

    def text(self, name: str) -> pa.Array:
        """The cells of a column as people would say them."""
        column = self.texts.column(name).chunk(0) if self.texts.column(name).num_chunks else pa.array([], pa.string())
        return said(column) if is_json(self.chunk.table.schema.field(name)) else column

    def decimal_of(self, name: str) -> str | None:
        """The decimal sign of a column: a point in JSON, else as the file was found or said to be written."""
        return "." if is_json(self.chunk.table.schema.field(name)) else self.mapping.dialect.decimal

    def words(self, role: Role) -> pa.Array | None:
        """Names in a role, NFC and trimmed, null where nothing is said; a fixed text where the mapping gives one."""
        name = self.column_of(role)
        if name is None:
            fixed = self.mapping.constants.get(role)
            return None if fixed is None else pa.repeat(pa.scalar(fixed, pa.string()), self.count)
        cells = composed(trimmed(self.text(name)))
        nothing = self.nothing(name, cells)
        return pc.if_else(pa.array(nothing), pa.scalar(None, pa.string()), cells) if nothing.any() else cells
