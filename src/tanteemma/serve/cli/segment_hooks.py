"""``emma segments hooks``: who is told when somebody enters or leaves a segment."""

from typing import Annotated, Any

import msgspec
import typer

from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, line, rows_table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="cli.segments.name")]
Url = Annotated[str | None, typer.Option("--add", metavar="URL", help="cli.hooks.add")]
Number = Annotated[int | None, typer.Option("--remove", metavar="NUMBER", min=1, help="cli.hooks.remove")]


def hooks(
    name: Name = None, add: Url = None, remove: Number = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """Those of a segment (else all); with options one is added or removed."""
    if add is not None:
        body = _ask(data, "add_segment_hook", {"segment": name or "", "url": add}, write=True)
        answer(Caller(data, as_json), body, lambda made: line(say("cli.hooks.made", url=made["url"], secret=made["secret"])))
    elif remove is not None:
        answer(Caller(data, as_json), _ask(data, "remove_segment_hook", {"number": remove}, write=True), _shown)
    else:
        answer(Caller(data, as_json), _ask(data, "segment_hooks", {"segment": name}), _shown)


def _ask(data: Folder, name: str, options: dict[str, Any], *, write: bool = False) -> bytes:
    from tanteemma.serve.worker.messages_people import AskPeople

    return ask_once(data, AskPeople(name=name, options=msgspec.json.encode(options)), write=write)


def _shown(found: dict[str, Any]) -> None:
    rows = [
        (str(one["number"]), one["segment"], one["url"], one["failed"] or one["delivered"] or "–") for one in found["hooks"]
    ]
    rows_table(("", "", "", ""), rows)


def add_to(app: typer.Typer) -> None:
    """The command beside those of segments."""
    app.command("hooks", cls=SpeakingCommand, help="cli.hooks")(hooks)
