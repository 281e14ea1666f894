"""``emma files``: what was imported, and taking it back."""

from typing import Annotated, Any

import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, Yes
from tanteemma.serve.cli.output import answer, confirm, count, line, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

files = typer.Typer(cls=SpeakingGroup, help="cli.files", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="cli.files.number")]


@files.command("list", cls=SpeakingCommand, help="cli.files.list")
def list_files(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every imported file, newest first."""
    from tanteemma.serve.worker.messages import ListImports

    answer(Caller(data, as_json), ask_once(data, ListImports()), _show)


def _show(found: dict[str, Any]) -> None:
    heads = ("number", "file", "state", "received", "accepted", "duplicate", "quarantined", "rejected")
    table(
        tuple(f"cli.head.{head}" for head in heads),
        [
            (one["number"], one["name"], say(f"cli.state.{one['state']}"), *(count(one.get(head, 0)) for head in heads[3:]))
            for one in found["imports"]
        ],
    )


@files.command("undo", cls=SpeakingCommand, help="cli.files.undo")
def undo(number: Number, data: Folder = DEFAULT_FOLDER, yes: Yes = False, as_json: AsJson = False) -> None:
    """Take everything back that a file brought."""
    from tanteemma.serve.worker.messages import UndoImport

    confirm(say("cli.files.sure", number=number), yes=yes)
    body = ask_once(data, UndoImport(number=number), write=True)

    def tell(found: dict[str, Any]) -> None:
        line(say("cli.files.undone", events=count(found["removed"])))

    answer(Caller(data, as_json), body, tell)


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(files, name="files")
