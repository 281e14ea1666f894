"""The documentation names every command, setting, extension point and problem; what people are told to type exists."""

import re
from pathlib import Path
from typing import Final

import click
import pytest
from typer.main import get_command

from scripts.reference import FOLDER, pages
from tanteemma.model import hooks
from tanteemma.serve.cli import app
from tests.house.tree import ROOT, modules, one_a_line

_CALL: Final = re.compile(r"^\s*(?:\$ )?emma((?: [a-z][a-z-]*)*)", re.MULTILINE)


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "hooks.md", "problems.md"])
def test_the_reference_says_what_the_code_does(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "make reference writes it again"


def test_every_extension_point_is_in_the_one_file() -> None:
    elsewhere = [
        module.place
        for module in modules()
        if module.path != Path(hooks.__file__)
        and not module.is_test
        and re.search(r"^\w+(: [^=]+)? = Hook\(", module.text, re.MULTILINE)
    ]
    assert not elsewhere, one_a_line(elsewhere)


def test_every_command_has_a_help_text() -> None:
    silent = []

    def look(command: click.Command, path: str) -> None:
        if not (command.help or "").strip():
            silent.append(path)
        silent.extend(
            f"{path} {parameter.name}"
            for parameter in command.params
            if isinstance(parameter, click.Option) and not parameter.hidden and not parameter.help
        )
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                look(below, f"{path} {name}")

    look(get_command(app), "emma")
    assert not silent, one_a_line(silent)


def test_every_command_the_readme_tells_to_type_exists() -> None:
    unknown = []
    for name in ("README.md", "CONTRIBUTING.md"):
        blocks = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL))
        for words in _CALL.findall(blocks):
            command: click.Command = get_command(app)
            for word in words.split():
                if not isinstance(command, click.Group):
                    break
                if word not in command.commands:
                    unknown.append(f"{name}: emma{words}")
                    break
                command = command.commands[word]
    assert not unknown, one_a_line(unknown)


def test_every_make_target_the_documentation_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    unknown = [
        f"{path.relative_to(ROOT)}: make {name}"
        for path in documents
        for name in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))
        if name not in targets
    ]
    assert not unknown, one_a_line(unknown)
