"""``emma journeys attribution``: which contacts on the way to a goal get the credit, by every model."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.options import AsJson
from tanteemma.serve.cli.output import count, line, number, share, show_document, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

#: The models as columns, in the order in which they are shown.
MODELS: Final = ("first", "last", "linear", "time_decay", "position", "shapley", "markov1", "markov2", "markov3")

Paths = Annotated[Path | None, typer.Option("--paths", metavar="FILE", help="cli.attribution.paths")]
PathColumn = Annotated[str | None, typer.Option("--path", metavar="COL", help="cli.attribution.path")]
Conversions = Annotated[str | None, typer.Option("--conversions", metavar="COL", help="cli.attribution.conversions")]
Nulls = Annotated[str | None, typer.Option("--nulls", metavar="COL", help="cli.attribution.nulls")]
Separator = Annotated[str | None, typer.Option("--separator", metavar="SIGN", help="cli.attribution.separator")]
Format = Annotated[str | None, typer.Option("--format", metavar="csv|xlsx|parquet|jsonl", help="cli.import.format")]


def attribution(
    paths: Paths = None,
    path: PathColumn = None,
    conversions: Conversions = None,
    nulls: Nulls = None,
    separator: Separator = None,
    format_: Format = None,
    as_json: AsJson = False,
) -> None:
    """Credit for the conversions of a file of ways, by every model, and how far the models disagree."""
    if paths is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--paths", value="", allowed="FILE")
    import msgspec

    from tanteemma.serve.worker.without_pandas import keep_pandas_out

    keep_pandas_out()
    from tanteemma.ingest.formats.table import read_table
    from tanteemma.journeys.attribution.answers import attribute
    from tanteemma.journeys.attribution.reading import PathsQuestion, paths_in
    from tanteemma.model.texts import text

    read = read_table(paths, wanted=format_)
    found = attribute(paths_in(read, PathsQuestion(path, conversions, nulls, separator)))
    found = msgspec.structs.replace(found, note=text("attribution.note", spoken()))
    if read.bad_rows:
        tell(say("cli.table.bad_rows", count=read.bad_rows, rows=count(read.bad_rows)))
    if as_json:
        show_document(found)
    else:
        show(msgspec.to_builtins(found))


def show(found: dict[str, Any]) -> None:
    """The answer in words."""
    line(
        say(
            "cli.attribution.size",
            conversions=count(found["conversions"]),
            ways=count(found["ways"]),
            rate=share(found["rate"]),
        )
    )
    table(
        ("cli.attribution.head.channel", *(f"attribution.model.{model}" for model in MODELS), "cli.attribution.head.spread"),
        [
            (one["name"], *(number(one[model], 1) for model in MODELS), share(one["spread"]["relative"]))
            for one in found["channels"]
        ],
    )
    if found["half_life_s"] is None:
        line(say("cli.attribution.halves"))
    line(found["note"])


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("attribution", cls=SpeakingCommand, help="cli.journeys.attribution")(attribution)
