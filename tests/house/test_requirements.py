"""What is installed is pinned, hashed, the same everywhere, free of strong copyleft, and explained."""

import re
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any, Final

import pytest

from tests.house.tree import ROOT, one_a_line

STRONG: Final = re.compile(r"\bA?GPL|(?<!Lesser )General Public License")
FILES: Final = ("runtime", "dev", "spark", "fuzz", "clients")
#: What the benchmarks are measured against, in an environment of its own.
PEERS: Final = "../benchmarks/requirements"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)(?: ; .+)? \\$")
_HASH: Final = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
_NOTE: Final = re.compile(r"^    #( .*)?$")


def _text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    return {hit[1].lower(): hit[2] for line in _text(name).splitlines() if (hit := _PIN.match(line))}


@cache
def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _chosen() -> dict[str, str]:
    """Every dependency named in pyproject and the file it must be pinned in."""
    project = _project()
    chosen = {_name(item): "runtime" for item in project["project"]["dependencies"]}
    chosen |= {_name(item): "dev" for item in project["dependency-groups"]["dev"]}
    extras = project["project"]["optional-dependencies"]
    chosen |= {_name(item): "dev" for item in (*extras["postgres"], *extras["export"])}
    chosen |= {_name(item): "fuzz" for item in project["dependency-groups"]["fuzz"]}
    return chosen | {_name(item): "spark" for item in extras["spark"]}


@pytest.mark.parametrize("name", [*FILES, PEERS])
def test_a_requirement_file_holds_only_pins_hashes_and_notes(name: str) -> None:
    other = [line for line in _text(name).splitlines() if not (_PIN.match(line) or _HASH.match(line) or _NOTE.match(line))]
    assert not other, one_a_line(other)


@pytest.mark.parametrize("name", [*FILES, PEERS])
def test_every_pin_has_a_hash(name: str) -> None:
    lines = _text(name).splitlines()
    bare = [
        line for line, following in zip(lines, [*lines[1:], ""], strict=True) if _PIN.match(line) and not _HASH.match(following)
    ]
    assert _pins(name)
    assert not bare, one_a_line(bare)


@pytest.mark.parametrize("name", ["dev", "spark", "fuzz"])
def test_what_runs_is_what_is_tested_in_the_same_versions(name: str) -> None:
    running, tested = _pins("runtime"), _pins(name)
    other = [
        f"{package}: {version} runs, {tested.get(package)} is tested"
        for package, version in running.items()
        if tested.get(package) != version
    ]
    assert not other, one_a_line(other)


def test_every_dependency_of_the_project_is_pinned() -> None:
    loose = [f"{package} in requirements/{file}.txt" for package, file in _chosen().items() if package not in _pins(file)]
    assert not loose, one_a_line([*loose, "make pins resolves and pins them"])


def test_every_dependency_of_the_project_is_explained_in_a_decision() -> None:
    said = " ".join(path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    silent = [package for package in _chosen() if f"`{package}`" not in said]
    assert not silent, one_a_line(silent)


def test_what_the_benchmarks_are_measured_against_is_no_dependency() -> None:
    asked = {line.strip() for line in (ROOT / "benchmarks" / "requirements.in").read_text(encoding="utf-8").splitlines()}
    ours = set(_pins("runtime")) | set(_pins("dev")) | set(_pins("spark"))
    assert {"chdb", "pm4py"} <= asked
    assert not {"chdb", "pm4py"} & ours


def test_nothing_that_runs_is_under_strong_copyleft() -> None:
    """GPL and AGPL code may not be shipped with an Apache-2.0 program; LGPL libraries stay separate and replaceable."""
    strong = []
    for package in _pins("runtime"):
        try:
            told = metadata(package).json
        except PackageNotFoundError:
            continue  # for another platform
        licences = [told.get("license_expression") or told.get("license") or "", *told.get("classifier", [])]
        if any(STRONG.search(licence[:200]) for licence in map(str, licences)):
            strong.append(package)
    assert not strong, one_a_line(strong)
