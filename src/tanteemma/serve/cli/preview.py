"""A look at a file before anything of it is stored: what was guessed, what only a person can settle."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import typer

from tanteemma.serve.cli.output import agreed, line, table, tell
from tanteemma.serve.cli.speaking import say, spoken

if TYPE_CHECKING:
    from tanteemma.serve.cli.asking import Desk
    from tanteemma.serve.edge.previewing import PreviewDocument, QuestionDocument

_ROWS: Final = 8
_COLUMNS: Final = 10
_CELL: Final = 24
_ROLE: Final = "role_"


def settle(counter: "Desk", path: Path, format_: str | None, columns: dict[str, str]) -> bytes:
    """Show the file, ask what is open, and give the mapping it is to be read with. Ends with 1 if it is not wanted."""
    from tanteemma.serve.edge.previewing import PreviewDocument, mapping_from
    from tanteemma.serve.worker.messages import PreviewFile

    mapping: bytes | None = None
    while True:
        message = PreviewFile(
            path=str(path), name=path.name, format=format_, mapping=mapping, columns=columns if mapping is None else {}
        )
        found = msgspec.json.decode(counter.ask(message).body, type=PreviewDocument)
        _show(path.name, found)
        if not found.questions:
            if not agreed(say("cli.preview.read_in", file=path.name), unless_said=True):
                raise typer.Exit(1)
            return msgspec.json.encode(found.mapping)
        form = _roles(found)
        for question in found.questions:
            form |= _answered(question, found)
        mapping = msgspec.json.encode(mapping_from(found, form))


def _show(name: str, found: "PreviewDocument") -> None:
    from tanteemma.serve.edge.previewing import say as say_first

    line(say("cli.preview.file", file=name, format=found.format, encoding=found.mapping.dialect.encoding))
    roles = {column: role for role, column in found.mapping.columns.items()}
    rows = [
        (column, say(f"cli.role.{roles[column]}") if column in roles else "", *_examples(found, place))
        for place, column in enumerate(found.columns)
    ]
    heads = ("cli.head.column", "cli.head.role", "cli.head.example", "cli.head.example", "cli.head.example")
    table(heads, rows, numbers=False)
    for warning in found.warnings:
        keys = (f"warn.{warning.code}", f"problem.{warning.code}")
        place = {"row": warning.row, "field": warning.column, "column": warning.column, "value": warning.value}
        tell("! " + say_first(keys, warning.code, spoken(), **{name: said for name, said in place.items() if said is not None}))


def _examples(found: "PreviewDocument", place: int) -> list[str]:
    """Three different values of a column."""
    values = dict.fromkeys(row[place] for row in found.rows if place < len(row) and row[place])
    shown = [str(value)[:_CELL] for value in list(values)[:3]]
    return shown + [""] * (3 - len(shown))


def _roles(found: "PreviewDocument") -> dict[str, str]:
    roles = {column: role for role, column in found.mapping.columns.items()}
    return {f"role.{place}": roles[column] for place, column in enumerate(found.columns) if column in roles}


def _answered(question: "QuestionDocument", found: "PreviewDocument") -> dict[str, str]:
    """Ask one question; the answer as a field of the form that the import page sends."""
    from tanteemma.serve.edge.previewing import say as say_first
    from tanteemma.serve.edge.previewing import without_metric

    sentence = say_first(
        (f"question.{question.code}",), question.code, spoken(), column=question.column, value=question.example
    )
    tell(sentence)
    for number, choice in enumerate(question.choices, start=1):
        label = say_first(
            (f"question.{question.code}.{without_metric(question, choice)}",), choice, spoken(), value=question.example
        )
        tell(f"  {number}  {label}")
    if not question.choices:
        return {"constant.touchpoint": typer.prompt(say("cli.preview.name"), err=True)}
    choice = question.choices[_number_up_to(len(question.choices)) - 1]
    if question.code.startswith(_ROLE):
        return {f"role.{found.columns.index(choice)}": question.code.removeprefix(_ROLE)}
    if question.code == "scale":
        ends, best, *metric = choice.split(":")
        low, _, high = ends.partition("-")
        return {
            "scale.low": low,
            "scale.high": high,
            "scale.best": "low" if best == low else "high",
            "scale.metric": "".join(metric),
        }
    return {question.code: choice}


def _number_up_to(most: int) -> int:
    """A number from 1 on, asked for until it is one."""
    while True:
        said = str(typer.prompt(say("cli.preview.number"), err=True)).strip()
        if said.isdigit() and 1 <= int(said) <= most:
            return int(said)
        tell(say("cli.preview.number_again", most=most))
