"""Tables of people from files: which column says what, and the cells of all files under one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.keys import Kind, canonical
from tanteemma.identity.matching.columns import recognised, role_named
from tanteemma.identity.matching.fields import Field
from tanteemma.ingest.formats.table import FileTable, read_table
from tanteemma.model.problems import Problem, ProblemCode, Problems

#: cells of a column that are looked at to tell what it says
_SAMPLE: Final = 500
_KINDS: Final = tuple(f"{kind.value}:" for kind in Kind)


@dataclass(frozen=True, slots=True)
class People:
    """Records of all files.

    ``columns``: (field, cells of all records), in the order in which they count; ``ids``: whom a record is tied to;
    ``origins`` and ``rows``: file and row of each; ``named``: of each file column -> field.
    """

    columns: list[tuple[Field, pa.StringArray]]
    ids: pa.StringArray | None
    origins: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int64]
    named: tuple[dict[str, str], ...]
    bad_rows: int

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.rows)

    def said(self, place: int) -> dict[str, str]:
        """What one record says, as it was written."""
        found: dict[str, str] = {}
        for field, cells in self.columns:
            cell = cells[place].as_py()
            if cell is not None and cell.strip() and field.value not in found:
                found[field.value] = cell.strip()
        return found

    def subject(self, place: int) -> str | None:
        """Whom a record is tied to: a subject as events name it, or the person id it holds."""
        said = None if self.ids is None else self.ids[place].as_py()
        if said is None:
            return None
        return said if said.startswith(_KINDS) else canonical(Kind.USER, said)


def read_people(files: Sequence[str], wanted: str | None, said: Mapping[str, str]) -> People:
    """Read all files.

    Raises Problem COLUMN_UNKNOWN, NO_PERSON_COLUMNS, EMPTY_BODY and what a file that cannot be read raises.
    """
    tables = [read_table(Path(file), wanted=wanted) for file in files]
    named = [_named(table, said) for table in tables]
    counts = [table.rows for table in tables]
    parts: list[tuple[Field, pa.StringArray]] = []
    for place, (table, roles) in enumerate(zip(tables, named, strict=True)):
        before, after = (pa.nulls(count, pa.string()) for count in (sum(counts[:place]), sum(counts[place + 1 :])))
        parts += [(field, pa.concat_arrays([before, table.cells(name), after])) for name, field in roles.items()]
    ids = [cells for field, cells in parts if field is Field.ID]
    return People(
        columns=_joined([part for part in parts if part[0] is not Field.ID]),
        ids=pc.coalesce(*ids) if ids else None,
        origins=np.repeat(np.arange(len(files), dtype=np.int32), counts),
        rows=np.concatenate([table.row_numbers for table in tables]),
        named=tuple({name: field.value for name, field in roles.items()} for roles in named),
        bad_rows=sum(table.bad_rows for table in tables),
    )


def _named(table: FileTable, said: Mapping[str, str]) -> dict[str, Field]:
    """Column -> field of one file: what was said, then what is recognised among the others. Raises Problem."""
    chosen: dict[str, Field] = {}
    wrong: list[Problem] = []
    for role, column in said.items():
        field = role_named(role)
        if field is None:
            allowed = ", ".join(one.value for one in Field)
            wrong.append(Problem(ProblemCode.COLUMN_UNKNOWN, status=422, field="--columns", value=role, allowed=allowed))
            continue
        try:
            chosen[table.known(column, "--columns")] = field
        except Problem as problem:
            wrong.append(problem)
    if wrong:
        raise Problems(wrong)
    sample = {name: _sample(table, name) for name in table.columns if name not in chosen}
    told = set(chosen.values())
    found = chosen | {name: field for name, field in recognised(sample).items() if field not in told}
    if not any(field is not Field.ID for field in found.values()):
        raise Problem(
            ProblemCode.NO_PERSON_COLUMNS,
            status=422,
            allowed=", ".join(table.columns),
            hint="given_name=…,family_name=…,birth_date=…",
        )
    return found


def _sample(table: FileTable, name: str) -> list[str]:
    cells = table.cells(name)[: _SAMPLE * 4].to_pylist()
    return [cell for cell in cells if cell and cell.strip()][:_SAMPLE]


def _joined(parts: list[tuple[Field, pa.StringArray]]) -> list[tuple[Field, pa.StringArray]]:
    """The same field of several files in one column; a second column of the same file stays a second one."""
    found: list[tuple[Field, pa.StringArray]] = []
    for field, cells in parts:
        for place, (known, column) in enumerate(found):
            if known is field and not pc.any(pc.and_(column.is_valid(), cells.is_valid())).as_py():
                found[place] = (field, pc.coalesce(column, cells))
                break
        else:
            found.append((field, cells))
    return found
