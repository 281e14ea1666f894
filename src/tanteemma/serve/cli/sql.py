"""``emma sql``: one SELECT over the views for reports."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.analyses.export import opened
from tanteemma.serve.cli.asking import reading_house
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, rows_table
from tanteemma.serve.cli.speaking import SpeakingCommand, say

if TYPE_CHECKING:
    from tanteemma.store.engines.sandbox import Value

_HERE: Final = "-"
_SUFFIXES: Final = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".arrow": "arrow", ".arrows": "arrow"}
_FORMATS: Final = "csv|json|parquet|arrow"

Question = Annotated[str, typer.Argument(metavar="SELECT|-", help="cli.sql.question")]
Values = Annotated[list[str] | None, typer.Option("--value", metavar="NAME=VALUE", help="cli.sql.value")]
Rows = Annotated[int, typer.Option("--rows", min=1, max=10_000, help="cli.sql.rows")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE|-", help="cli.sql.output")]
Format = Annotated[str | None, typer.Option("--format", metavar=_FORMATS, help="cli.sql.format")]
StyleOption = Annotated[str, typer.Option("--style", metavar="plain|german", help="cli.journeys.export.style")]


def sql(
    question: Question,
    value: Values = None,
    rows: Rows = 100,
    output: Output = None,
    form: Format = None,
    style: StyleOption = "plain",
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Ask one question; ``-`` reads it from the standard input."""
    from tanteemma.serve.worker.asked import Asked
    from tanteemma.serve.worker.messages import AskSql, ExportSql
    from tanteemma.serve.worker.sql_answers import ask_sql, write_answer

    asked = sys.stdin.read() if question == _HERE else question
    values = _values(value or [])
    with reading_house(data) as house:
        if output is None and form is None:
            found = ask_sql(house, AskSql(question=asked, values=values, most=rows), Asked())
            answer(Caller(data, as_json), found.body, _show)
            return
        place = output or Path(_HERE)
        message = ExportSql(path="", question=asked, values=values, format=form or _format_of(place), style=style)
        with opened(place) as sink:
            written = write_answer(house, message, sink, Asked())
    if str(place) != _HERE:
        line(say("cli.sql.written", rows=count(written.rows), file=place))


def _values(said: list[str]) -> "dict[str, Value]":
    """``NAME=VALUE``: what looks like a number is one. Raises Problem QUESTION_INVALID."""
    found: dict[str, Value] = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not equals or not name.isidentifier():
            raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--value", value=one, allowed="NAME=VALUE")
        found[name] = _number(value)
    return found


def _number(value: str) -> "Value":
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _format_of(output: Path) -> str:
    """The format that the name of the file says. Raises Problem QUESTION_INVALID if it says none."""
    found = _SUFFIXES.get(output.suffix.lower())
    if found is None:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="--format", value="", allowed=_FORMATS.replace("|", ", "))
    return found


def _show(found: dict[str, Any]) -> None:
    from tanteemma.serve.pages.views_sql import shown

    rows_table([column["name"] for column in found["columns"]], [[shown(cell) for cell in row] for row in found["rows"]])
    shown_rows = len(found["rows"])
    line(
        say("cli.sql.more", rows=count(shown_rows))
        if found["more"]
        else say("cli.sql.all", count=shown_rows, rows=count(shown_rows))
    )


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("sql", cls=SpeakingCommand, help="cli.sql")(sql)
