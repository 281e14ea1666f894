"""``emma journeys attribution``: which contacts on the way to a goal get the credit, by every model."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.analysing import Asked, analyse
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder, seconds_of
from tanteemma.serve.cli.output import answer, count, line, number, share, span, table, tell
from tanteemma.serve.cli.speaking import SpeakingCommand, say, spoken

#: The models as columns, in the order in which they are shown.
MODELS: Final = ("first", "last", "linear", "time_decay", "position", "shapley", "markov1", "markov2", "markov3")

Goal = Annotated[str | None, typer.Option("--goal", metavar="TOUCHPOINT", help="cli.attribution.goal")]
By = Annotated[str, typer.Option("--by", metavar="touchpoint|channel|source|property:NAME", help="cli.attribution.by")]
Within = Annotated[str | None, typer.Option("--within", metavar="90d", help="cli.attribution.within")]
HalfLife = Annotated[str | None, typer.Option("--half-life", metavar="7d", help="cli.attribution.half_life")]
Paths = Annotated[Path | None, typer.Option("--paths", metavar="FILE", help="cli.attribution.paths")]
PathColumn = Annotated[str | None, typer.Option("--path", metavar="COL", help="cli.attribution.path")]
Conversions = Annotated[str | None, typer.Option("--conversions", metavar="COL", help="cli.attribution.conversions")]
Nulls = Annotated[str | None, typer.Option("--nulls", metavar="COL", help="cli.attribution.nulls")]
Separator = Annotated[str | None, typer.Option("--separator", metavar="SIGN", help="cli.attribution.separator")]
Format = Annotated[str | None, typer.Option("--format", metavar="csv|xlsx|parquet|jsonl", help="cli.import.format")]


def attribution(
    goal: Goal = None,
    paths: Paths = None,
    by: By = "touchpoint",
    within: Within = None,
    half_life: HalfLife = None,
    path: PathColumn = None,
    conversions: Conversions = None,
    nulls: Nulls = None,
    separator: Separator = None,
    format_: Format = None,
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Credit for a goal of the journeys, or for the conversions of a file of ways, by every model."""
    if (paths is None) == (goal is None):
        raise Problem(
            ProblemCode.QUESTION_INVALID,
            status=422,
            field="--goal",
            value=goal or "",
            allowed="--goal TOUCHPOINT | --paths FILE",
        )
    if paths is None:
        times = {"within_s": seconds_of(within, "--within"), "half_life_s": seconds_of(half_life, "--half-life")}
        asked = Asked(journey, where, goal=goal, by=by, **times, language=spoken())
        analyse(Caller(data, as_json), "attribution", asked, show)
        return
    _of_file(Caller(data, as_json), paths, format_, (path, conversions, nulls, separator))


def _of_file(caller: Caller, file: Path, format_: str | None, said: tuple[str | None, ...]) -> None:
    """The answer for a file; ``said``: its columns for way, conversions and nulls, and the separator."""
    from tanteemma.serve.worker.without_pandas import keep_pandas_out

    keep_pandas_out()
    import msgspec

    from tanteemma.ingest.formats.table import read_table
    from tanteemma.journeys.attribution.answers import attribute
    from tanteemma.journeys.attribution.reading import PathsQuestion, paths_in
    from tanteemma.model.texts import text

    read = read_table(file, wanted=format_)
    found = attribute(paths_in(read, PathsQuestion(*said)))
    found = msgspec.structs.replace(found, note=text("attribution.note", spoken()))
    if read.bad_rows:
        tell(say("cli.table.bad_rows", count=read.bad_rows, rows=count(read.bad_rows)))
    answer(caller, msgspec.json.encode(found), show)


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
    else:
        line(say("cli.attribution.half_life_is", span=span(found["half_life_s"])))
    if found["direct"]:
        line(say("cli.attribution.direct", count=found["direct"], n=count(found["direct"])))
    line(found["note"])


def add_to(journeys: typer.Typer) -> None:
    """The command under the word ``journeys``."""
    journeys.command("attribution", cls=SpeakingCommand, help="cli.journeys.attribution")(attribution)
