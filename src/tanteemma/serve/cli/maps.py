"""``emma map``: the CX maps of this folder as programs see them, and every form in which a map leaves."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli import map_check, map_counts, map_fill, map_measured, map_sweep
from tanteemma.serve.cli.analyses.export import opened
from tanteemma.serve.cli.map_figures import measured_for
from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

if TYPE_CHECKING:
    from tanteemma.serve.exporting.order import Order
    from tanteemma.store.operational import Transaction
    from tanteemma.store.operational.documents import StoredDocument
    from tanteemma.workshop.keeping import Document

maps = typer.Typer(cls=SpeakingGroup, help="cli.map", no_args_is_help=True, rich_markup_mode=None)

_OWNER: Final = "owner"
_HERE: Final = "-"
_FORMATS: Final = "json|svg|pdf|png|report|pptx|deck|xlsx"

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.map.name")]
New = Annotated[str, typer.Argument(metavar="NAME", help="cli.map.new")]
File = Annotated[Path, typer.Argument(metavar="FILE|-", help="cli.map.file")]
Template = Annotated[
    str, typer.Option("--template", metavar="seven|five_a|aida|service_case|b2b|blank", help="cli.map.template")
]
Phases = Annotated[list[str] | None, typer.Option("--with", metavar="PHASE", help="cli.map.with")]
Called = Annotated[str, typer.Option("--name", metavar="NAME", help="cli.map.called")]
EvenIfUsed = Annotated[bool, typer.Option("--even-if-used", help="cli.map.even_if_used")]
Into = Annotated[str, typer.Option("--into", metavar="NAME", help="cli.map.into")]
RemoveMissing = Annotated[bool, typer.Option("--remove-missing", help="cli.map.remove_missing")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="cli.map.dry_run")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE|-", help="cli.map.output")]
Form = Annotated[str, typer.Option("--format", metavar=_FORMATS, help="cli.map.format")]
Size = Annotated[str, typer.Option("--paper", metavar="a0|a1|a2|a3", help="cli.map.paper")]
Master = Annotated[Path | None, typer.Option("--master", metavar="FILE.pptx", help="cli.map.master")]
Blank = Annotated[bool, typer.Option("--blank", help="cli.map.blank")]
Version = Annotated[int | None, typer.Option("--version", metavar="N", min=1, help="cli.map.version")]
Kind = Annotated[str, typer.Option("--kind", metavar="map|persona|…", help="cli.map.kind")]


@maps.command("list", cls=SpeakingCommand, help="cli.map.list")
def list_maps(kind: Kind = "map", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The maps of this folder (or the documents of another kind), the one changed last first."""
    from tanteemma.store.operational import documents
    from tanteemma.workshop.keeping import kind_named

    with tables_of(data, write=False) as tx:
        found = documents.every(tx, (kind_named(kind).name,))
    _show([_head(one) for one in found], as_json=as_json)


@maps.command("show", cls=SpeakingCommand, help="cli.map.show")
def show(name: Name, version: Version = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """One document as JSON, in the form that ``import`` reads: indented for people, on one line for programs."""
    import msgspec

    from tanteemma.workshop import exchange

    with tables_of(data, write=False) as tx:
        document = _found(tx, name, version)
    said = exchange.as_file(document.kind, document.name, document.content)
    show_document(msgspec.json.format(said, indent=-1) if as_json else said.rstrip(b"\n"))


@maps.command("create", cls=SpeakingCommand, help="cli.map.create")
def create(
    name: New, template: Template = "seven", phases: Phases = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """A new map, begun with a template; ``--with`` adds optional phases."""
    from tanteemma.workshop import keeping
    from tanteemma.workshop.templates import map_from, template_named

    begun, wanted = template_named(template), frozenset(phases or ())
    if wanted - begun.optional:
        raise Problem(
            ProblemCode.QUESTION_INVALID,
            status=422,
            field="--with",
            value=", ".join(sorted(wanted - begun.optional))[:80],
            allowed=", ".join(sorted(begun.optional)),
        )
    draft = map_from(begun, name, spoken(), wanted)
    with tables_of(data, write=True) as tx:
        made = keeping.make(tx, draft, keeping.Editor(_OWNER))
    _show([_head(made.stored)], as_json=as_json)


@maps.command("import", cls=SpeakingCommand, help="cli.map.import")
def import_file(
    file: File,
    called: Called = "",
    into: Into = "",
    remove_missing: RemoveMissing = False,
    dry_run: DryRun = False,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """A document from a file: JSON as ``show`` and ``export`` write it, or a filled Excel template; or into a map."""
    import msgspec

    from tanteemma.serve.exporting.reading import draft_of
    from tanteemma.workshop import keeping

    draft = draft_of(_read(file), spoken())
    if called:
        draft = msgspec.structs.replace(draft, name=called)
    if into:
        map_fill.fill_map(data, (into, draft), remove_missing=remove_missing, dry_run=dry_run, as_json=as_json)
        return
    with tables_of(data, write=True) as tx:
        made = keeping.make(tx, draft, keeping.Editor(_OWNER))
    _show([_head(made.stored)], as_json=as_json)


def _read(file: Path) -> bytes:
    if str(file) == _HERE:
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise Problem(ProblemCode.UNREADABLE_FILE, status=422, file=file.name) from error


@maps.command("remove", cls=SpeakingCommand, help="cli.map.remove")
def remove(name: Name, even_if_used: EvenIfUsed = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Into the bin, from where the page of the map brings it back."""
    from tanteemma.workshop import keeping

    with tables_of(data, write=True) as tx:
        document = _found(tx, name)
        keeping.remove(tx, document.key, keeping.Editor(_OWNER), even_if_used=even_if_used)
    if as_json:
        show_document({"removed": document.key})
    else:
        line(say("cli.map.removed", name=document.name))


@maps.command("versions", cls=SpeakingCommand, help="cli.map.versions")
def versions(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every version: who changed how much, when, and what it was called."""
    from tanteemma.store.operational import documents
    from tanteemma.workshop.keeping import read_edits

    with tables_of(data, write=False) as tx:
        document = _found(tx, name)
        log = documents.edits(tx, document.key, newest_first=True)
        names = {one.version: one.name for one in documents.marks(tx, document.key)}
    rows = [
        {
            "version": one.version,
            "made": one.made,
            "made_by": one.made_by,
            "edits": len(read_edits(one)),
            "undoes": one.undoes,
            "name": names.get(one.version, ""),
        }
        for one in log
    ]
    if as_json:
        show_document({"key": document.key, "versions": rows})
        return
    heads = [f"cli.map.head.{head}" for head in ("version", "made", "made_by", "edits", "name")]
    shown = [
        (one.version, f"{one.made:%Y-%m-%d %H:%M}", one.made_by, len(read_edits(one)), names.get(one.version, ""))
        for one in log
    ]
    table(heads, shown, numbers=False)


@maps.command("export", cls=SpeakingCommand, help="cli.map.export")
def export(
    name: Name,
    output: Output,
    form: Form = "",
    paper: Size = "a3",
    master: Master = None,
    blank: Blank = False,
    version: Version = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Write a map (or another document) to a file."""
    import msgspec

    from tanteemma.serve.exporting.making import written
    from tanteemma.serve.exporting.order import format_named, paper_named

    with tables_of(data, write=False) as tx:
        document = _found(tx, name, version)
        order = _order(tx, document, format_named(form or _said_by(output), document.kind.name))
    order = msgspec.structs.replace(
        order, paper=paper_named(paper), blank=blank, master=b"" if master is None else _read(master)
    )
    if document.kind.name == "map" and not blank and version is None:
        order = msgspec.structs.replace(order, measured=measured_for(data, document))
    made = written(order)
    with opened(output) as sink:
        sink.write(made)
    if as_json and str(output) != _HERE:
        show_document({"key": document.key, "format": order.format, "file": str(output), "bytes": len(made)})
    elif str(output) != _HERE:
        line(say("cli.map.exported", name=document.name, file=output))


def _order(tx: "Transaction", document: "Document", form: str) -> "Order":
    from datetime import UTC, datetime

    from tanteemma.serve.exporting.order import ExportFormat
    from tanteemma.serve.exporting.ordering import order_of

    return order_of(tx, document, ExportFormat(form), spoken(), datetime.now(UTC).date())


def _said_by(output: Path) -> str:
    return output.suffix.lower().removeprefix(".")


def _found(tx: "Transaction", name: str, version: int | None = None) -> "Document":
    from tanteemma.serve.exporting.ordering import find_document
    from tanteemma.workshop.keeping import open_document

    found = find_document(tx, name)
    return found if version is None else open_document(tx, found.key, version)


def _head(stored: "StoredDocument") -> dict[str, object]:
    return {
        "key": stored.key,
        "kind": stored.kind,
        "name": stored.name,
        "version": stored.version,
        "changed": stored.changed,
        "changed_by": stored.changed_by,
        "sample": stored.sample,
    }


def _show(found: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        show_document({"documents": found})
        return
    if not found:
        line(say("cli.map.none"))
        return
    heads = ("name", "key", "version", "changed", "changed_by")
    rows = [(one["name"], one["key"], one["version"], f"{one['changed']:%Y-%m-%d %H:%M}", one["changed_by"]) for one in found]
    table([f"cli.map.head.{head}" for head in heads], rows, numbers=False)


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    map_check.add_to(maps)
    map_sweep.add_to(maps)
    map_counts.add_to(maps)
    map_measured.add_to(maps)
    app.add_typer(maps, name="map")
