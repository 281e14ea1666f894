"""Where does each cell of a CSV block begin and end? A byte scanner that loses no row to a bad neighbour.

Own code, because no CSV library says where a row with an unclosed quote ends, keeps its bytes and reads on behind it. Rules are
those of RFC 4180, with what Excel and others write: lone CR ends a row, blanks may stand around a quoted cell, rows without
any content are no rows, empty cells beyond the last column do no harm.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Escaped = npt.NDArray[np.uint8]

#: A row may hold so many bytes (the limit of one event).
MAX_ROW: Final = 1 << 16
#: A row is given up after so many bytes: its quote is never closed, or it never ends.
LOOKAHEAD: Final = 1 << 20
#: Cells scanned at a time.
MAX_CELLS: Final = 6_000_000

OK: Final = 0
MORE: Final = 1
UNCLOSED: Final = 2
TOO_LONG: Final = 3
RAGGED: Final = 4
ENDLESS: Final = 5

_LF: Final = 10
_CR: Final = 13
_BLANK: Final = 32


class Cells(NamedTuple):
    """Place of every cell, column by column (row r of column c: ``c * room + r``), and whether it has doubled quotes."""

    start: Places
    length: Places
    escaped: Escaped


class Rows(NamedTuple):
    """Where rows stand in the block, good and bad ones, and their numbers (rows before this block not counted)."""

    start: Places
    end: Places
    number: Places
    bad_start: Places
    bad_end: Places
    bad_number: Places
    bad_code: Places


class Signs(NamedTuple):
    """The bytes that part cells. ``quote`` 0 = none."""

    delimiter: int
    quote: int


class Block(NamedTuple):
    """Bytes in scan: ``buffer[:stop]``; ``final``: nothing follows."""

    buffer: Bytes
    stop: int
    final: bool


@njit(nogil=True, cache=True)
def _is_end(byte: int) -> bool:
    return byte == _LF or byte == _CR


@njit(nogil=True, cache=True)
def _quoted_end(buffer: Bytes, at: int, stop: int, signs: Signs) -> tuple[int, int, bool]:
    """Scan a quoted cell whose text begins at ``at``: (end of the text, place behind the cell or -1 if endless, doubled)."""
    doubled = False
    while True:
        while at < stop and buffer[at] != signs.quote:
            at += 1
        if at >= stop:
            return at, -1, doubled
        if at + 1 < stop and buffer[at + 1] == signs.quote:
            doubled = True
            at += 2
            continue
        end = at
        at += 1
        while at < stop and buffer[at] == _BLANK and signs.delimiter != _BLANK:
            at += 1
        return end, at, doubled


@njit(nogil=True, cache=True)
def row_end(buffer: Bytes, at: int, stop: int) -> int:
    """The place behind the line end that follows ``at``, or -1."""
    while at < stop and not _is_end(buffer[at]):
        at += 1
    if at >= stop:
        return -1
    if buffer[at] == _CR and at + 1 < stop and buffer[at + 1] == _LF:
        return at + 2
    return at + 1


@njit(nogil=True, cache=True)
def _quote_at(buffer: Bytes, at: int, stop: int, signs: Signs) -> int:
    """The place of the quote that opens the cell at ``at``, or -1 for a plain cell."""
    if signs.quote == 0:
        return -1
    while at < stop and buffer[at] == _BLANK and signs.delimiter != _BLANK:
        at += 1
    if at < stop and buffer[at] == signs.quote:
        return at
    return -1


@njit(nogil=True, cache=True)
def _cell(buffer: Bytes, at: int, stop: int, signs: Signs) -> tuple[int, int, int, bool]:
    """Scan the cell at ``at``: (begin and end of its text, place behind it or -1 for an endless quote, doubled)."""
    opening = _quote_at(buffer, at, stop, signs)
    if opening >= 0:
        end, behind, doubled = _quoted_end(buffer, opening + 1, stop, signs)
        return opening + 1, end, behind, doubled
    begin = at
    while at < stop and buffer[at] != signs.delimiter and not _is_end(buffer[at]):
        at += 1
    return begin, at, at, False


@njit(nogil=True, cache=True)
def _unfinished(block: Block, stop: int, quoted: int) -> int:
    """Why does a row not end before ``stop``? Its quote stays open, more bytes are to come, or it is endless."""
    if stop == block.stop and not block.final:
        return MORE
    return UNCLOSED if quoted else ENDLESS


@njit(nogil=True, cache=True)
def record(block: Block, start: int, signs: Signs, cells: Cells, place: tuple[int, int, int]) -> tuple[int, int, int, bool]:
    """Scan one row from ``start``: (place behind it, cells with content up to the last, code, anything in it).

    Cells go to ``place`` = (row, room, columns); those beyond ``columns`` are counted only where they hold something.
    """
    buffer, whole, final = block
    row, room, columns = place
    stop = min(whole, start + LOOKAHEAD)
    at_end = final and stop == whole
    at, count, counted, filled = start, 0, 0, False
    while True:
        begin, end, behind, doubled = _cell(buffer, at, stop, signs)
        if behind < 0 or (behind >= stop and not at_end):
            return start, 0, _unfinished(block, stop, begin - at), True
        if behind < stop and not _is_end(buffer[behind]) and buffer[behind] != signs.delimiter:
            return start, 0, UNCLOSED, True
        at = behind
        if count < columns:
            spot = count * room + row
            cells.start[spot] = begin
            cells.length[spot] = end - begin
            cells.escaped[spot] = doubled
            counted = count + 1
        elif end > begin:
            counted = count + 1
        filled = filled or end > begin
        count += 1
        if at >= stop or _is_end(buffer[at]):
            break
        at += 1
    if at < stop and buffer[at] == _CR:
        if at + 1 >= stop and not at_end:
            return start, 0, MORE, True
        if at + 1 < stop and buffer[at + 1] == _LF:
            at += 1
    return min(at + 1, stop), counted, OK, filled


@njit(nogil=True, cache=True)
def _judge(block: Block, start: int, found: tuple[int, int, int, bool], columns: int) -> tuple[int, int]:
    """(place to read on from, code) of a scanned row: the cut line of an unclosed quote is bad, not what it swallowed."""
    behind, count, code, filled = found
    if code == UNCLOSED:
        behind = row_end(block.buffer, start, block.stop)
        if behind < 0:
            behind = block.stop if block.final else start
            if not block.final:
                code = MORE if block.stop - start < LOOKAHEAD else ENDLESS
        return behind, code
    if code == OK and filled:
        if count != columns:
            code = RAGGED
        elif behind - start > MAX_ROW:
            code = TOO_LONG
    return behind, code


@njit(nogil=True, cache=True)
def scan(
    block: Block, start: int, signs: Signs, cells: Cells, rows: Rows, room: int, columns: int
) -> tuple[int, int, int, int]:
    """Scan up to ``room`` rows: (place behind the last, good rows, bad rows, OK | MORE | ENDLESS).

    MORE: the rest of the block is the start of a row whose end is not there yet. ENDLESS: a row does not end within LOOKAHEAD
    bytes and was noted as bad; the caller drops bytes up to the next line end.
    """
    good = bad = 0
    at = start
    while at < block.stop and good + bad < room:
        found = record(block, at, signs, cells, (good, room, columns))
        behind, code = _judge(block, at, found, columns)
        if code == MORE:
            return at, good, bad, MORE
        if code == OK:
            if found[3]:
                rows.start[good] = at
                rows.end[good] = behind
                rows.number[good] = good + bad
                good += 1
        else:
            if code == ENDLESS:
                behind = at + LOOKAHEAD
            rows.bad_start[bad] = at
            rows.bad_end[bad] = behind
            rows.bad_number[bad] = good + bad
            rows.bad_code[bad] = code
            bad += 1
            if code == ENDLESS:
                return behind, good, bad, ENDLESS
        at = behind
    return at, good, bad, (OK if at < block.stop or block.final else MORE)


@njit(nogil=True, cache=True)
def gather(buffer: Bytes, start: Places, length: Places, escaped: Escaped, quote: int) -> tuple[Bytes, Places]:
    """The text of the cells of one column, one behind the other, and where each begins (n + 1 places)."""
    count = len(start)
    offsets = np.empty(count + 1, np.int32)
    total = 0
    for row in range(count):
        total += length[row]
    text = np.empty(total, np.uint8)
    at = 0
    for row in range(count):
        offsets[row] = at
        begin = start[row]
        end = begin + length[row]
        if escaped[row]:
            place = begin
            while place < end:
                text[at] = buffer[place]
                at += 1
                place += 2 if buffer[place] == quote else 1
        else:
            for place in range(begin, end):
                text[at] = buffer[place]
                at += 1
    offsets[count] = at
    return text[:at], offsets


def new_cells(room: int, columns: int) -> tuple[Cells, Rows]:
    """Empty places for ``room`` rows of ``columns`` cells."""
    size = room * columns
    cells = Cells(np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.uint8))
    return cells, Rows(*(np.empty(room, np.int32) for _ in Rows._fields))
