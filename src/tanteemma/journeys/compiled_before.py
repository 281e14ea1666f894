"""What was compiled at earlier starts? A small file beside the machine code names the parts, and for what they were made."""

import contextlib
import hashlib
import os
import sys
import threading
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from llvmlite import binding

import tanteemma
from tanteemma.journeys.compiled import compiled

_NAME: Final = "parts.compiled"
_order: Final = threading.Lock()
_PACKAGE: Final = Path(tanteemma.__file__).parent


@compiled
def _beside(place: int) -> int:
    return place


def _place() -> Path:
    """Where machine code is kept on this machine (the compiler chooses the folder: beside the sources, or the user's)."""
    return Path(_beside.stats.cache_path) / _NAME  # type: ignore[attr-defined]  # what the compiler adds to a loop


def compiled_for() -> str:
    """All that machine code depends on: the processor, the compiler, and every source file as the compiler looks at it."""
    found = hashlib.blake2b(digest_size=16)
    machine = (sys.version, version("numba"), version("llvmlite"), binding.get_host_cpu_name())
    found.update(repr((*machine, binding.get_host_cpu_features().flatten())).encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        about = path.stat()
        found.update(f"{path.relative_to(_PACKAGE)} {about.st_mtime_ns} {about.st_size}\n".encode())
    return found.hexdigest()


def parts_compiled(what: str) -> frozenset[str]:
    """The parts whose machine code is kept for this processor and these sources (as ``compiled_for`` tells them).

    Whoever deletes parts of the machine code by hand deletes this file with it, or waits once for each loop that is missing.
    """
    try:
        made_for, *parts = _place().read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return frozenset()
    return frozenset(parts) if made_for == what else frozenset()


def remember_compiled(what: str, parts: Iterable[str]) -> None:
    """Say so to the next start; where nothing can be written, the next one looks at every loop again."""
    place = _place()
    draft = place.with_name(f"{_NAME}.{os.getpid()}")
    with _order, contextlib.suppress(OSError):
        lines = [what, *sorted(parts_compiled(what).union(parts))]
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text("\n".join(lines), encoding="utf-8")
        draft.replace(place)
