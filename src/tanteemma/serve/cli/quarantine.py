"""``emma quarantine``: what could not be read, why, and what becomes of it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once, desk
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, Yes, columns_of
from tanteemma.serve.cli.output import answer, confirm, count, line, sentence_of, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say

quarantine = typer.Typer(cls=SpeakingGroup, help="cli.quarantine", no_args_is_help=True, rich_markup_mode=None)

Origin = Annotated[str | None, typer.Option("--origin", metavar="live|file:N", help="cli.quarantine.origin")]
Code = Annotated[str | None, typer.Option("--code", metavar="CODE", help="cli.quarantine.code")]
After = Annotated[int, typer.Option("--after", metavar="N", min=0, help="cli.quarantine.after")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="cli.quarantine.limit")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="cli.quarantine.output")]
Columns = Annotated[str | None, typer.Option("--columns", metavar="ROLE=COL,…", help="cli.import.columns")]


@quarantine.command("list", cls=SpeakingCommand, help="cli.quarantine.list")
def list_rows(
    origin: Origin = None,
    code: Code = None,
    after: After = 0,
    limit: Limit = 100,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Rows with their reason and place, and how many there are of each kind."""
    from tanteemma.serve.worker.messages import ListQuarantine

    body = ask_once(data, ListQuarantine(origin=origin, code=code, after=after, limit=limit))
    answer(Caller(data, as_json), body, _show)


def _show(found: dict[str, Any]) -> None:
    line(say("cli.quarantine.total", rows=count(found["total"])))
    table(
        ("cli.head.reason", "cli.head.field", "cli.head.origin", "cli.head.count"),
        [(sentence_of(one["code"]), one["field"] or "", one["origin"], count(one["count"])) for one in found["reasons"]],
    )
    table(
        ("cli.head.number", "cli.head.origin", "cli.head.row", "cli.head.code", "cli.head.text"),
        [(one["number"], one["origin"], one["row"], one["code"], one["raw"][:80]) for one in found["rows"]],
        numbers=False,
    )


@quarantine.command("replay", cls=SpeakingCommand, help="cli.quarantine.replay")
def replay(
    origin: Origin = None, code: Code = None, columns: Columns = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """Try rows again, with other columns if they were read wrongly."""
    from tanteemma.serve.worker.messages import ReplayQuarantine

    said = columns_of(columns)
    with desk(data, write=True) as counter:
        mapping = _mapping(counter, origin, said) if said else None
        body = counter.ask(ReplayQuarantine(origin=origin, code=code, mapping=mapping)).body

    def tell(found: dict[str, Any]) -> None:
        line(say("cli.quarantine.replayed", **{name: count(value) for name, value in found.items()}))

    answer(Caller(data, as_json), body, tell)


def _mapping(counter: Any, origin: str | None, columns: dict[str, str]) -> bytes:  # noqa: ANN401 - a Desk
    """The mapping of the file the rows came from, with other columns."""
    import msgspec

    from tanteemma.serve.worker.messages import PreviewImport

    number = (origin or "").removeprefix("file:")
    if not number.isdigit():
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--origin", value=origin or "", allowed="file:N")
    found = msgspec.json.decode(counter.ask(PreviewImport(number=int(number))).body)
    mapping = found["mapping"]
    return msgspec.json.encode(mapping | {"columns": {**mapping.get("columns", {}), **columns}})


@quarantine.command("export", cls=SpeakingCommand, help="cli.quarantine.export")
def export(
    output: Output, origin: Origin = None, code: Code = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """Write the rows to a CSV file with reason, place and text."""
    from tanteemma.serve.worker.messages import ExportQuarantine

    body = ask_once(data, ExportQuarantine(path=str(output.absolute()), origin=origin, code=code))

    def tell(found: dict[str, Any]) -> None:
        line(say("cli.quarantine.exported", rows=count(found["rows"]), file=output))

    answer(Caller(data, as_json), body, tell)


@quarantine.command("discard", cls=SpeakingCommand, help="cli.quarantine.discard")
def discard(
    origin: Origin = None, code: Code = None, data: Folder = DEFAULT_FOLDER, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Put rows away for good."""
    from tanteemma.serve.worker.messages import DropQuarantine

    confirm(say("cli.quarantine.sure"), yes=yes)
    body = ask_once(data, DropQuarantine(origin=origin, code=code), write=True)

    def tell(found: dict[str, Any]) -> None:
        line(say("cli.quarantine.discarded", rows=count(found["dropped"])))

    answer(Caller(data, as_json), body, tell)


def add_to(app: typer.Typer) -> None:
    """The commands under their word."""
    app.add_typer(quarantine, name="quarantine")
