"""What could not be read: listed, written to a file, tried again, thrown away."""

import base64
import csv
from pathlib import Path
from typing import Final

import msgspec

from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, DropQuarantine, ExportQuarantine, ListQuarantine
from tanteemma.store.operational import quarantine
from tanteemma.store.operational.records import QuarantineRow, QuarantineState

_MOST: Final = 1_000
_PAGE: Final = 5_000
_SHOWN_BYTES: Final = 4_096
_LONGEST_SIGN: Final = 4
#: what makes a spreadsheet calculate instead of show, with the full-width forms
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def shown(raw: bytes) -> str:
    """The bytes of a row as text: UTF-8, else as Windows writes it; long ones are cut."""
    cut = raw[:_SHOWN_BYTES]
    try:
        return cut.decode("utf-8")
    except UnicodeDecodeError as wrong:
        if len(raw) > len(cut) and wrong.start >= len(cut) - _LONGEST_SIGN:
            return cut.decode("utf-8", "ignore")  # only the last sign was cut in two
        return cut.decode("cp1252", "replace")


def list_quarantine(house: House, message: ListQuarantine, _asked: Asked) -> Answered:
    """A page of rows, how many there are and why."""
    wanted = quarantine.Filter(source=message.source, origin=message.origin, code=message.code)
    limit = min(message.limit, _MOST)
    with house.operational.read() as tx:
        rows = quarantine.page(tx, wanted, after=message.after, limit=message.skip + limit)[message.skip :]
        reasons = quarantine.reasons(tx, quarantine.Filter(source=message.source, origin=message.origin))
        total = quarantine.count(tx, wanted)
    body = {
        "total": total,
        "reasons": [
            {"source": one.source, "origin": one.origin, "code": one.code, "field": one.field, "count": one.count}
            for one in reasons
        ],
        "rows": [_row(row) for row in rows],
    }
    return Answered(body=msgspec.json.encode(body))


def _row(row: QuarantineRow) -> dict[str, object]:
    return {
        "number": row.number,
        "source": row.source,
        "origin": row.origin,
        "position": row.position,
        "row": row.row,
        "code": row.code,
        "field": row.field,
        "params": row.params,
        "received_at": row.received_at,
        "raw": shown(row.raw),
        "raw_base64": base64.b64encode(row.raw[:_SHOWN_BYTES]).decode("ascii"),
        "raw_bytes": len(row.raw),
    }


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("Anruf")
    ("'=1+1", 'Anruf')
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def export_quarantine(house: House, message: ExportQuarantine, asked: Asked) -> Answered:
    """Every row as CSV with its reason, place and bytes, for whoever mends the source."""
    wanted = quarantine.Filter(origin=message.origin, code=message.code)
    rows = after = 0
    with Path(message.path).open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(("number", "source", "origin", "row", "code", "field", "received_at", "raw"))
        while True:
            asked.check()
            page = _page(house, wanted, after)
            if not page:
                break
            for row in page:
                cells = (
                    row.number,
                    row.source,
                    row.origin,
                    row.row,
                    row.code,
                    row.field or "",
                    row.received_at.isoformat(),
                    shown(row.raw),
                )
                out.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
            rows += len(page)
            after = page[-1].number
    return Answered(body=msgspec.json.encode({"rows": rows}))


def _page(house: House, wanted: quarantine.Filter, after: int) -> list[QuarantineRow]:
    with house.operational.read() as tx:
        return quarantine.page(tx, wanted, after=after, limit=_PAGE)


def drop_quarantine(house: House, message: DropQuarantine, _asked: Asked) -> Answered:
    """Mark rows as not wanted; they no longer show."""
    wanted = quarantine.Filter(origin=message.origin, code=message.code)
    dropped = 0
    while page := _page(house, wanted, 0):
        with house.operational.begin() as tx:
            dropped += quarantine.move(tx, [row.number for row in page], QuarantineState.DISCARDED)
    return Answered(body=msgspec.json.encode({"dropped": dropped}))
