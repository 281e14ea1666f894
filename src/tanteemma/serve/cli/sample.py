"""``emma sample``: the sample company without a server."""

from typing import Any

import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, Yes
from tanteemma.serve.cli.output import answer, confirm, count, line
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

sample = typer.Typer(cls=SpeakingGroup, help="cli.sample", no_args_is_help=True, rich_markup_mode=None)


@sample.command("load", cls=SpeakingCommand, help="cli.sample.load")
def load(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Load the sample company; nothing happens when it is there."""
    from tanteemma.serve.worker.messages import LoadSample

    body = ask_once(data, LoadSample(), write=True, create=True)

    def tell(found: dict[str, Any]) -> None:
        line(say("cli.sample.loaded", events=count(found["events"])))

    answer(Caller(data, as_json), body, tell)


@sample.command("remove", cls=SpeakingCommand, help="cli.sample.remove")
def remove(data: Folder = DEFAULT_FOLDER, yes: Yes = False, as_json: AsJson = False) -> None:
    """Remove everything of the sample company."""
    from tanteemma.serve.worker.messages import RemoveSample

    confirm(say("cli.sample.sure"), yes=yes)
    body = ask_once(data, RemoveSample(), write=True)

    def tell(found: dict[str, Any]) -> None:
        line(say("cli.sample.removed", events=count(found["removed"])))

    answer(Caller(data, as_json), body, tell)


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(sample, name="sample")
