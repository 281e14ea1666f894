"""``emma people attach``: files of a customer, attached, listed, saved, removed and brought back."""

import base64
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

Person = Annotated[str, typer.Argument(metavar="ID", help="cli.people.id")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="cli.attachments.file")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="cli.attachments.number")]
Save = Annotated[int | None, typer.Option("--save", metavar="NUMBER", help="cli.attachments.save")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE|-", help="cli.attachments.output")]
Undo = Annotated[bool, typer.Option("--undo", help="cli.attachments.undo")]


def attach(person: Person, file: File, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Attach a file to a person."""
    try:
        raw = file.read_bytes()
    except OSError as missing:
        raise Problem(ProblemCode.NOT_FOUND, status=404, file=str(file)) from missing
    options = {"person": person, "name": file.name, "content": raw}
    answer(Caller(data, as_json), _ask(data, "attach", options, write=True), lambda one: _said("cli.attachments.kept", one))


def attachments(
    person: Person, save: Save = None, output: Output = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """The files of a person; one of them saved."""
    if save is None:
        answer(Caller(data, as_json), _ask(data, "attachments", {"person": person}), _listed)
        return
    theirs = msgspec.json.decode(_ask(data, "attachments", {"person": person}))["attachments"]
    if all(one["number"] != save for one in theirs):
        raise Problem(ProblemCode.NOT_FOUND, status=404, what="attachment", value=save)
    found = msgspec.json.decode(_ask(data, "attachment", {"number": save}))
    raw = base64.b64decode(found.pop("content"))
    where = output or Path(found["name"])
    if str(where) == "-":
        sys.stdout.buffer.write(raw)
        return
    if output is None and where.exists():
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--output", value=str(where), allowed="--output FILE")
    where.write_bytes(raw)
    said = found | {"name": str(where)}
    answer(Caller(data, as_json), msgspec.json.encode(said), lambda one: _said("cli.attachments.saved", one))


def detach(number: Number, undo: Undo = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Remove a file; for thirty days it can be brought back."""
    body = _ask(data, "detach", {"number": number, "undo": undo}, write=True)
    key = "cli.attachments.restored" if undo else "cli.attachments.removed"
    answer(Caller(data, as_json), body, lambda one: _said(key, one))


def _ask(data: Folder, name: str, options: dict[str, Any], *, write: bool = False) -> bytes:
    from tanteemma.serve.worker.messages_people import AskPeople

    return ask_once(data, AskPeople(name=name, options=msgspec.json.encode(options)), write=write)


def _said(key: str, one: dict[str, Any]) -> None:
    line(say(key, number=one["number"], name=one["name"]))


def _listed(found: dict[str, Any]) -> None:
    rows = [_row(one) for one in [*found["attachments"], *found["removed"]]]
    if not rows:
        line(say("cli.attachments.none"))
        return
    heads = (
        "cli.attachments.head.number",
        "cli.attachments.head.name",
        "cli.attachments.head.bytes",
        "cli.attachments.head.since",
        "cli.attachments.head.state",
    )
    table(heads, rows, numbers=False)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    state = say("cli.attachments.gone", day=one["removed"][:10]) if one["removed"] else ""
    return one["number"], one["name"], count(one["bytes"]), one["made_at"][:10], state


def add_to(app: typer.Typer) -> None:
    """The commands beside those about people."""
    app.command("attach", cls=SpeakingCommand, help="cli.attachments.attach")(attach)
    app.command("attachments", cls=SpeakingCommand, help="cli.attachments.list")(attachments)
    app.command("detach", cls=SpeakingCommand, help="cli.attachments.detach")(detach)
