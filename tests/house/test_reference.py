"""The documentation names every command, setting, extension point and problem; what people are told to type exists."""

import re
from pathlib import Path
from typing import Final

import pytest

from scripts.reference import FOLDER, commands, pages
from tanteemma.model import hooks
from tests.house.tree import ROOT, modules, one_a_line

_CALL: Final = re.compile(r"^\s*(emma(?: [a-z][a-z-]*)*)", re.MULTILINE)


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "hooks.md", "problems.md", "openapi.json"])
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


def test_every_command_and_option_has_a_help_text() -> None:
    silent = [command.path for command in commands() if not command.meaning]
    silent += [f"{command.path} {one.names[0]}" for command in commands() for one in command.parameters if not one.meaning]
    assert not silent, one_a_line(silent)


def test_every_command_the_readme_tells_to_type_exists() -> None:
    known = {command.path for command in commands()}
    unknown = []
    for name in ("README.md", "CONTRIBUTING.md"):
        blocks = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL))
        for call in _CALL.findall(blocks):
            words = call.split()
            paths = [" ".join(words[:length]) for length in range(2, len(words) + 1)]
            if not known.intersection(paths):
                unknown.append(f"{name}: {call}")
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
