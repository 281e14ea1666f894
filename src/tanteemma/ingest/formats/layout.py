"""How is this CSV written: which separator, which quote, where is the header, and what are the columns called?"""

import re
from collections import Counter
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np

from tanteemma.ingest.formats.names import clean_name
from tanteemma.ingest.formats.tokens import MORE, OK, UNCLOSED, Block, Signs, new_cells, record, row_end
from tanteemma.model.problems import Problem, ProblemCode

#: Separators in the order in which they are preferred.
DELIMITERS: Final = (";", ",", "\t", "|", "^", "~")
#: A file may have so many columns, and the name of one so many bytes.
MAX_COLUMNS: Final = 1_000
MAX_NAME: Final = 1_024
#: Rows looked at.
_SAMPLED: Final = 100
#: Rows gone through for them: some are bad, some hold nothing but separators.
_EXAMINED: Final = 2_000
#: How pandas writes the column that counts the rows, and how it calls it when it has read such a file.
_INDEX_NAMES: Final = ("", "Unnamed: 0")
#: A title line fills less than this share of the cells that a row usually fills.
_TITLE_SHARE: Final = 0.5

_BLANK_LINES: Final = re.compile(rb"[\r\n]*")
_SEP_LINE: Final = re.compile(rb'"?sep=(.)"?[ \t;,]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
#: A cell with more characters is no number and no date.
_LONGEST_NUMBER: Final = 64
_NUMBER_OR_DATE: Final = re.compile(r"[-+]?[\d.,:/ '-]*\d[\d.,:/ '-]*(?:Z|[+-]\d\d:?\d\d)?(?:T[\d:.,]+Z?)?")


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The columns that are kept, their places in a row, the cells a row has, and the bytes of text before the first row."""

    names: tuple[str, ...]
    places: tuple[int, ...]
    width: int
    skip: int
    left_out: tuple[str, ...] = ()


class Sampled(msgspec.Struct, frozen=True):
    """One row of the sample: its cells, and where it stands."""

    cells: tuple[str, ...]
    start: int
    end: int

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(1 for cell in self.cells if cell.strip())


def split_sample(sample: bytes, signs: Signs, *, start: int = 0, final: bool = True, limit: int = _SAMPLED) -> list[Sampled]:
    """The first rows of a sample as text; rows that are no rows are left out."""
    cells, _ = new_cells(1, MAX_COLUMNS * 4)
    buffer = np.frombuffer(sample, np.uint8)
    block = Block(buffer, len(sample), final)
    found: list[Sampled] = []
    at = start
    for _ in range(_EXAMINED):
        at = _BLANK_LINES.match(sample, at).end()  # type: ignore[union-attr]  # it matches the empty text too
        if at >= len(sample) or len(found) >= limit:
            break
        behind, count, code, filled = record(block, at, signs, cells, (0, 1, MAX_COLUMNS * 4))
        if code == MORE:
            break
        if code == UNCLOSED:
            behind = row_end(buffer, at, len(sample))
            if behind < 0:
                break
        elif code != OK:
            break
        elif filled:
            shown = min(count, MAX_COLUMNS * 4)
            texts = tuple(
                _cell(sample, int(cells.start[place]), int(cells.length[place]), signs if cells.escaped[place] else None)
                for place in range(shown)
            )
            found.append(Sampled(texts, at, behind))
        at = behind
    return found


def _cell(sample: bytes, start: int, length: int, doubled: Signs | None) -> str:
    text = sample[start : start + length].decode("utf-8", "replace")
    return text.replace(chr(doubled.quote) * 2, chr(doubled.quote)) if doubled else text


def sniff_dialect(sample: bytes, *, final: bool) -> tuple[str, str, int]:
    """(separator, quote, lines before the header) of the sample. Excel's ``sep=`` line settles the separator."""
    hint = _SEP_LINE.match(sample)
    if hint:
        quote = sniff_quote(sample, hint.group(1))
        return hint.group(1).decode("latin-1"), quote, 1
    delimiter = _sniff_delimiter(sample, final=final)
    quote = sniff_quote(sample, delimiter.encode())
    rows = split_sample(sample, Signs(ord(delimiter), ord(quote)), final=final)
    if not rows:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    return delimiter, quote, count_lines(sample[: rows[header_row(rows)].start])


def _sniff_delimiter(sample: bytes, *, final: bool) -> str:
    """The separator that parts the most rows into the same number of cells, the header among them."""
    best, best_score = "", (-1.0, False, -1.0, -1)
    unused = ""
    for delimiter in DELIMITERS:
        rows = split_sample(sample, Signs(ord(delimiter), ord('"')), final=final)
        widths = Counter(len(row.cells) for row in rows)
        if not widths:
            continue
        width, often = max(widths.items(), key=lambda item: (item[1], item[0]))
        if width == 1 and len(widths) > 1 and len(rows) <= 2 * len(widths):
            width, often = max(item for item in widths.items() if item[0] > 1)
        if width == 1:
            unused = unused or (delimiter if set(widths) == {1} else "")
            continue
        share = round(often / len(rows), 1)
        score = (min(share, 0.5), len(rows[header_row(rows)].cells) == width, share, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best or unused or DELIMITERS[0]


def sniff_quote(sample: bytes, delimiter: bytes) -> str:
    """A double quote, unless no cell is in double quotes and most rows have cells in single ones."""
    around = rb"(?:^|" + re.escape(delimiter) + rb")%s[^\r\n]{0,200}?%s(?=" + re.escape(delimiter) + rb"|\r|\n|$)"
    if re.search(around.replace(b"%s", b'"'), sample, re.MULTILINE):
        return '"'
    single = len(re.findall(around.replace(b"%s", b"'"), sample, re.MULTILINE))
    return "'" if single >= max(2, count_lines(sample) // 2) else '"'


def count_lines(text: bytes) -> int:
    """Line ends in a text: LF, CR LF or lone CR."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def header_row(rows: list[Sampled]) -> int:
    """Which row names the columns? The first one, unless a report puts its title lines above."""
    usual = sorted(row.filled for row in rows)[len(rows) // 2]
    for number, row in enumerate(rows):
        if row.filled > max(1, usual * _TITLE_SHARE) or usual <= 1:
            return number if number == 0 or _names_columns(row) else 0
    return 0


def _names_columns(row: Sampled) -> bool:
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    return len(set(cells)) == len(cells) and not any(_NUMBER_OR_DATE.fullmatch(cell[:_LONGEST_NUMBER]) for cell in cells)


def skip_lines(sample: bytes, lines: int) -> int:
    """How many bytes the first ``lines`` lines take."""
    at = 0
    for _ in range(lines):
        ends = [place for place in (sample.find(b"\n", at), sample.find(b"\r", at)) if place >= 0]
        if not ends:
            return len(sample)
        at = min(ends)
        at += 2 if sample[at : at + 2] == b"\r\n" else 1
    return at


def fingerprint(form: str, names: tuple[str, ...]) -> str:
    """What makes the next file of this kind known: the format and the column names, in any order."""
    said = "\x1f".join([form, *sorted(name.casefold() for name in names)])
    return blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def read_layout(sample: bytes, signs: Signs, lines: int, *, final: bool) -> Layout:
    """The columns of a CSV from its first bytes.

    A first column without a name that only counts the rows (as pandas writes it) and a nameless last column without content
    (a separator at the end of each line) are left out. Raises Problem 422 for a name that is missing or there twice.
    """
    start = skip_lines(sample, lines)
    rows = split_sample(sample, signs, start=start, final=final)
    if not rows:
        raise Problem(ProblemCode.EMPTY_BODY, status=400)
    header, following = rows[0], rows[1:]
    names = [clean_name(cell) for cell in header.cells]
    width = len(names)
    while width > 1 and not names[width - 1] and not any(row.cells[width - 1 : width] > ("",) for row in following):
        width -= 1
    places = list(range(width))
    left_out: tuple[str, ...] = ()
    if width > 1 and names[0] in _INDEX_NAMES and _counts_rows([row.cells[0] for row in following]):
        left_out = (names[0],)
        places = places[1:]
    kept = tuple(names[place] for place in places)
    check_names(kept)
    return Layout(names=kept, places=tuple(places), width=width, skip=header.end, left_out=left_out)


def _counts_rows(cells: list[str]) -> bool:
    if not cells or not all(cell.isascii() and cell.isdigit() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def check_names(names: tuple[str, ...]) -> None:
    """Raise Problem 422 for column names that cannot be told apart, are missing, too long or too many."""
    for place, name in enumerate(names, start=1):
        if not name:
            raise Problem(ProblemCode.EMPTY_HEADER, status=422, field=str(place))
    for name, often in Counter(names).items():
        if often > 1:
            raise Problem(ProblemCode.DUPLICATE_HEADER, status=422, field=name)
        if len(name.encode("utf-8", "replace")) > MAX_NAME:
            raise Problem(ProblemCode.KEY_TOO_LONG, status=422, limit=MAX_NAME)
    if len(names) > MAX_COLUMNS:
        raise Problem(ProblemCode.TOO_MANY_PROPERTIES, status=422, limit=MAX_COLUMNS)
