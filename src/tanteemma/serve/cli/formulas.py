"""``emma formulas``: traits that are computed for every customer, by a formula somebody declared."""

from typing import Annotated, Any, Final

import msgspec
import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, line, rows_table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

formulas = typer.Typer(cls=SpeakingGroup, help="cli.formulas", no_args_is_help=True, rich_markup_mode=None)

_BY: Final = "owner"
Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.formulas.name")]
Text = Annotated[str, typer.Argument(metavar="FORMULA", help="cli.formulas.formula")]


def _ask(data: Folder, name: str, options: dict[str, Any], *, write: bool = False) -> bytes:
    from tanteemma.serve.worker.messages_people import AskPeople

    return ask_once(data, AskPeople(name=name, options=msgspec.json.encode(options)), write=write)


@formulas.command("list", cls=SpeakingCommand, help="cli.formulas.list")
def list_formulas(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Every computed trait."""
    answer(Caller(data, as_json), _ask(data, "formulas", {}), _shown)


@formulas.command("define", cls=SpeakingCommand, help="cli.formulas.define")
def define(name: Name, formula: Text, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """State or change a computed trait."""
    body = _ask(data, "define_formula", {"name": name, "formula": formula, "by": _BY}, write=True)
    answer(Caller(data, as_json), body, _shown)


@formulas.command("remove", cls=SpeakingCommand, help="cli.formulas.remove")
def remove(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Remove a computed trait."""
    answer(Caller(data, as_json), _ask(data, "remove_formula", {"name": name, "by": _BY}, write=True), _shown)


def _shown(document: dict[str, Any]) -> None:
    if not document["formulas"]:
        line(say("cli.formulas.none"))
        return
    rows_table(("", ""), [(one["name"], one["formula"]) for one in document["formulas"]])


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(formulas, name="formulas")
