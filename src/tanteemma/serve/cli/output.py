"""How answers are shown: one JSON document for programs, tables for people, messages beside them."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
import typer

from tanteemma.model.problems import Problem
from tanteemma.serve.cli.options import Caller
from tanteemma.serve.cli.speaking import say, spoken

_WIDE: Final = 200
_YES: Final = frozenset({"j", "ja", "y", "yes"})
_NO: Final = frozenset({"n", "nein", "no"})


def tell(sentence: str) -> None:
    """A message for people, on standard error."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def show_document(document: bytes | object) -> None:
    """The one JSON document of a command, on standard output."""
    packed = document if isinstance(document, bytes) else msgspec.json.encode(document)
    sys.stdout.write(packed.decode("utf-8") + "\n")
    sys.stdout.flush()


def answer(caller: Caller, body: bytes, for_people: Callable[[Any], None]) -> None:
    """Show an answer: as it is for programs, else in words."""
    if caller.as_json:
        show_document(body)
    else:
        for_people(msgspec.json.decode(body))


def line(sentence: str) -> None:
    """One line of an answer for people."""
    sys.stdout.write(f"{sentence}\n")


def rows_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table whose columns are called as they are."""
    table(heads, rows, numbers=False, as_they_are=True)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: bool = True, as_they_are: bool = False) -> None:
    """A table for people; with ``numbers`` all columns but the first stand at the right. ``heads``: keys of the catalogue."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        named = Text(_printable(head)) if as_they_are else say(head)
        shown.add_column(named, justify="right" if place and numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_printable(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDE).print(shown)


def _printable(cell: str) -> str:
    """What somebody else wrote must not steer the terminal."""
    return "".join(letter if letter.isprintable() else "·" for letter in cell)


def count(value: float) -> str:
    """A count as it is written in the language of this call."""
    from tanteemma.serve.pages.numbers import LOCALES, in_full

    return in_full(value, LOCALES[spoken()])


def share(value: float | None) -> str:
    """A share as percent."""
    from tanteemma.serve.pages.numbers import LOCALES, percent

    return percent(value, LOCALES[spoken()]).replace("\u00a0", " ")


def decimal(value: float, digits: int) -> str:
    """A measured number with so many decimals."""
    from tanteemma.serve.pages.numbers import LOCALES, rounded

    return rounded(value, LOCALES[spoken()], digits)


def number(value: float | None, digits: int) -> str:
    """The same; nothing for none."""
    return "" if value is None else decimal(value, digits)


def percent_span(low: float | None, high: float | None) -> str:
    """From which share to which; nothing where that is not defined."""
    return "" if low is None or high is None else f"{share(low)} – {share(high)}"


def span(seconds: float | None) -> str:
    """A duration in its two largest units."""
    from tanteemma.serve.pages.numbers import LOCALES, duration

    return duration(seconds, LOCALES[spoken()]).replace("\u00a0", " ")


def sentence_of(code: str, **place: object) -> str:
    """What a problem code of an answer means; the code itself where a plug-in brought it."""
    from tanteemma.model.problems import ProblemCode

    try:
        known = ProblemCode(code)
    except ValueError:
        return code
    return Problem(known, status=422, **place).sentence(spoken())


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is gone for good. Without a terminal ``--yes`` must have been said; else it is a wrong use."""
    if yes:
        return
    if not sys.stdin.isatty():
        tell(say("cli.needs_yes"))
        raise typer.Exit(2)
    if not agreed(question):
        raise typer.Exit(1)


def agreed(question: str, *, unless_said: bool = False) -> bool:
    """Ask a yes-or-no question, in German (j/n) and English (y/n); an empty line means ``unless_said``."""
    choices = say("cli.yes_no.yes_first" if unless_said else "cli.yes_no.no_first")
    while True:
        said = str(typer.prompt(f"{question} [{choices}]", default="", show_default=False, err=True)).strip().lower()
        if not said:
            return unless_said
        if said in _YES | _NO:
            return said in _YES
