"""``emma compact``: sort the newest events into their place now."""

import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, line
from tanteemma.serve.cli.speaking import SpeakingCommand, say


def compact(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The server does it by itself when it is due; after a large import it can be done at once."""
    from tanteemma.serve.worker.messages import Compact

    body = ask_once(data, Compact(), write=True)
    answer(Caller(data, as_json), body, lambda _report: line(say("cli.compact.done")))


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("compact", cls=SpeakingCommand, help="cli.compact")(compact)
