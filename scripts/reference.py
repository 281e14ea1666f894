"""Write ``docs/reference`` from the code: every command, setting, extension point and problem, so that none is forgotten.

``python -m scripts.reference`` writes; a test of the house compares and names what is out of date.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import getdoc
from pathlib import Path
from typing import Final

import msgspec
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from scripts import openapi
from tanteemma.model import hooks
from tanteemma.model.problems import ProblemCode
from tanteemma.model.texts import text
from tanteemma.serve.cli import app
from tanteemma.serve.settings import Settings

FOLDER: Final = Path(__file__).parent.parent / "docs" / "reference"
_NOTE: Final = "\n*Written from the code by `make reference`.*\n"
_HOOK: Final = re.compile(r"#: (?P<what>[^\n]+)\n(?P<name>\w+): Hook")
_SAID: Final = re.compile(r"((?:``\w+``(?:,\s+)?)+):\s+(.*?)(?=\s*(?:``\w+``(?:,\s+)?)+:\s|\Z)", re.DOTALL)


def pages() -> dict[str, str]:
    """The text of every page of the reference, by file name."""
    written = {"commands.md": _commands(), "settings.md": _settings(), "hooks.md": _hooks(), "problems.md": _problems()}
    return {**written, "openapi.json": openapi.document()}


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|").replace("``", "`")


def _table(head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option or argument of a command."""

    names: tuple[str, ...]
    meaning: str
    default: str
    is_option: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it is typed, with what it says about itself."""

    path: str
    meaning: str
    parameters: tuple[Parameter, ...]


def commands() -> Iterator[Command]:
    """Every command of the command line that is not hidden."""
    yield from _walk(get_command(app), "emma")


def _walk(command: object, path: str) -> Iterator[Command]:
    if not isinstance(command, TyperCommand | TyperGroup) or command.hidden:
        return
    parameters = tuple(_parameter(parameter) for parameter in command.params if not getattr(parameter, "hidden", False))
    yield Command(
        path, (command.help or "").strip(), tuple(parameter for parameter in parameters if "--help" not in parameter.names)
    )
    if isinstance(command, TyperGroup):
        for name, below in sorted(command.commands.items()):
            yield from _walk(below, f"{path} {name}")


def _parameter(parameter: object) -> Parameter:
    if isinstance(parameter, TyperOption):
        default = "" if parameter.default in (None, False, ...) else f"`{parameter.default}`"
        return Parameter((*parameter.opts, *parameter.secondary_opts), parameter.help or "", default, is_option=True)
    if isinstance(parameter, TyperArgument):
        return Parameter(((parameter.name or "").upper(),), parameter.help or "", "", is_option=False)
    message = f"a parameter of an unknown kind: {parameter!r}"
    raise TypeError(message)


def _commands() -> str:
    parts = ["# Commands\n"]
    for command in commands():
        parts.append(f"\n## `{command.path}`\n\n{command.meaning}\n")
        rows = [(", ".join(f"`{name}`" for name in one.names), one.meaning, one.default) for one in command.parameters]
        if rows:
            parts.append("\n" + _table(("option", "what it does", "default"), iter(rows)))
    return "".join([*parts, _NOTE])


def _default(value: object) -> str:
    return f"`{value}`" if value and value is not msgspec.NODEFAULT else ""


def _settings() -> str:
    said = {name: meaning for names, meaning in _SAID.findall(getdoc(Settings) or "") for name in re.findall(r"\w+", names)}
    rows = (
        (f"`{field.name}`", f"`EMMA_{field.name.upper()}`", _default(field.default), said[field.name])
        for field in msgspec.structs.fields(Settings)
    )
    head = (
        "# Settings\n\nIn `emma.toml` of the data folder; an environment variable outranks it, the command line outranks"
        " both.\n\n"
    )
    return head + _table(("setting", "variable", "default", "meaning"), rows) + _NOTE


def _hooks() -> str:
    source = Path(hooks.__file__).read_text(encoding="utf-8")
    found = [(hit["name"], hit["what"], getattr(hooks, hit["name"])) for hit in _HOOK.finditer(source)]
    rows = ((f"`{name}`", what, f"`{hook.package}`", ", ".join(hook.all())) for name, what, hook in found)
    head = (
        "# Extension points\n\nA new one is one new file in the package named here, or a distribution of its own with an entry"
        " point in the group `tanteemma.<name>`.\n\n"
    )
    return head + _table(("hook", "what it adds", "package", "built in"), rows) + _NOTE


def _problems() -> str:
    rows = (
        (f"`{code.value}`", text(f"problem.{code.value}", "de"), text(f"problem.{code.value}", "en"))
        for code in sorted(ProblemCode)
    )
    head = (
        '# Problems\n\nEvery error is `{"error": {"code", "message", "params", "problems"}}`; the message names the place'
        " (file, row, field …) before these sentences and the limit after them, where they are known.\n\n"
    )
    return head + _table(("code", "Deutsch", "English"), rows) + _NOTE


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
