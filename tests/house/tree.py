"""The files of the project and the definitions in them, read once for every test of the house."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
SRC: Final = ROOT / "src" / "tanteemma"
VENDORED: Final = "vendor"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its place, its lines, its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def is_test(self) -> bool:
        return self.path.is_relative_to(ROOT / "tests")

    def definitions(self) -> Iterator[Definition]:
        for node in ast.walk(self.tree):
            if isinstance(node, Definition):
                yield node

    def functions(self) -> Iterator[Function]:
        for node in self.definitions():
            if isinstance(node, Function):
                yield node

    def strings(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project as git sees it: tracked, or new and not ignored; only those that are still there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file())


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the project."""
    found = []
    for path in files():
        if path.suffix == ".py":
            text = path.read_text(encoding="utf-8")
            found.append(Module(path, text, ast.parse(text)))
    return tuple(found)


@cache
def product() -> tuple[Module, ...]:
    """Every Python file that is shipped."""
    return tuple(module for module in modules() if module.path.is_relative_to(SRC))


def texts(*suffixes: str, under: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """The text files with one of ``suffixes``, vendored ones left out."""
    for path in files():
        if path.suffix in suffixes and path.is_relative_to(under) and VENDORED not in path.parts:
            yield path, path.read_text(encoding="utf-8")


def one_a_line(found: Iterable[str]) -> str:
    """What a failing test of the house prints: one finding a line."""
    return "\n".join(["", *(str(item) for item in found)])
