"""From records as they were written to columns that can be compared, one spelling for each thing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.matching import birthdays, cleaning
from tanteemma.identity.matching.fields import Field

Cells: TypeAlias = "Sequence[str | None] | pa.StringArray"
Column = list[str | None]
#: What is compared. ``given_root``: the name a given name is a form of; ``mailbox``: what stands before the @.
GIVEN, ROOT, FAMILY, BIRTH = "given", "given_root", "family", "birth"
STREET, HOUSE, EXTRA, POSTCODE, CITY, REGION = "street", "house", "extra", "postcode", "city", "region"
PHONE, EMAIL, MAILBOX, COMPANY, NUMBER = "phone", "email", "mailbox", "company", "number"
COLUMNS: Final = (
    GIVEN, ROOT, FAMILY, BIRTH, STREET, HOUSE, EXTRA, POSTCODE, CITY, REGION, PHONE, EMAIL, MAILBOX, COMPANY, NUMBER,
)  # fmt: skip
_AT_ONCE: Final = 10_000
_GERMAN: Final = 5
_MOSTLY: Final = 0.5
_PLAIN: Final[dict[Field, tuple[str, Callable[[str], str | None]]]] = {
    Field.GIVEN: (GIVEN, cleaning.person_name),
    Field.FAMILY: (FAMILY, cleaning.person_name),
    Field.HOUSE: (HOUSE, cleaning.house_number),
    Field.EXTRA: (EXTRA, cleaning.plain_text),
    Field.POSTCODE: (POSTCODE, cleaning.postcode),
    Field.CITY: (CITY, cleaning.place_name),
    Field.REGION: (REGION, cleaning.plain_text),
    Field.PHONE: (PHONE, cleaning.phone_number),
    Field.EMAIL: (EMAIL, cleaning.mail_address),
    Field.COMPANY: (COMPANY, cleaning.company_name),
    Field.NUMBER: (NUMBER, cleaning.plain_number),
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Records as columns of equal length; only those of which at least one record says something."""

    rows: int
    columns: Mapping[str, pa.StringArray]

    def row(self, place: int) -> dict[str, str]:
        """What one record says."""
        return {name: cell for name, cells in self.columns.items() if (cell := cells[place].as_py()) is not None}

    def every(self) -> Iterator[tuple[str | None, ...]]:
        """All records, each a cell of every column."""
        for start in range(0, self.rows, _AT_ONCE):
            yield from zip(*(cells[start : start + _AT_ONCE].to_pylist() for cells in self.columns.values()), strict=True)

    def taken(self, places: npt.NDArray[np.int64]) -> "Cleaned":
        """Only the records at these places."""
        return Cleaned(len(places), {name: cells.take(pa.array(places)) for name, cells in self.columns.items()})


def cleaned(rows: int, columns: Sequence[tuple[Field, Cells]]) -> Cleaned:
    """Each column in one spelling; of several columns that say the same, the first that says something counts.

    >>> found = cleaned(1, [(Field.NAME, ["Müller, Hansi"]), (Field.STREET, ["Hauptstraße 5"])])
    >>> found.row(0)
    {'given': 'hansi', 'given_root': 'johannes', 'family': 'muller', 'street': 'hauptstr', 'house': '5'}
    """
    made: dict[str, pa.StringArray] = {}
    for field, cells in columns:
        for name, column in _made(field, cells.to_pylist() if isinstance(cells, pa.Array) else cells):
            new = pa.array(column, pa.string())
            made[name] = new if name not in made else pc.coalesce(made[name], new)
    if GIVEN in made:
        made[ROOT] = _changed(made[GIVEN], cleaning.root_of)
    if EMAIL in made:
        made[MAILBOX] = _changed(made[EMAIL], lambda mail: mail.partition("@")[0])
    if POSTCODE in made:
        made[POSTCODE] = pa.array(_with_zeros(made[POSTCODE].to_pylist()), pa.string())
    return Cleaned(rows, {name: made[name] for name in COLUMNS if name in made and made[name].null_count < rows})


def _changed(cells: pa.StringArray, change: Callable[[str], str]) -> pa.StringArray:
    return pa.array((None if cell is None else change(cell) for cell in cells.to_pylist()), pa.string())


def _made(field: Field, cells: Sequence[str | None]) -> list[tuple[str, Column]]:
    if field in _PLAIN:
        name, clean = _PLAIN[field]
        return [(name, [None if cell is None else clean(cell) for cell in cells])]
    if field is Field.BIRTH:
        turned = birthdays.month_is_first(cell for cell in cells if cell is not None)
        return [(BIRTH, [None if cell is None else birthdays.birth_date(cell, month_first=turned) for cell in cells])]
    if field is Field.NAME:
        return _two(GIVEN, FAMILY, cells, cleaning.parted_name)
    if field is Field.STREET:
        return _two(STREET, HOUSE, cells, cleaning.parted_street)
    return []


def _two(
    one: str, other: str, cells: Sequence[str | None], part: Callable[[str], tuple[str | None, str | None]]
) -> list[tuple[str, Column]]:
    parts = [(None, None) if cell is None else part(cell) for cell in cells]
    return [(one, [first for first, _ in parts]), (other, [second for _, second in parts])]


def _with_zeros(codes: Column) -> Column:
    """Spreadsheets take the zero of 01067 away; where most codes have five digits, one of four lost it."""
    lengths = Counter(len(code) for code in codes if code is not None and code.isdigit())
    if lengths[_GERMAN] <= _MOSTLY * lengths.total():
        return codes
    return [f"0{code}" if code is not None and len(code) == _GERMAN - 1 and code.isdigit() else code for code in codes]
