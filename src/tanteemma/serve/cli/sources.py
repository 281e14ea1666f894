"""``emma sources``: where events come from, who answers for each, and how it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli import sources_live
from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import count, line, show_document, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

if TYPE_CHECKING:
    from tanteemma.serve.source_report import SourceReport
    from tanteemma.store.operational import Operational

_LONGEST: Final = 500

sources = typer.Typer(cls=SpeakingGroup, help="cli.sources", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="SOURCE", help="cli.sources.name")]
Department = Annotated[str | None, typer.Option("--department", metavar="TEXT", help="cli.sources.department")]
Purpose = Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help="cli.sources.purpose")]
Noted = Annotated[bool, typer.Option("--take-note", help="cli.sources.noted")]


@contextmanager
def _tables(data: Path) -> Iterator[tuple["Operational", timedelta]]:
    """The operational tables, and how long a new source is learned from."""
    from tanteemma.store.operational import Operational

    folder = open_folder(data)
    settings = settings_of(folder)
    with Operational.open(settings.database_url or folder.operational_db) as operational:
        yield operational, timedelta(seconds=settings.schema_learning_s)


@sources.command("list", cls=SpeakingCommand, help="cli.sources.list")
def list_sources(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every source, who answers for it, when it was last heard of."""
    from tanteemma.serve.source_report import every_source

    with _tables(data) as (operational, learning), operational.read() as tx:
        found = every_source(tx, learning)
    if as_json:
        show_document({"sources": found})
        return
    heads = ("cli.head.source", "sources.head.department", "sources.head.purpose", "sources.head.last_seen")
    rows = [
        (one.name, one.department or "", one.purpose or "", _moment(one.last_seen), count(one.counts.received), one.valid_keys)
        for one in found
    ]
    table((*heads, "pages.equation.received", "sources.head.keys"), rows, numbers=False)


@sources.command("show", cls=SpeakingCommand, help="cli.sources.show")
def show(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Everything about one source."""
    from tanteemma.serve.source_report import one_source

    with _tables(data) as (operational, learning), operational.read() as tx:
        _show(one_source(tx, name, learning), as_json=as_json)


@sources.command("set", cls=SpeakingCommand, help="cli.sources.set")
def describe(
    name: Name,
    department: Department = None,
    purpose: Purpose = None,
    take_note: Noted = False,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Say who answers for a source and what it is for."""
    from tanteemma.serve import source_report
    from tanteemma.store.operational import audit
    from tanteemma.store.operational import sources as kept

    for option, text in (("--department", department), ("--purpose", purpose)):
        if text is not None and len(text) > _LONGEST:
            raise Problem(ProblemCode.TEXT_TOO_LONG, field=option, limit=_LONGEST)
    with _tables(data) as (operational, learning), operational.begin() as tx:
        kept.describe(tx, name, department=department, purpose=purpose)
        if take_note:
            source_report.take_note(tx, name, learning)
        audit.note(tx, "owner", "source_noted" if take_note else "source_described", name)
        _show(source_report.one_source(tx, name, learning), as_json=as_json)


def _show(report: "SourceReport", *, as_json: bool) -> None:
    if as_json:
        show_document(msgspec.json.encode(report))
        return
    one = report.line
    line(say("cli.sources.one", name=one.name, department=one.department or "–", purpose=one.purpose or "–"))
    names = ("received", "accepted", "duplicate", "quarantined", "rejected")
    days = [(day.day.isoformat(), *(count(getattr(day.counts, name)) for name in names)) for day in report.days]
    table(("sources.head.day", *(f"pages.equation.{name}" for name in names)), days)
    for change in report.changes:
        what = f"{change.event} · {change.member}" if change.member else change.event
        line(say(f"sources.drift.{change.drift}", what=what, since=_moment(change.since)))


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(sep=" ", timespec="minutes")


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    sources_live.add_to(sources)
    app.add_typer(sources, name="sources")
