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

keys = typer.Typer(cls=SpeakingGroup, help="cli.keys", no_args_is_help=True, rich_markup_mode=None)


class Kind(StrEnum):
    """What a key may do."""

    WRITE = "write"
    READ = "read"
    ADMIN = "admin"


Source = Annotated[str, typer.Argument(metavar="SOURCE", help="cli.keys.source")]
Wanted = Annotated[Kind, typer.Option("--kind", metavar="write|read|admin", help="cli.keys.kind")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="cli.keys.number")]


@contextmanager
def _tables(data: Path, *, create: bool = False) -> Iterator["Operational"]:
    """The operational tables; a running server reads the same ones, so no lock is needed."""
    from tanteemma.store.operational import Operational

    folder = open_folder(data, create=create)
    with Operational.open(settings_of(folder).database_url or folder.operational_db) as operational:
        yield operational


@keys.command("create", cls=SpeakingCommand, help="cli.keys.create")
def create(source: Source, kind: Wanted = Kind.WRITE, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Make a key. It is shown this once and never again."""
    from tanteemma.store.operational import audit
    from tanteemma.store.operational import keys as kept
    from tanteemma.store.operational.records import KeyKind

    with _tables(data, create=True) as operational, operational.begin() as tx:
        issued = kept.issue(tx, KeyKind(kind.value), source)
        audit.note(tx, "owner", "key_issued", str(issued.key.number))
    if as_json:
        show_document({"source": source, "key": issued.secret})
        return
    tell(say("cli.keys.once"))
    line(issued.secret)


@keys.command("list", cls=SpeakingCommand, help="cli.keys.list")
def list_keys(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every key ever made, without the keys themselves."""
    from tanteemma.store.operational import keys as kept

    with _tables(data) as operational, operational.read() as tx:
        found = kept.every(tx)
    if as_json:
        rows = [
            {"number": one.number, "kind": one.kind, "source": one.source, "starts_with": one.prefix}
            | {"created": one.created, "revoked": one.revoked}
            for one in found
        ]
        show_document({"keys": rows})
        return
    table(
        ("cli.head.number", "cli.head.source", "cli.head.kind", "cli.head.begins", "cli.head.created", "cli.head.revoked"),
        [(one.number, one.source or "", one.kind.value, one.prefix, _day(one.created), _day(one.revoked)) for one in found],
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


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(keys, name="keys")
