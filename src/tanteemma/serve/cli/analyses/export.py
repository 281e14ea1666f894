"""``emma journeys export``: the chosen journeys with all their events, for another program."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.analysing import wanted_of
from tanteemma.serve.cli.asking import reading_house
from tanteemma.serve.cli.journey_options import Journey, Where
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, tell
from tanteemma.serve.cli.progress import progress_bar
from tanteemma.serve.cli.speaking import SpeakingCommand, say

if TYPE_CHECKING:
    from tanteemma.serve.worker.messages import Changed, Progress

_HERE: Final = "-"
_FORMATS: Final = "csv|parquet|xes|xes.gz|ocel"
_SUFFIXES: Final = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".xes": "xes",
    ".xes.gz": "xes.gz",
    ".ocel.json": "ocel",
    ".jsonocel": "ocel",
}

Format = Annotated[str | None, typer.Option("--format", metavar=_FORMATS, help="cli.journeys.export.format")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE|-", help="cli.journeys.export.output")]
StyleOption = Annotated[str, typer.Option("--style", metavar="plain|german", help="cli.journeys.export.style")]


def export(
    output: Output,
    form: Format = None,
    style: StyleOption = "plain",
    journey: Journey = None,
    where: Where = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Write the journeys with all their events to a file, or with ``-`` to the standard output."""
    from tanteemma.serve.worker.asked import Asked
    from tanteemma.serve.worker.journey_export import format_named, style_named, write_journeys
    from tanteemma.serve.worker.messages import ExportJourneys, Progress

    named = form or _format_of(output)
    format_named(named)
    style_named(style)
    is_here = str(output) == _HERE
    message = ExportJourneys(path="", format=named, style=style, journey=journey, filter=wanted_of(where))
    with (
        reading_house(data) as house,
        progress_bar(output.name, shown=sys.stderr.isatty() and not is_here, sized=False) as draw,
        opened(output) as sink,
    ):

        def hear(content: "Progress | Changed") -> None:
            if draw is not None and isinstance(content, Progress):
                draw(content)

        written = write_journeys(house, message, sink, Asked(hear))
    _tell(Caller(data, as_json), output, written)


def _tell(caller: Caller, output: Path, written: object) -> None:
    import msgspec

    def told(found: dict[str, Any]) -> None:
        line(say("cli.journeys.exported", journeys=count(found["journeys"]), events=count(found["events"]), file=output))

    if str(output) != _HERE:
        answer(caller, msgspec.json.encode(written), told)


def _format_of(output: Path) -> str:
    """The format that the name of the file says. Raises Problem QUESTION_INVALID if it says none."""
    for suffix, form in sorted(_SUFFIXES.items(), key=lambda pair: -len(pair[0])):
        if output.name.lower().endswith(suffix):
            return form
    raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--format", value="", allowed=_FORMATS.replace("|", ", "))


@contextmanager
def opened(output: Path) -> Iterator[IO[bytes]]:
    """Where the bytes go. A file appears under its name when it is whole; the standard output takes what comes.

    Raises Problem OUTPUT_UNWRITABLE.
    """
    if str(output) == _HERE:
        if sys.stdout.isatty():
            tell(say("cli.journeys.export.terminal"))
            raise typer.Exit(2)
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # whoever read has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        return
    aside = output.with_name(f".{output.name}.{uuid.uuid4().hex}.part")
    try:
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(output)
    except OSError as error:
        problem = Problem(ProblemCode.OUTPUT_UNWRITABLE, status=422, file=output, reason=error.strerror or "")
        raise problem from error
    finally:
        aside.unlink(missing_ok=True)


def add_to(app: typer.Typer) -> None:
    """The command among those of ``emma journeys``."""
    app.command("export", cls=SpeakingCommand, help="cli.journeys.export")(export)
