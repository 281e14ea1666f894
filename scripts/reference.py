"""Write ``docs/reference`` from the code: every command, setting, extension point and problem, so that none is forgotten.

``python scripts/reference.py`` writes; a test of the house compares and names what is out of date.
"""

import re
import sys
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import Final

import click
import msgspec
from typer.main import get_command

from tanteemma.model import hooks
from tanteemma.model.problems import ProblemCode
from tanteemma.model.texts import text
from tanteemma.serve.cli import app
from tanteemma.serve.settings import Settings

FOLDER: Final = Path(__file__).parent.parent / "docs" / "reference"
_NOTE: Final = "\n*Written from the code by `make reference`.*\n"
_HOOK: Final = re.compile(r"#: (?P<what>[^\n]+)\n(?P<name>\w+): Hook")
_SAID: Final = re.compile(r"((?:``\w+``(?:, )?)+): (.*?)(?=\s*(?:``\w+``(?:, )?)+: |\Z)", re.DOTALL)


def pages() -> dict[str, str]:
    """The text of every page of the reference, by file name."""
    return {"commands.md": _commands(), "settings.md": _settings(), "hooks.md": _hooks(), "problems.md": _problems()}


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|").replace("``", "`")


def _table(head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def _walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from _walk(below, f"{path} {name}")


def _parameters(command: click.Command) -> Iterator[tuple[object, ...]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            if "--help" in parameter.opts or parameter.hidden:
                continue
            named = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
            yield named, parameter.help or "", "" if parameter.default in (None, False, ...) else f"`{parameter.default}`"
        else:
            yield f"`{parameter.human_readable_name}`", getattr(parameter, "help", None) or "", ""


def _commands() -> str:
    parts = ["# Commands\n"]
    for path, command in _walk(get_command(app), "emma"):
        if command.hidden:
            continue
        parts.append(f"\n## `{path}`\n\n{(command.help or '').strip()}\n")
        rows = list(_parameters(command))
        if rows:
            parts.append("\n" + _table(("option", "what it does", "default"), iter(rows)))
    return "".join([*parts, _NOTE])


def _settings() -> str:
    said = {name: meaning for names, meaning in _SAID.findall(getdoc(Settings) or "") for name in re.findall(r"\w+", names)}
    rows = (
        (f"`{field.name}`", f"`EMMA_{field.name.upper()}`", f"`{field.default!r}`", said[field.name])
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
