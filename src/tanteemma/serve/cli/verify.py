"""``emma verify``: is every stored byte what was written?"""

from typing import Any

import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, line
from tanteemma.serve.cli.speaking import SpeakingCommand, say


def verify(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Check every file against its checksum. Exit 1 if one is damaged."""
    import msgspec

    from tanteemma.serve.worker.messages import Verify

    body = ask_once(data, Verify())
    answer(Caller(data, as_json), body, _tell)
    if not msgspec.json.decode(body)["sound"]:
        raise typer.Exit(1)


def _tell(report: dict[str, Any]) -> None:
    damaged = [*report["damaged_lake"], *report["damaged_index"]]
    for name in damaged:
        line(say("cli.verify.damaged", file=name))
    if report["damaged_lake"]:
        line(say("cli.verify.restore"))
    elif damaged:
        line(say("cli.verify.rebuild"))
    else:
        line(say("cli.verify.sound", count=report["lake_files"]))


def add_to(app: typer.Typer) -> None:
    """The command under its name."""
    app.command("verify", cls=SpeakingCommand, help="cli.verify")(verify)
