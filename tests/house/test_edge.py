"""The edge stays light: what Python really loads, beside what the import contracts read."""

import subprocess
import sys
import tomllib
from importlib.util import find_spec
from typing import Any, Final

import pytest

from tests.house.tree import ROOT

_CONTRACTS: Final[list[dict[str, Any]]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
(_EDGE,) = [contract for contract in _CONTRACTS if contract["type"] == "never_reach"]
_LOAD: Final = """
import importlib, pkgutil, sys
root = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(root, "__path__", []), root.__name__ + "."):
    importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize("source", [source for source in _EDGE["sources"] if find_spec(source)])
def test_an_edge_module_loads_no_engine(source: str) -> None:
    loaded = subprocess.run([sys.executable, "-c", _LOAD, source], check=True, capture_output=True, text=True).stdout.split()
    assert not set(loaded) & set(_EDGE["modules"])
