"""What every command understands: which data folder, which language, JSON or words for people."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.spans import seconds_of_span

DEFAULT_FOLDER: Final = Path("emma-data")

Folder = Annotated[Path, typer.Option("--data", envvar="EMMA_DATA", metavar="DIR", help="cli.option.data")]
AsJson = Annotated[bool, typer.Option("--json", help="cli.option.json")]
Language = Annotated[str | None, typer.Option("--language", metavar="de|en", help="cli.option.language")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="cli.option.yes")]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the data folder they mean, and whether a program reads the answer."""

    folder: Path
    as_json: bool = False


def seconds_of(span: str | None, option: str) -> float | None:
    """Seconds of a span as people write it; None for none. Raises Problem QUESTION_INVALID.

    >>> seconds_of("7d", "--within"), seconds_of("30 min", "--gap"), seconds_of(None, "--gap")
    (604800.0, 1800.0, None)
    """
    if span is None:
        return None
    seconds = seconds_of_span(span)
    if not seconds:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=option, value=span, allowed="30s, 30m, 12h, 7d, 2w")
    return seconds


def names_of(listed: str) -> tuple[str, ...]:
    """Names separated by commas; one that holds a comma stands in quotes.

    >>> names_of('Anruf, "Kauf, Filiale"')
    ('Anruf', 'Kauf, Filiale')
    """
    row = next(csv.reader([listed], skipinitialspace=True), [])
    return tuple(name.strip() for name in row if name.strip())


def columns_of(listed: str | None) -> dict[str, str]:
    """``role=column`` pairs separated by commas; a pair that holds a comma stands in quotes. Raises Problem COLUMN_UNKNOWN.

    >>> columns_of('person=Kunde,"time=Zeit, lokal"')
    {'person': 'Kunde', 'time': 'Zeit, lokal'}
    """
    found: dict[str, str] = {}
    for pair in names_of(listed or ""):
        role, equals, column = pair.partition("=")
        if not equals or not column.strip():
            raise Problem(
                ProblemCode.COLUMN_UNKNOWN, status=422, field="--columns", value=pair, allowed="person=COL,time=COL,…"
            )
        found[role.strip()] = column.strip()
    return found
