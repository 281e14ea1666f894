"""What is compiled at the start, and how it is kept."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tanteemma.journeys.loops as loops_package
from tanteemma.model.hooks import kernels

LOOPS = Path(loops_package.__file__).parent


def test_the_kernels_are_found_through_their_hook() -> None:
    assert {"graph", "variants", "durations", "funnel"} <= kernels.all().keys()
    for name, kernel in kernels.all().items():
        assert kernel.name == name


def test_every_loop_is_compiled_for_both_widths_after_warming_so_that_no_question_waits() -> None:
    code = (
        "import sys, tanteemma.journeys.loops as package\n"
        "from tanteemma.journeys.warm import warm\n"
        "warm()\n"
        "modules = [module for name, module in sys.modules.items() if name.startswith(package.__name__ + '.')]\n"
        "loops = [loop for module in modules for loop in vars(module).values() if hasattr(loop, 'signatures')]\n"
        "inner = {name for loop in loops for name in loop.py_func.__code__.co_names}\n"
        "for loop in loops:\n"
        "    widths = 2 if 'bucket' in loop.py_func.__code__.co_varnames else 1\n"
        "    if loop.__name__ not in inner and len(loop.signatures) < widths:\n"
        "        sys.exit(loop.__name__ + ' waits for its first question')\n"
        "assert len(loops) > len(inner & {loop.__name__ for loop in loops}) > 0\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("file", sorted(LOOPS.glob("*.py")), ids=lambda file: file.stem)
def test_a_loop_calls_only_loops_of_its_own_file(file: Path) -> None:
    imports = [node.module for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in imports if module and module.startswith(loops_package.__name__)]


def test_a_package_that_cannot_be_written_compiles_all_the_same(tmp_path: Path) -> None:
    # Neither beside the sources (there are none to be found in an archive) nor in a home folder that is no folder.
    (tmp_path / "home").write_text("")
    code = (
        "from numba.core import caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "from tanteemma.journeys.loops.ends import durations\n"
        "assert not durations.stats.cache_path\n"
    )
    environment = os.environ | {"HOME": str(tmp_path / "home")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_a_folder_for_compiled_code_can_be_named(tmp_path: Path) -> None:
    code = (
        "import numpy as np\n"
        "from tanteemma.journeys.loops.ways import gap_bin\n"
        "assert gap_bin(np.int64(1)) == 1\n"
        "assert gap_bin.stats.cache_path.startswith(%r)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code % str(tmp_path)], check=True, env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    )
    assert list(tmp_path.rglob("*.nbi"))


def test_a_start_knows_what_was_compiled_for_which_sources(tmp_path: Path) -> None:
    code = (
        "import os\n"
        "from tanteemma.journeys import compiled_before as before\n"
        "what = before.compiled_for()\n"
        "assert what == before.compiled_for()\n"
        "assert not before.parts_compiled(what)\n"
        "before.remember_compiled(what, ['usual ways', 'files'])\n"
        "before.remember_compiled(what, ['wide ways'])\n"
        "assert before.parts_compiled(what) == {'usual ways', 'files', 'wide ways'}\n"
        "before._PACKAGE = before.Path(os.environ['OTHER'])\n"
        "(before._PACKAGE / 'loop.py').write_text('x')\n"
        "changed = before.compiled_for()\n"
        "(before._PACKAGE / 'loop.py').write_text('xy')\n"
        "assert len({what, changed, before.compiled_for()}) == 3\n"
        "assert not before.parts_compiled(changed)\n"
    )
    other = tmp_path / "other"
    other.mkdir()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kept"), "OTHER": str(other)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
