"""``emma rebuild``: everything derived, made again and compared."""

from typing import Any

import msgspec
import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, span
from tanteemma.serve.cli.speaking import SpeakingCommand, say


def rebuild(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Derive everything again from the stored events. Exit 1 if it was not equal to what was there (it is now)."""
    from tanteemma.serve.worker.messages import Rebuild

    body = ask_once(data, Rebuild(), write=True)
    answer(Caller(data, as_json), body, _tell)
    if not msgspec.json.decode(body)["equal"]:
        raise typer.Exit(1)


def _tell(report: dict[str, Any]) -> None:
    line(say("cli.rebuild.done", events=count(report["events"]), span=span(report["seconds"])))
    line(say("cli.rebuild.equal" if report["equal"] else "cli.rebuild.unequal"))
    for difference in report["differences"]:
        line(f"- {difference}")


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("rebuild", cls=SpeakingCommand, help="cli.rebuild")(rebuild)
