"""``emma journeys draw``, ``drawn`` and ``undraw``: journeys as they should be, kept under a name with their versions."""

from typing import TYPE_CHECKING, Annotated

import typer

from tanteemma.serve.cli.findings import tables
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

if TYPE_CHECKING:
    from tanteemma.store.operational.drawn_journeys import StoredDrawn

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.drawn.name")]
AnyName = Annotated[str | None, typer.Argument(metavar="NAME", help="cli.drawn.history")]
Steps = Annotated[str, typer.Argument(metavar="'A > B > C'", help="cli.conformance.drawn")]


def draw(name: Name, steps: Steps, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Keep a drawn journey under a name, or as its next version."""
    from tanteemma.journeys.where.parse import parse_drawn
    from tanteemma.journeys.where.written import drawn_written
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.store.operational import drawn_journeys

    written = drawn_written(parse_drawn(steps))
    with tables(data, write=True) as tx:
        found = [drawn_journeys.save(tx, name, written, OWNER)]
    _show(found, as_json=as_json)


def drawn(name: AnyName = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every drawn journey, or every version of one."""
    from tanteemma.store.operational import drawn_journeys

    with tables(data, write=False) as tx:
        found = drawn_journeys.every(tx) if name is None else drawn_journeys.history(tx, drawn_journeys.named(tx, name).name)
    _show(found, as_json=as_json)


def undraw(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Forget a name; its versions stay readable."""
    from tanteemma.serve.edge.access import OWNER
    from tanteemma.store.operational import drawn_journeys

    with tables(data, write=True) as tx:
        found = [drawn_journeys.remove(tx, name, OWNER)]
    _show(found, as_json=as_json)


def _show(found: "list[StoredDrawn]", *, as_json: bool) -> None:
    if as_json:
        show_document({"drawn": found})
        return
    if not found:
        line(say("cli.drawn.none"))
        return
    rows = [(one.name, str(one.version), one.changed.date().isoformat(), "–" if one.removed else one.drawn) for one in found]
    table([f"cli.head.{head}" for head in ("name", "version", "created", "drawn")], rows, numbers=False)


def add_to(journeys: typer.Typer) -> None:
    """The commands under the word ``journeys``."""
    for command in (draw, drawn, undraw):
        name = command.__name__
        journeys.command(name, cls=SpeakingCommand, help=f"cli.journeys.{name}")(command)
