"""``emma keys``: who may send or read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder
from tanteemma.serve.cli.output import line, show_document, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

if TYPE_CHECKING:
    from tanteemma.store.operational import Operational
    from tanteemma.store.operational.keys import IssuedKey

keys = typer.Typer(cls=SpeakingGroup, help="cli.keys", no_args_is_help=True, rich_markup_mode=None)


class Kind(StrEnum):
    """What a key may do."""

    WRITE = "write"
    READ = "read"
    ADMIN = "admin"


Source = Annotated[str, typer.Argument(metavar="SOURCE", help="cli.keys.source")]
Wanted = Annotated[Kind, typer.Option("--kind", metavar="write|read|admin", help="cli.keys.kind")]
Sites = Annotated[list[str] | None, typer.Option("--origin", metavar="ADDRESS", help="cli.keys.origin")]
Limit = Annotated[int | None, typer.Option("--events-per-second", metavar="N", help="cli.keys.limit")]
Overlap = Annotated[str, typer.Option("--overlap", metavar="30m|12h|7d", help="cli.keys.overlap")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="cli.keys.number")]


@contextmanager
def _tables(data: Path, *, create: bool = False) -> Iterator["Operational"]:
    """The operational tables; a running server reads the same ones, so no lock is needed."""
    from tanteemma.store.operational import Operational

    folder = open_folder(data, create=create)
    with Operational.open(settings_of(folder).database_url or folder.operational_db) as operational:
        yield operational


@keys.command("create", cls=SpeakingCommand, help="cli.keys.create")
def create(
    source: Source,
    kind: Wanted = Kind.WRITE,
    origin: Sites = None,
    events_per_s: Limit = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown this once and never again."""
    from tanteemma.serve.terms import read_terms
    from tanteemma.store.operational import audit
    from tanteemma.store.operational import keys as kept
    from tanteemma.store.operational.records import KeyKind

    terms = read_terms(origin or (), "" if events_per_s is None else str(events_per_s))
    with _tables(data, create=True) as operational, operational.begin() as tx:
        issued = kept.issue(tx, KeyKind(kind.value), source, terms)
        audit.note(tx, "owner", "key_issued", str(issued.key.number))
    _show_new(issued, as_json=as_json)


@keys.command("rotate", cls=SpeakingCommand, help="cli.keys.rotate")
def rotate(number: Number, overlap: Overlap = "7d", data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """A new key beside the old one, which ends after the overlap."""
    from tanteemma.serve.terms import read_span
    from tanteemma.store.operational import audit
    from tanteemma.store.operational import keys as kept

    span = read_span(overlap)
    with _tables(data) as operational, operational.begin() as tx:
        issued = kept.rotate(tx, number, span)
        old = kept.get(tx, number)
        audit.note(tx, "owner", "key_rotated", str(number))
    if not as_json and old.ends is not None:
        tell(say("cli.keys.rotated", number=number, moment=old.ends.isoformat(sep=" ", timespec="minutes")))
    _show_new(issued, as_json=as_json)


@keys.command("list", cls=SpeakingCommand, help="cli.keys.list")
def list_keys(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every key ever made, without the keys themselves."""
    from tanteemma.serve.source_report import key_report
    from tanteemma.store.operational import keys as kept

    with _tables(data) as operational, operational.read() as tx:
        found = kept.every(tx)
        now = tx.now
    rows = [key_report(one, now) for one in found]
    if as_json:
        show_document({"keys": rows})
        return
    heads = ("cli.head.number", "cli.head.source", "cli.head.kind", "cli.head.begins", "cli.head.created")
    table(
        (*heads, "sources.head.state", "sources.head.ends", "sources.head.last_used", "sources.head.origins"),
        [
            (
                *(one.number, one.source or "", one.kind, one.starts_with, _day(one.created)),
                *(say(f"sources.key.{one.state}"), _day(one.revoked or one.ends), _day(one.last_used), " ".join(one.origins)),
            )
            for one in rows
        ],
        numbers=False,
    )


@keys.command("revoke", cls=SpeakingCommand, help="cli.keys.revoke")
def revoke(number: Number, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """End a key; within two seconds nobody can use it any more."""
    from tanteemma.store.operational import audit
    from tanteemma.store.operational import keys as kept

    with _tables(data) as operational, operational.begin() as tx:
        if not kept.revoke(tx, number):
            raise Problem(ProblemCode.NOT_FOUND, status=404, value=number)
        audit.note(tx, "owner", "key_revoked", str(number))
    if as_json:
        show_document({"revoked": True})
    else:
        line(say("serve.done.key_revoked"))


def _show_new(issued: "IssuedKey", *, as_json: bool) -> None:
    if as_json:
        show_document({"source": issued.key.source, "key": issued.secret, "number": issued.key.number})
        return
    tell(say("cli.keys.once"))
    line(issued.secret)


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(keys, name="keys")
