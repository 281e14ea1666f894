"""``emma pulls``: rows of other systems, fetched by a schedule."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once, open_folder, settings_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Folder, Yes, columns_of
from tanteemma.serve.cli.output import confirm, count, line, rows_table, show_document, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

if TYPE_CHECKING:
    from tanteemma.ingest.sources.pulling.plan import Plan
    from tanteemma.serve.pulls.keeping import Keeper
    from tanteemma.serve.pulls.stating import PullState
    from tanteemma.store.operational import Transaction

pulls = typer.Typer(cls=SpeakingGroup, help="cli.pulls", no_args_is_help=True, rich_markup_mode=None)

_SHOWN = 8
_WAIT_S = 3_600.0
Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.pulls.name")]
Kind = Annotated[str, typer.Argument(metavar="sql|rest|files", help="cli.pulls.kind")]
Said = Annotated[list[str], typer.Argument(metavar="SETTING=VALUE …", help="cli.pulls.settings")]
Columns = Annotated[str | None, typer.Option("--columns", metavar="ROLE=COL,…", help="cli.pulls.columns")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="cli.pulls.password_stdin")]
Resume = Annotated[bool, typer.Option("--resume", help="cli.pulls.resume")]


@contextmanager
def _changing(data: Path, *, create: bool = False) -> Iterator[tuple["Transaction", "Keeper"]]:
    """A transaction on the operational tables; a running server sees the same ones."""
    from tanteemma.serve.pulls.keeping import declare_all, keeper_of
    from tanteemma.store.operational import Operational

    folder = open_folder(data, create=create)
    settings = settings_of(folder)
    with Operational.open(settings.database_url or folder.operational_db) as operational, operational.begin() as tx:
        declare_all(tx, settings)
        yield tx, keeper_of(folder, settings)


def _number(tx: "Transaction", name: str) -> int:
    from tanteemma.store.operational import pulls as kept

    found = kept.named(tx, name)
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND, status=404, value=name)
    return found.number


def _found(data: Path, name: str) -> int:
    with _changing(data) as (tx, _):
        return _number(tx, name)


@pulls.command("list", cls=SpeakingCommand, help="cli.pulls.list")
def list_pulls(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every pull with its state."""
    from tanteemma.serve.pulls.stating import every_pull

    with _changing(data) as (tx, _):
        found = every_pull(tx)
    if as_json:
        show_document({"pulls": found})
        return
    if not found:
        line(say("cli.pulls.none"))
        return
    heads = ("source", "state", "last_run", "next_run", "received", "accepted", "duplicate", "quarantined", "rejected")
    table([f"cli.head.{name}" for name in heads], [_row(one) for one in found], numbers=False)
    for one in found:
        _tell_trouble(one)


def _row(one: "PullState") -> tuple[str, ...]:
    counts = (getattr(one.total, name) for name in one.total.__struct_fields__)
    return (one.name, say(f"pulls.state.{one.state}"), _moment(one.last_run), _moment(one.next_run), *map(count, counts))


def _tell_trouble(one: "PullState") -> None:
    reason = one.problem(spoken())
    if reason is not None:
        tell(say("cli.pulls.failing", name=one.name, since=_moment(one.failing_since), reason=reason))


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


@pulls.command("add", cls=SpeakingCommand, help="cli.pulls.add")
def add(
    name: Name,
    kind: Kind,
    said: Said,
    columns: Columns = None,
    password_stdin: PasswordStdin = False,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Enter a pull."""
    from tanteemma.serve.pulls import keeping
    from tanteemma.serve.pulls.stating import one_pull

    plan = _plan(kind, said, columns_of(columns))
    secret = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    with _changing(data, create=True) as (tx, keeper):
        state = one_pull(tx, keeping.add(tx, keeper, name, plan, secret).number)
    if as_json:
        show_document(state)
    else:
        line(say("cli.pulls.added"))


def _plan(kind: str, said: list[str], columns: dict[str, str]) -> "Plan":
    """The plan of what was typed. Raises Problem PULL_SETTING naming what is no setting."""
    from tanteemma.ingest.sources.pulling.plan import read_plan

    entries: dict[str, object] = {"kind": kind}
    for pair in said:
        field, equals, value = pair.partition("=")
        if not equals:
            raise Problem(ProblemCode.PULL_SETTING, status=422, field=field, allowed="url=…, table=…, cursor=…")
        entries[field.strip()] = value.strip()
    return read_plan(entries | ({"columns": columns} if columns else {}))


@pulls.command("try", cls=SpeakingCommand, help="cli.pulls.try")
def try_pull(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Show the first rows."""
    from tanteemma.serve.worker.pull_messages import TryPull

    body = ask_once(data, TryPull(number=_found(data, name)), write=True)
    if as_json:
        show_document(body)
        return
    found = msgspec.json.decode(body)
    roles = {column: role for role, column in found["mapping"]["columns"].items()}
    heads = [f"{column} ({say(f'cli.role.{roles[column]}')})" if column in roles else column for column in found["columns"]]
    rows_table(heads, [["" if cell is None else cell for cell in row] for row in found["rows"][:_SHOWN]])


@pulls.command("run", cls=SpeakingCommand, help="cli.pulls.run")
def run(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Pull now and wait. Ends with 1 if the source gave nothing because something is wrong."""
    from tanteemma.serve.pulls.stating import PullState
    from tanteemma.serve.worker.pull_messages import RunPull

    body = ask_once(data, RunPull(number=_found(data, name), wait_s=_WAIT_S), write=True)
    state = msgspec.json.decode(body, type=PullState)
    if as_json:
        show_document(body)
    else:
        table(
            [f"cli.head.{head}" for head in ("source", "state", "last_run", "received", "accepted", "duplicate")], [_ran(state)]
        )
        _tell_trouble(state)
    if state.failing_since is not None:
        raise typer.Exit(1)


def _ran(one: "PullState") -> tuple[str, ...]:
    counts = (one.total.received, one.total.accepted, one.total.duplicate)
    return (one.name, say(f"pulls.state.{one.state}"), _moment(one.last_run), *map(count, counts))


@pulls.command("pause", cls=SpeakingCommand, help="cli.pulls.pause")
def pause(name: Name, resume: Resume = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Stop or go on by the clock."""
    from tanteemma.serve.pulls import keeping
    from tanteemma.serve.pulls.stating import one_pull

    with _changing(data) as (tx, keeper):
        number = keeping.pause(tx, _number(tx, name), paused=not resume, zone=keeper.zone).number
        state = one_pull(tx, number)
    if as_json:
        show_document(state)
    else:
        line(say(f"pulls.state.{state.state}"))


@pulls.command("remove", cls=SpeakingCommand, help="cli.pulls.remove")
def remove(name: Name, data: Folder = DEFAULT_FOLDER, yes: Yes = False, as_json: AsJson = False) -> None:
    """Forget a pull."""
    from tanteemma.serve.pulls import keeping

    confirm(say("cli.pulls.remove.ask", name=name), yes=yes or as_json)
    with _changing(data) as (tx, keeper):
        keeping.remove(tx, keeper, _number(tx, name))
    if as_json:
        show_document({"removed": True})
    else:
        line(say("cli.pulls.removed"))


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(pulls, name="pulls")
