"""``emma map import FILE --into NAME``: a filled workbook changes the map it was made from; ``--dry-run``: only says what."""

from pathlib import Path
from typing import TYPE_CHECKING

from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.output import line, show_document, table
from tanteemma.serve.cli.speaking import say, spoken

if TYPE_CHECKING:
    from tanteemma.serve.filling import Filling
    from tanteemma.serve.pages.views_map import DifferenceRow
    from tanteemma.workshop.keeping import Draft

_OWNER = "owner"


def fill_map(data: Path, wanted: "tuple[str, Draft]", *, remove_missing: bool, dry_run: bool, as_json: bool) -> None:
    """Bring a map to what a file says. ``wanted``: which map, and what the file says."""
    from tanteemma.serve.edge.document_history import difference_rows
    from tanteemma.serve.exporting.ordering import find_document
    from tanteemma.serve.filling import fill, filling_of
    from tanteemma.workshop.keeping import Editor

    name, draft = wanted
    with tables_of(data, write=not dry_run) as tx:
        key = find_document(tx, name, "map").key
        found = filling_of(tx, key, draft, remove_missing=remove_missing)
        rows = difference_rows(found.document, found.document.content, found.after, spoken())
        if not dry_run:
            fill(tx, key, draft, Editor(_OWNER), remove_missing=remove_missing)
    _show(found, rows, as_json=as_json)


def _show(found: "Filling", rows: "tuple[DifferenceRow, ...]", *, as_json: bool) -> None:
    from tanteemma.serve.edge.document_forms import title_of

    missing = [title_of(part, spoken()) for part in found.missing]
    if as_json:
        changes = [
            {
                "what": one.what,
                "kind": one.kind,
                "text": one.text,
                "place": one.place,
                "field": one.field,
                "old": one.old,
                "new": one.new,
            }
            for one in rows
        ]
        show_document({"key": found.document.key, "changes": changes, "missing": missing})
        return
    if not rows:
        line(say("map_fill.same"))
    else:
        heads = ("history.what", "history.where", "history.before", "history.after")
        shown = [
            (say(f"history.what.{one.what}"), " · ".join(filter(None, (one.text, one.field or one.place))), one.old, one.new)
            for one in rows
        ]
        table(heads, shown, numbers=False)
    if missing:
        line(f"{say('map_fill.missing')}: {' · '.join(missing)}")
