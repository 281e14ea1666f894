"""What only some questions need is loaded by those questions alone: not by a start, a help text or an import."""

import subprocess
import sys
from typing import Final

import pytest

HEAVY: Final = ("pandas", "scipy", "sklearn", "statsmodels", "interpret", "dlt")
#: numba looks at scipy's version wherever it is installed; that takes a hundredth of a second and none of its parts.
_SCIPY_ITSELF: Final = ("scipy", "scipy.version", "scipy._")
_PRINT: Final = "print(*sorted(sys.modules))"
_WORKER: Final = """
import sys
from tanteemma.serve.worker.without_pandas import keep_pandas_out
keep_pandas_out()
import tanteemma.serve.worker.main
from tanteemma.model import hooks
for hook in (hooks.file_formats, hooks.kernels, hooks.metrics, hooks.job_kinds):
    hook.all()
import pyarrow as pa
pa.table({"a": pa.array([1, None]), "b": ["x", "y"]}).to_pylist()
"""
_HELP: Final = """
import sys
from tanteemma.serve.cli import main
main(["journeys", "--help"])
"""
_MERELY: Final = """
import sys
import pyarrow as pa
pa.array([1])
"""
_LATER: Final = _WORKER + "import pandas\nprint(pandas.Series([1]).sum())\n"


def _loaded(code: str) -> set[str]:
    ran = subprocess.run([sys.executable, "-c", code + _PRINT], check=True, capture_output=True, text=True)
    names = ran.stdout.splitlines()[-1].split()
    return {name for name in names if name.partition(".")[0] in HEAVY and not name.startswith(_SCIPY_ITSELF[1:])}


@pytest.mark.parametrize("code", [_WORKER, _HELP], ids=["worker", "help"])
def test_a_start_loads_none_of_them(code: str) -> None:
    assert _loaded(code) <= set(_SCIPY_ITSELF)


def test_arrow_alone_would_load_pandas() -> None:
    """When this fails, ``keep_pandas_out`` has become needless."""
    assert "pandas" in _loaded(_MERELY)


def test_whoever_needs_pandas_later_finds_it() -> None:
    assert "pandas" in _loaded(_LATER)
