"""A table that this product wrote itself (``emma journeys export``): known by its first columns, read back as it was.

Its columns mean what they are called, nothing is asked, its persons are spelled as an export spells them, and the mark that
keeps a spreadsheet from calculating a cell is taken away again.
"""

from collections.abc import Callable, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.identity.keys import Kind
from tanteemma.ingest.formats.shape import Role

#: The first columns of every table of journeys that is exported.
COLUMNS: Final = ("journey", "time", "touchpoint", "channel", "person", "value", "currency")
ROLES: Final = {
    Role.JOURNEY: "journey",
    Role.TIME: "time",
    Role.TOUCHPOINT: "touchpoint",
    Role.CHANNEL: "channel",
    Role.PERSON: "person",
    Role.VALUE: "value",
    Role.CURRENCY: "currency",
}
#: What makes a spreadsheet calculate instead of show, with the full-width forms.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA: Final = "^'*[=+\\-@\t\r\n＝＋－＠]"
_MARKED: Final = "^'+[=+\\-@\t\r\n＝＋－＠]"
_NUMBER: Final = r"^[+-]?[0-9]+([.,][0-9]+)?$"
_KINDS: Final = tuple(f"{kind.value}:" for kind in Kind)


def is_own(columns: Sequence[str]) -> bool:
    """Does a table with these columns come from an export of ours?"""
    return tuple(columns[: len(COLUMNS)]) == COLUMNS


def guarded(column: pa.Array) -> pa.Array:
    """Texts that no spreadsheet takes for a formula; true numbers stay as they are.

    >>> guarded(pa.array(["=1+1", "'=1", "-5", "-x", "Anruf"])).to_pylist()
    ["'=1+1", "''=1", '-5', "'-x", 'Anruf']
    """
    return _changed(column, _FORMULA, lambda texts: pc.binary_join_element_wise("'", texts, ""))


def unguarded(column: pa.Array) -> pa.Array:
    """The texts as they were before ``guarded``.

    >>> unguarded(pa.array(["'=1+1", "''=1", "-5", "'x"])).to_pylist()
    ['=1+1', "'=1", '-5', "'x"]
    """
    return _changed(column, _MARKED, lambda texts: pc.utf8_slice_codeunits(texts, 1))


def _changed(column: pa.Array, pattern: str, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    hit = pc.match_substring_regex(column, pattern).fill_null(fill_value=False)
    if not pc.any(hit).as_py():
        return column
    hit = pc.and_(hit, pc.invert(pc.match_substring_regex(column, _NUMBER).fill_null(fill_value=False)))
    return pc.if_else(hit, change(column), column)


def subject_of(person: str) -> tuple[str, str]:
    """Kind and id of a person as an export spells them (without ``user:`` and ``mail:`` where that is clear).

    >>> subject_of("4711"), subject_of("anon:x"), subject_of("user:anon:y")
    (('user', '4711'), ('anon', 'x'), ('user', 'anon:y'))
    """
    if person.startswith(_KINDS):
        kind, _, own = person.partition(":")
        return kind, own
    return Kind.USER.value, person
