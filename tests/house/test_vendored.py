"""A library that came as a file is the one that was looked at: version, licence and checksum are written down."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final

from tests.house.tree import SRC, VENDORED, files, one_a_line

FOLDER: Final = SRC / "serve" / "static" / VENDORED


def _packages() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = tomllib.loads((FOLDER / "vendor.toml").read_text(encoding="utf-8"))["package"]
    return told


def test_every_vendored_file_has_the_checksum_written_down() -> None:
    wrong = [
        file["name"]
        for package in _packages()
        for file in package["files"]
        if hashlib.sha256((FOLDER / file["name"]).read_bytes()).hexdigest() != file["sha256"]
    ]
    assert not wrong, one_a_line(wrong)


def test_every_vendored_file_belongs_to_a_package_with_version_and_licence() -> None:
    told = {file["name"] for package in _packages() if package["version"] and package["licence"] for file in package["files"]}
    present = {path.name for path in files() if path.parent == FOLDER and path.name != "vendor.toml"}
    assert present == told


def test_every_vendored_package_brings_its_licence_text() -> None:
    silent = [
        package["name"]
        for package in _packages()
        if not any(Path(file["name"]).suffix == ".LICENSE" for file in package["files"])
    ]
    assert not silent, one_a_line(silent)


def test_nothing_is_vendored_anywhere_else() -> None:
    elsewhere = [str(path) for path in files() if VENDORED in path.parts and not path.is_relative_to(FOLDER)]
    assert not elsewhere, one_a_line(elsewhere)
