"""What is built to be installed elsewhere holds everything the product needs to run, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.house.tree import ROOT, SRC, files, one_a_line


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the built distribution."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_product_is_packed(packed: set[str]) -> None:
    expected = {path.relative_to(SRC.parent).as_posix() for path in files() if path.is_relative_to(SRC)}
    assert expected <= packed, one_a_line(sorted(expected - packed))


def test_nothing_but_the_product_is_packed(packed: set[str]) -> None:
    strange = {name for name in packed if Path(name).parts[0] != "tanteemma" and ".dist-info/" not in name}
    compiled = {name for name in packed if "__pycache__" in name}
    assert not strange | compiled, one_a_line(sorted(strange | compiled))


def test_the_licence_is_packed(packed: set[str]) -> None:
    assert any(name.endswith("/LICENSE") for name in packed)
