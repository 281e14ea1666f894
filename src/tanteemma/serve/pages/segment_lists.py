"""Who is on an uploaded list: the first column of a table, or one id a line."""

import csv
import io
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode

_SIGNS: Final = ",;\t|"
#: What stands above a column of ids, and is none.
_HEADS: Final = frozenset(
    """
    id user_id userid customer customer_id kunde kundennummer kunden-nr kundennr email e-mail mail e-mail-adresse person subject
    identifier
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_LONGEST: Final = 1_000


def read_identifiers(raw: bytes) -> tuple[str, ...]:
    r"""Each identifier once, in the order they come; a head such as "E-Mail" is none.

    A list with several columns is read by the first one that has such a head, else by the first. Raises Problem INVALID_UTF8,
    EMPTY_BODY.

    >>> read_identifiers("Kunde;Ort\nK-1;Bonn\nK-2;Köln\nK-1;Bonn".encode())
    ('K-1', 'K-2')
    >>> read_identifiers(b"anna@example.org\n\nK-7")
    ('anna@example.org', 'K-7')
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _of_windows(raw)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise Problem(ProblemCode.EMPTY_BODY, status=422)
    sign = max(_SIGNS, key=lines[0].count)
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=sign))
    heads = [cell.strip().casefold() for cell in rows[0]]
    column = next((place for place, head in enumerate(heads) if head in _HEADS), None)
    body = rows if column is None else rows[1:]
    cells = (row[column or 0].strip()[:_LONGEST] for row in body if len(row) > (column or 0))
    return tuple(dict.fromkeys(cell for cell in cells if cell))


def _of_windows(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Problem(ProblemCode.INVALID_UTF8, status=422) from error
